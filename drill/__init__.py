"""Makes each alert fire once, on a real federation watched by a real Prometheus."""
