"""Life of a network: added at run time, keys rotated, sealed anew, revoked, backed up, restored, moved.

Each is one command: `python -m deploy.life add|rotate|reseal|revoke|backup|restore|move rp`, or `make network-…`
(docs/life-of-a-network.md).
"""
