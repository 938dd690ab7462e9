"""Faults that a chaos run brings into a process: named places to die at, and a clock that is wrong.

Both are files in the folder named by `IQ_FAULTS`: `<network>.<place>` kills the first process of that network that
comes by, `<network>.clock` holds the seconds its clocks are ahead. Without it nothing happens, in production never.
"""

import os
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path


def _fault(name: str) -> Path | None:
    folder = os.environ.get("IQ_FAULTS", "") if os.environ.get("IQ_ENV") in {"local", "test"} else ""
    return Path(folder, f"{os.environ.get('IQ_NETWORK', '')}.{name}") if folder else None


def failpoint(place: str) -> None:
    """Die here, as by a crash, if this place is armed; the file goes first, so that it strikes once."""
    if file := _fault(place):
        with suppress(FileNotFoundError):
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def clock_error() -> timedelta:
    """How far this network's clocks are ahead of the true time."""
    if file := _fault("clock"):
        with suppress(FileNotFoundError, ValueError):
            return timedelta(seconds=float(file.read_text(encoding="ascii")))
    return timedelta()
