"""Gateway: pages for people, and an authorised pass-through of the services' APIs."""
