"""Rules of views, comments and news that need no database: addresses, questions without days, tallies, silence."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qsl, urlencode

PAGE = re.compile(r"/(?!/)[A-Za-z0-9_.~/-]*(\?[^\s\\#\x00-\x1f\x7f-\x9f]*)?")
"""A page of this site: one slash, so that no browser reads another host out of it."""
ASKING = "/anfrage?"
DAYS = ("version", "as_of", "known_at")
"""What names a state of a figure and not the figure."""
FIRST_VISIT = timedelta(days=7)
SILENT = timedelta(hours=2)
"""A network that speaks every few seconds and has not for so long is told of as silent."""


def local_page(path: str) -> bool:
    """Whether this is the address of a page of our own site."""
    return bool(PAGE.fullmatch(path)) and "/../" not in f"{path.partition('?')[0]}/"


def about(link: str) -> str:
    """The question of a link without its days and version: what one figure is, whenever it is looked at."""
    pairs = [(name, value) for name, value in parse_qsl(link) if name not in DAYS]
    return urlencode(sorted((name, value if name == "by" else _sorted(value)) for name, value in pairs), safe=",")


def _sorted(values: str) -> str:
    return ",".join(sorted(values.split(",")))


def as_known(link: str, as_of: date) -> str:
    """The same question with another Stichtag, with all that is known of it today."""
    return urlencode([*(pair for pair in parse_qsl(link) if pair[0] not in DAYS), ("as_of", as_of.isoformat())])


@dataclass(frozen=True, slots=True)
class Step:
    """Records of a kind of a network that went the same step since a day; lines before and after it.

    `step`: `new` and `late` (of a month before that day) were not there, `corrected`, `withdrawn`, `restored` were;
    `delayed` of them had been recorded before that day and arrived after it.
    """

    region: str
    kind: str
    before: str | None
    after: str | None
    step: str
    records: int
    delayed: int


@dataclass(slots=True)
class Tally:
    """What became of the records of one line: now = then + new + late + restored + moved - withdrawn.

    `delayed` of the new and late ones had been recorded before, and arrived only now.
    """

    new: int = 0
    late: int = 0
    corrected: int = 0
    withdrawn: int = 0
    restored: int = 0
    moved: int = 0
    delayed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    @property
    def change(self) -> int:
        """By how many records the line grew."""
        return self.new + self.late + self.restored + self.moved - self.withdrawn


Place = tuple[str, str | None]


def tallies(steps: Iterable[Step]) -> Mapping[str, Mapping[Place, Tally]]:
    """Tallies by kind, and by network and line.

    What was withdrawn counts where it had stood; what a correction moved to another line leaves the one and comes to
    the other.
    """
    found: dict[str, dict[Place, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for one in steps:
        lines = found[one.kind]
        line = one.before if one.step == "withdrawn" else one.after
        tally = lines[one.region, line]
        setattr(tally, one.step, getattr(tally, one.step) + one.records)
        if one.step in ("new", "late"):
            tally.delayed += one.delayed
        if one.step == "corrected" and one.before != one.after:
            tally.moved += one.records
            lines[one.region, one.before].moved -= one.records
    return found


@dataclass(frozen=True, slots=True)
class Silence:
    """A network that says nothing (`back` False, since an instant), or spoke again after days without a word."""

    region: str
    back: bool
    since: datetime | None
    days: int


def silences(
    last: Mapping[str, datetime], days: Mapping[str, Collection[date]], since: date, now: datetime, today: date
) -> list[Silence]:
    """Networks that are silent, and those that were silent since a day and have come back.

    `last`: when each spoke last; `days`: on which days since then each had spoken, and its last one before.
    """
    found = []
    for region, at in sorted(last.items()):
        if now - at > SILENT:
            found.append(Silence(region, back=False, since=at, days=(now - at).days))
            continue
        heard = sorted({*days.get(region, ()), today})
        gaps = [(after - before).days - 1 for before, after in pairwise(heard) if after >= since]
        if max(gaps, default=0) > 0:
            found.append(Silence(region, back=True, since=None, days=max(gaps)))
    return found
