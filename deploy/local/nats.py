"""The brokers of a local run: where they stand, the program that runs them, and their checked configurations."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.brokers import Certificates, Config, Place, written
from deploy.local.paths import write_private
from deploy.local.ports import HOST


@dataclass(frozen=True, slots=True)
class Broker:
    """Where one broker listens and stores: `name` is `hub` or a network's code. `monitor`: where it tells of itself."""

    name: str
    port: int
    folder: Path
    monitor: int | None = None

    @property
    def config(self) -> Path:
        """Its configuration file."""
        return self.folder / "nats.conf"

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"nats://{HOST}:{self.port}"

    def place(self, tls: Certificates) -> Place:
        """What its configuration is rendered from."""
        monitor = f"{HOST}:{self.monitor}" if self.monitor else None
        return Place(self.name, f"{HOST}:{self.port}", str(self.folder / "store"), tls, monitor)

    def command(self) -> list[str]:
        """The program that runs it."""
        return [executable(), "-c", str(self.config)]


def executable() -> str:
    """The nats-server of the wheel. Raises FileNotFoundError when it is not installed."""
    program = Path(sys.executable).with_name("nats-server")
    if not program.exists():
        raise FileNotFoundError(program.name)
    return str(program)


def write_config(broker: Broker, config: Config) -> None:
    """Write a configuration and have the server check it.

    Raises ValueError with the server's words when it refuses; the old configuration then stays.
    """
    draft = broker.config.with_suffix(".draft")
    write_private(draft, written(config))
    check = subprocess.run([executable(), "-t", "-c", str(draft)], capture_output=True, text=True, check=False)
    if check.returncode:
        raise ValueError(check.stderr.strip())
    draft.replace(broker.config)
