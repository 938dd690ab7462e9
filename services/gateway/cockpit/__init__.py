"""The cockpit: what its pages ask, and what they show of the answers (design 10 and 11); no page, no request."""
