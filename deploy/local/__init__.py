"""A whole federation on one machine: brokers, databases, services, accounts and their supervisor."""
