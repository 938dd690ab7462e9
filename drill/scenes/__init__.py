"""What is done to a local federation so that each alert fires, and how it is undone: to rp, where it can be."""

from drill.scenes import backups, brokers, cluster, databases, processes, records, requests
from drill.scenes.stage import SESSION, Scene, Stage

SCENES = (
    *backups.SCENES,
    *databases.SCENES,
    *brokers.SCENES,
    *cluster.SCENES,
    *requests.SCENES,
    *processes.SCENES,
    *records.SCENES,
)

__all__ = ["SCENES", "SESSION", "Scene", "Stage"]
