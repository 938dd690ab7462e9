"""What a local run tells others: what runs, whether it is ready, and which demo it holds (contracts §1)."""

from dataclasses import asdict, dataclass, field
from typing import Literal

from deploy.local.paths import Paths, read_json, write_json

Demo = Literal["small", "full", "none"]
Progress = Literal["loading", "done", "none"]


@dataclass(slots=True)
class State:
    """State of a local federation: `holds` is the demo it was made with, `seeded` the networks whose structure and
    `loaded` those (of the full demo: the files) whose demo records are there.
    """

    ready: bool = False
    demo: Progress = "none"
    holds: Demo | None = None
    seeded: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, paths: Paths) -> "State":
        """The state left by the last run; an empty one at first."""
        return cls(**read_json(paths.state, {}))

    def save(self, paths: Paths) -> None:
        """Keep it."""
        write_json(paths.state, asdict(self))


def write_processes(paths: Paths, rows: list[dict[str, str | int | None]]) -> None:
    """Tell names, process ids and ports of what runs."""
    write_json(paths.processes, rows)
