"""Life of a network: added at run time, keys rotated, revoked, backed up, restored, moved (docs/life-of-a-network.md).

Each is one command: `python -m deploy.life add|rotate|revoke|backup|restore|move rp`, or `make network-…`.
"""
