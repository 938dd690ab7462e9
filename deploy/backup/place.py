"""The folder of backups: base copies, the archived log, and the state that monitoring reads."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.paths import Paths, read_json, write_json
from deploy.local.postgres import let_enter, server_identity

STATE = "backups.json"
KINDS = ("base", "dump", "drill")


@dataclass(frozen=True, slots=True)
class Base:
    """A base copy: when it was begun and ended (the server's clock), and the first segment of the log that it needs."""

    name: str
    server: str
    begun: datetime
    ended: datetime
    segment: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where backups lie: outside the data folder, best on another machine; only its owner and the server enter."""

    folder: Path

    @property
    def bases(self) -> Path:
        """Base copies, each with a file beside it that says what it is."""
        return self.folder / "base"

    @property
    def log(self) -> Path:
        """The archived log of the server, which its own user writes."""
        return self.folder / "wal"

    def prepare(self) -> None:
        """Make the folders. Raises OSError."""
        self.bases.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.mkdir(mode=0o700, exist_ok=True)
        if identity := server_identity():
            os.chown(self.log, identity.pw_uid, identity.pw_gid)
            let_enter(self.log)

    def keep(self, base: Base) -> None:
        """Remember a base copy that is complete."""
        told = asdict(base) | {"begun": base.begun.isoformat(), "ended": base.ended.isoformat()}
        write_json(self.bases / f"{base.name}.json", told)

    def known(self) -> list[Base]:
        """All complete base copies, oldest first. Raises ValueError on a broken file."""
        found = [read_json(path, {}) for path in self.bases.glob("*.json")]
        made = [Base(**told | {name: _instant(told[name]) for name in ("begun", "ended")}) for told in found]
        return sorted(made, key=lambda base: base.ended)

    def note(self, kind: str, when: datetime | None = None) -> None:
        """Write down that a step of a kind has just succeeded, as monitoring wants to know."""
        told = read_json(self.folder / STATE, {})
        write_json(self.folder / STATE, told | {kind: round((when or datetime.now(UTC)).timestamp())})


def chosen(paths: Paths, environment: Mapping[str, str] = os.environ) -> Place | None:
    """Where the local run's server archives to: `IQ_BACKUPS`, or what it was told before; None where it does not.

    Raises ValueError for a folder in the state that the backups are to outlive.
    """
    named = environment.get("IQ_BACKUPS", "") or read_json(paths.archive, {}).get("folder", "")
    if not named:
        return None
    folder = Path(named).resolve()
    if folder.is_relative_to(paths.base):
        raise ValueError(f"IQ_BACKUPS={named} liegt in {paths.base}: bitte einen Ordner außerhalb nennen.")
    return Place(folder)


def choose(paths: Paths, place: Place) -> None:
    """Archive there from now on, also in runs that are told nothing."""
    place.prepare()
    write_json(paths.archive, {"folder": str(place.folder)})


def moment_of(text: str) -> datetime:
    """A moment as people write it, `2026-11-27 10:15`; UTC unless it says otherwise. Raises ValueError in German."""
    try:
        return _instant(text.strip())
    except ValueError:
        raise ValueError(f"AT={text} ist kein Zeitpunkt: zum Beispiel 2026-11-27 10:15 (UTC).") from None


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
