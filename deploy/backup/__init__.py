"""Backups of whole servers with point in time: base copies, the archived log, and the way back (docs/backup.md).

`python -m deploy.backup …`, or `make backup`, `make restore-to`. Beside it stands the backup of one network as a folder
that can move (`deploy.life.archive`).
"""
