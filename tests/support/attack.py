"""Random tables of a small population, published in editions by the product; `tests.support.attacker` reads them."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from uuid import UUID

from services.reporting.disclosure.audit import audit
from services.reporting.disclosure.published import TOTAL, Axis, Box, Population, PublishedTable
from services.reporting.disclosure.suppression import suppress
from services.reporting.protection import Method, is_small, record_key, rounded

REGIONS = ("rp", "sl", "sn")
NATIONALITIES = ("AF", "SY", "TR")
MONTHS = ("2022-01", "2022-02", "2022-03", "2022-04", "2022-05")
VALUES = {"region": REGIONS, "nationality": NATIONALITIES, "month": MONTHS}
DOMAINS = {name: frozenset(values) for name, values in VALUES.items()}
POPULATIONS = (
    Population(date(2022, 3, 31), date(2022, 4, 2)),
    Population(date(2022, 5, 31), date(2022, 6, 2)),
    Population(date(2022, 8, 31), date(2022, 9, 2)),
)
Finest = tuple[str, str, str]
FINEST: tuple[Finest, ...] = tuple(product(REGIONS, NATIONALITIES, MONTHS))


@dataclass(frozen=True)
class Record:
    """A session: where, who, when, and the first population it belongs to."""

    finest: Finest
    since: int
    key: int


@dataclass(frozen=True)
class Wanted:
    """A table somebody asks for."""

    by: tuple[str, ...]
    only: Box

    def holds(self, finest: Finest) -> bool:
        """Whether it counts records of a finest cell."""
        return all(value in self.only.get(name, (value,)) for name, value in zip(VALUES, finest, strict=True))

    def row(self, finest: Finest) -> tuple[str, ...]:
        """The row in which it counts them."""
        return tuple(value for name, value in zip(VALUES, finest, strict=True) if name in self.by)


def people(chance: random.Random) -> list[Record]:
    """A small, uneven population; most are recorded in their month, some are late."""
    weights = [chance.choice((0, 1, 1, 2, 6)) for _ in FINEST]
    found = []
    for finest in chance.choices(FINEST, weights, k=chance.randint(8, 160)) if any(weights) else []:
        first = next(number for number, each in enumerate(POPULATIONS) if finest[2] <= f"{each.as_of:%Y-%m}")
        late = chance.choices((0, 1, 2), (12, 2, 1))[0]
        since = min(first + late, len(POPULATIONS) - 1)
        found.append(Record(finest, since, record_key(UUID(int=chance.getrandbits(128)))))
    return found


def wanted(chance: random.Random) -> list[Wanted]:
    """Tables as an attacker would ask for them: ranges of months, padding with other values, totals and parts."""
    by = tuple(name for name in VALUES if chance.random() < 0.4)
    first, last = sorted(chance.choices(range(len(MONTHS)), k=2))
    only: dict[str, frozenset[str]] = {"month": frozenset(MONTHS[first : last + 1])}
    for name in ("region", "nationality"):
        if chance.random() < 0.3:
            only[name] = frozenset(chance.sample(VALUES[name], chance.choice((1, 2, 2))))
    if chance.random() < 0.3:
        del only["month"]
    found = [Wanted(by, only)]
    if chance.random() < 0.5 and len(only.get("month", ())) > 1:  # the same without its last month
        found.append(Wanted(by, only | {"month": only["month"] - {max(only["month"])}}))
    if chance.random() < 0.3:  # the total without one value
        name = chance.choice(("region", "nationality"))
        found.append(Wanted(by, only | {name: frozenset(chance.sample(VALUES[name], 2))}))
    return found


def exact_table(number: int, one: Wanted, records: Iterable[Record], of: int, method: Method) -> PublishedTable:
    """The table with exact counts, or rounded ones, of one population."""
    counts: Counter[tuple[str, ...]] = Counter()
    keys: Counter[tuple[str, ...]] = Counter()
    total = total_key = 0
    for record in records:
        if record.since <= of and one.holds(record.finest):
            row = one.row(record.finest)
            counts[row] += 1
            keys[row] += record.key
            total, total_key = total + 1, total_key + record.key
    rows = dict(sorted(counts.items())) if one.by else {}
    if method == "rounded":
        rows = {row: value for row, count in rows.items() if (value := rounded(count, keys[row]))}
        total = rounded(total, total_key)
    axes = tuple(
        Axis(name, {value: frozenset({value}) for value in VALUES[name] if value in one.only.get(name, VALUES[name])})
        for name in VALUES
        if name in one.by
    )
    return PublishedTable(f"Tabelle {number}", POPULATIONS[of], method, (one.only,), axes, rows, total)


def printed_figures(chance: random.Random, records: list[Record]) -> list[PublishedTable]:
    """Up to five exact counts that everybody has before any edition, and that give nothing away themselves."""
    found: list[PublishedTable] = []
    for number in range(chance.randint(2, 5)):
        of = chance.randrange(len(POPULATIONS))
        only = wanted(chance)[0].only
        if chance.random() < 0.7:  # a row of a usual table, of all months
            one = [name for name in ("region", "nationality") if chance.random() < 0.5]
            only = {name: frozenset({chance.choice(VALUES[name])}) for name in one}
        figure = exact_table(number, Wanted((), only), records, of, "exact")
        if (figure.total or 0) > 2 and not audit([], [*found, figure], DOMAINS):
            found.append(replace(figure, name=f"gedruckt {number}"))
    return found


def showing(figure: PublishedTable) -> Wanted:
    """A table in which a printed figure stands: as a row where it has single values, else as the total."""
    (box,) = figure.scope
    by = tuple(name for name in VALUES if name in box and len(box[name]) == 1)
    return Wanted(by, {name: values for name, values in box.items() if name not in by})


def with_printed(table: PublishedTable, printed: Sequence[PublishedTable]) -> PublishedTable:
    """The table with those of its numbers that were printed before."""
    (scope,) = table.scope
    boxes: dict[tuple[str, ...], Box] = {TOTAL: scope}
    boxes |= {row: {**scope, **{axis.field: frozenset({value}) for axis, value in zip(table.axes, row, strict=True)}}
              for row in table.rows}  # fmt: skip
    figures = [figure for figure in printed if figure.population == table.population]
    known = {row: figure.total or 0 for row, box in boxes.items() for figure in figures if figure.scope == (box,)}
    return replace(table, printed=known)


Publish = Callable[[list[PublishedTable], list[PublishedTable]], list[PublishedTable] | None]


def by_the_product(earlier: list[PublishedTable], tables: list[PublishedTable]) -> list[PublishedTable] | None:
    """What the product publishes, None if it refuses."""
    if tables[0].method == "rounded":
        return None if audit(earlier, tables, DOMAINS) else tables
    found = suppress(earlier, tables, DOMAINS)
    return None if found.given_away else list(found.tables)


def by_a_naive_hand(_: list[PublishedTable], tables: list[PublishedTable]) -> list[PublishedTable] | None:
    """What somebody publishes who only hides 1 and 2; for comparison."""

    def hidden(value: int | None) -> int | None:
        return None if value is not None and is_small(value) else value

    return [
        PublishedTable(
            each.name, each.population, each.method, each.scope, each.axes,
            {row: hidden(value) for row, value in each.rows.items()}, hidden(each.total),
        )
        for each in tables
    ]  # fmt: skip


def editions(
    chance: random.Random, records: list[Record], publish: Publish, printed: Sequence[PublishedTable] = ()
) -> tuple[list[PublishedTable], int]:
    """One to three editions of random tables, the later never of an older population; and how many were refused.

    `printed`: what everybody has before; it stands first among what is published.
    """
    published = list(printed)
    refused = 0
    for of in sorted(chance.choices(range(len(POPULATIONS)), k=chance.randint(1, 3))):
        method: Method = chance.choice(("rounded", "minimum3"))
        asked = [one for _ in range(chance.randint(1, 2)) for one in wanted(chance)]
        same = [figure for figure in printed if figure.population == POPULATIONS[of]]
        asked += [showing(figure) for figure in same if chance.random() < 0.5]
        numbers = range(len(published) + 1, len(published) + 1 + len(asked))
        exact = [exact_table(number, one, records, of, method) for number, one in zip(numbers, asked, strict=True)]
        tables = [with_printed(table, printed) for table in exact]
        shown = publish(published, tables)
        refused += shown is None
        published += shown or []
    return published, refused
