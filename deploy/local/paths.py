"""Where a local run keeps its state: `.local`, or the folder named by `IQ_LOCAL_DIR` (contracts §1)."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Paths:
    """Files and folders of one local federation."""

    base: Path

    @classmethod
    def from_environment(cls) -> "Paths":
        """`IQ_LOCAL_DIR`, or `.local` in the project."""
        return cls(Path(os.environ.get("IQ_LOCAL_DIR") or ROOT / ".local").resolve())

    @property
    def accounts(self) -> Path:
        """Accounts with their passwords, for people and scripts."""
        return self.base / "accounts.json"

    @property
    def structure(self) -> Path:
        """Carriers, Teilprojekte and offices of the demo with their ids."""
        return self.base / "structure.json"

    @property
    def processes(self) -> Path:
        """Names, process ids and ports of what runs."""
        return self.base / "processes.json"

    @property
    def state(self) -> Path:
        """Whether it is ready, and which demo it holds."""
        return self.base / "state.json"

    @property
    def lock(self) -> Path:
        """Held while a federation runs from here."""
        return self.base / "lock"

    @property
    def keys(self) -> Path:
        """Broker seeds and signing keys."""
        return self.base / "secrets" / "keys.json"

    @property
    def trust_list(self) -> Path:
        """Public keys of all networks for the sheets of MEIN ORDNER; one that was replaced stays."""
        return self.base / "folder-trust-list.json"

    @property
    def tls(self) -> Path:
        """Authority and certificates of the leaf links."""
        return self.base / "secrets" / "tls"

    @property
    def standing(self) -> Path:
        """Which networks are revoked, and which are changing their keys."""
        return self.base / "standing.json"

    @property
    def topology(self) -> Path:
        """Networks that were added to those of the project."""
        return self.base / "topology.toml"

    @property
    def joining(self) -> Path:
        """Networks that a running federation is asked to start."""
        return self.base / "joining"

    def erasures(self, network: str) -> Path:
        """The network's erasure journal; no backup holds it, and every restore replays it."""
        return self.base / "erasures" / f"{network}.jsonl"

    def retention(self, network: str) -> Path:
        """The network's own retention periods, where its operator has written them."""
        return self.base / "retention" / f"{network}.toml"

    @property
    def postgres(self) -> Path:
        """Data of PostgreSQL."""
        return self.base / "postgres"

    @property
    def archive(self) -> Path:
        """Which folder of backups PostgreSQL archives to."""
        return self.base / "archive.json"

    def broker(self, name: str) -> Path:
        """Configuration and store of a broker."""
        return self.base / "nats" / name

    def log(self, name: str) -> Path:
        """Log of a process."""
        return self.base / "logs" / f"{name}.log"

    def metrics(self, network: str) -> Path:
        """Files in which the processes of a network share their metrics."""
        return self.base / "metrics" / network


def write_private(path: Path, content: str) -> None:
    """Replace a file by one that only its owner may read (mode 0600); readers see the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as lines:
        lines.write(content)
    draft.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write JSON that only its owner may read."""
    write_private(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path, default: Any) -> Any:
    """What `write_json` wrote, or `default` when there is nothing. Raises ValueError on a broken file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
