"""How far a file is: counted in the parsing thread and while saving, told to the event loop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event
from time import sleep
from typing import BinaryIO

from shared.importing.kinds import ParsedRow
from shared.importing.reader import Line
from shared.importing.scan import Scan

# Lets the event loop have the interpreter: requests are answered while a large file is read.
YIELD_SECONDS = 0.0002


class StoppedError(Exception):
    """The process ends: the file is begun again by the next one."""


@dataclass
class Progress:
    """How far a file is, told from the parsing thread to the event loop."""

    rows: int = 0
    percent: int = 0
    stop: Event = field(default_factory=Event)

    def reading(self, lines: Iterable[Line], file: BinaryIO, size: int) -> Iterator[Line]:
        """Pass lines on, counting; the first half of the work. Raises StoppedError when the process ends."""
        for line in lines:
            if self.stop.is_set():
                raise StoppedError
            self.rows += 1
            if not self.rows % 10:
                sleep(YIELD_SECONDS)
                self.percent = min(50, max(self.percent, 50 * file.tell() // size))
            yield line

    def saving(self, scan: Scan) -> "Rows":
        """The valid rows; walking through them is the second half of the work."""
        return Rows(self, scan)


@dataclass
class Rows(Iterable[ParsedRow]):
    """Valid rows of a file, made one after the other, as often as wanted."""

    progress: Progress
    scan: Scan

    def __len__(self) -> int:
        return len(self.scan.rows)

    def __iter__(self) -> Iterator[ParsedRow]:
        for done, row in enumerate(self.scan):
            self.progress.percent = max(self.progress.percent, 50 + 49 * done // len(self))
            yield row
