"""`make walk`: docs/operations.md done as it is written, in a fresh clone: `python -m drill.walk [--offset 30000]`.

A block of language `sh` with a name is pasted into the terminal of that name, at the clone or where its last `cd`
led; a block of language `text` behind it is what must then be seen, line by line, `…` standing for anything. What says
`bereit` goes on until a block that says `# Ctrl-C`, or the end. `--offset` moves all ports, for a machine in use.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.paths import ROOT

PAGE = Path("docs/operations.md")
SECONDS = 600.0
FENCE = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEPT = re.compile(r"^(?:export|cd) .*$", re.MULTILINE)
INTERRUPT, STAYS = "# Ctrl-C", "bereit"


class Stumbled(Exception):
    """What was promised was not seen. Carries the terminal, what was missing, and the end of what was seen."""


@dataclass(frozen=True)
class Block:
    """Commands for a terminal, and the lines that must be seen."""

    terminal: str
    commands: str
    seen: list[str]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page that are meant for a named terminal."""
    found = FENCE.findall(text)
    for number, (language, terminal, commands) in enumerate(found):
        if language == "sh" and terminal:
            following = found[number + 1] if number + 1 < len(found) else ("", "", "")
            yield Block(terminal, commands, following[2].splitlines() if following[0] == "text" else [])


def missing(wanted: list[str], output: str) -> list[str]:
    """The lines that were not seen, in their order; `…` stands for anything on a line."""
    place = 0
    for number, line in enumerate(wanted):
        pattern = ".*".join(re.escape(part) for part in line.strip().split("…"))
        found = re.compile(rf"^\s*{pattern}\s*$", re.MULTILINE).search(output, place)
        if not found:
            return wanted[number:]
        place = found.end()
    return []


@dataclass
class Terminal:
    """A terminal: what it was told to remember, and the command that runs in it."""

    name: str
    folder: Path
    environment: dict[str, str]
    kept: list[str] = field(default_factory=list)
    running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it shows."""
        return self.folder.parent / f"{self.name}.log"

    def paste(self, block: Block) -> None:
        """Do what a block says. Raises Stumbled when it ends badly or does not show in time what it should."""
        if block.commands.strip() == INTERRUPT:
            self.interrupt()
            return
        script = "\n".join([*self.kept, block.commands])
        self.kept += KEPT.findall(block.commands)
        with self.log.open("wb") as log:
            command = ["bash", "-euo", "pipefail", "-c", script]
            self.running = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + SECONDS
        while not self._done(block, self.running.poll()):
            if time.monotonic() > end or self.running.poll() is not None:
                wanted = missing(block.seen, self._shown()) or ["Ende mit 0"]
                raise Stumbled(f"{self.name}: {wanted}\n{block.commands}\n{self._shown()[-3000:]}")
            time.sleep(0.2)

    def _done(self, block: Block, code: int | None) -> bool:
        stays = code is None and STAYS in block.seen
        return (stays or code == 0) and not missing(block.seen, self._shown())

    def _shown(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def interrupt(self) -> None:
        """Press Ctrl-C and wait."""
        if self.running and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGINT)
            self.running.wait(60)
        self.running = None


def walk(text: str, clone: Path, offset: int) -> Iterator[str]:
    """Do all blocks of a page; a line for each that was done. Raises Stumbled."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("IQ_", "MAKE", "MFLAGS"))}
    if offset:
        environment["IQ_PORT_OFFSET"] = str(offset)
    terminals: dict[str, Terminal] = {}
    try:
        for block in blocks(text):
            started = time.monotonic()
            terminal = terminals.setdefault(block.terminal, Terminal(block.terminal, clone, environment))
            terminal.paste(block)
            first = block.commands.strip().splitlines()[-1]
            yield f"{time.monotonic() - started:6.1f} s  {block.terminal:<8} {first}"
    finally:
        for terminal in terminals.values():
            terminal.interrupt()


def main() -> None:
    """Walk. Exits with what was promised and not seen."""
    parser = argparse.ArgumentParser(prog="python -m drill.walk", description=__doc__)
    parser.add_argument("--offset", type=int, default=0)
    offset, started = parser.parse_args().offset, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iq-walk-") as folder:
        clone = Path(folder) / "iq-verbund"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        try:
            done = 0
            for line in walk((clone / PAGE).read_text(encoding="utf-8"), clone, offset):
                print(line, flush=True)
                done += 1
        except Stumbled as error:
            sys.exit(f"{PAGE}: {error}")
    print(f"{PAGE}: {done} Schritte gegangen, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
