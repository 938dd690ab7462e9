"""PostgreSQL's own programs: those of the wheel, else those that are installed."""

import shutil
import subprocess
from pathlib import Path

from deploy.life.hub import Refused
from deploy.local.postgres import programs


def call(program: str, *arguments: str | Path) -> str:
    """Run one and return what it says. Raises Refused with its words when it fails or is not there."""
    run = subprocess.run([_found(program), *arguments], capture_output=True, text=True, check=False)
    if run.returncode:
        said = run.stderr.strip().splitlines() or ["ohne Angabe"]
        raise Refused(f"{program} ist gescheitert: {said[-1]}")
    return run.stdout


def _found(program: str) -> str | Path:
    try:
        return programs() / program
    except FileNotFoundError:
        if found := shutil.which(program):
            return found
    raise Refused(f"{program} fehlt: bitte die Programme von PostgreSQL installieren.")
