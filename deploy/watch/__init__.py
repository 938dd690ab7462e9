"""The watch on what our processes do not tell themselves: volumes, brokers, databases, backups, certificates.

Everything is asked at a scrape, with short timeouts; between scrapes nothing runs.
"""
