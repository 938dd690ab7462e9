"""Tables of an edition: asked, described as readers see them, and shown protected (contracts §6, Editions)."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.reporting.answer import REST, Cell, ordered, share
from services.reporting.counting import Counts
from services.reporting.dimensions import ROUNDS, trait
from services.reporting.disclosure.published import TOTAL, Axis, Box, Population, PublishedTable
from services.reporting.indicator import PRESENT, Indicator
from services.reporting.passport import Reach, passport
from services.reporting.periods import FIRST, LAST, months, span
from services.reporting.protection import Method, has_share, rounded
from services.reporting.public_figures import SOURCE
from services.reporting.question import Question
from shared.nationalities import NOT_STATED
from shared.topology import CENTRE, load_topology

PERIOD_DIMENSIONS = ("month", "quarter", "year")
QUANTITY = "quantity"
HUNDRED = 100
METHODS = {
    "rounded": "Veröffentlichung, gerundet: Jede Zahl außer null steht auf einem benachbarten Vielfachen von fünf.",
    "minimum3": "Veröffentlichung, Mindestzahl 3: Eins und zwei sind verborgen, dazu so viele Zahlen, dass niemand sie "
    "errechnen kann.",
    "exact": "Veröffentlichung, ungeschützt: Der Indikator zählt weder Menschen noch Beratungen oder Teilnahmen.",
}


@dataclass(frozen=True)
class Asked:
    """A table of an edition as it was counted in a network or at the centre.

    `printed`: what was printed of its rows, and of its total (`TOTAL`), before.
    """

    name: str
    question: Question
    counts: Counts
    reach: Reach
    network: str
    printed: Mapping[tuple[str, ...], int] = dataclasses.field(default_factory=dict)

    @property
    def rows(self) -> list[Cell]:
        """Rows as shown: ordered, with the rest behind the first n; a printed one also without any record."""
        counted = {cell.values for cell in self.counts.cells}
        missing = [Cell(values, 0) for values in self.printed if values != TOTAL and values not in counted]
        return ordered([*self.counts.cells, *missing], self.question)

    @property
    def confirmed(self) -> dict[tuple[str, ...], int]:
        """Printed numbers that are what was counted: whoever reads them knows the exact count."""
        counted = {cell.values: cell.value for cell in self.rows} | {TOTAL: self.counts.total}
        return {values: value for values, value in self.printed.items() if counted[values] == value}


def method_of(asked: Asked, method: Method) -> Method:
    """How a table is protected: not at all where the indicator counts no people (`protect = false`)."""
    return method if asked.question.indicator.protect else "exact"


def round_table(asked: Asked) -> PublishedTable:
    """The table with every count rounded by the keys of its own records, totals too."""
    rows = {cell.values: rounded(cell.value, cell.key) for cell in asked.rows}
    total = rounded(asked.counts.total, asked.counts.total_key)
    return replace(described(asked, "rounded"), rows=rows, total=total)


def described(asked: Asked, method: Method) -> PublishedTable:
    """The table as sets of records, with exact values."""
    question = asked.question
    return PublishedTable(
        name=asked.name,
        population=Population(question.as_of, question.known_at),
        method=method,
        scope=tuple(_scope(question, asked.network)),
        axes=tuple(_axis(asked, place, name) for place, name in enumerate(question.by)),
        rows={cell.values: cell.value for cell in asked.rows},
        total=asked.counts.total,
        printed=asked.confirmed,
    )


def _scope(question: Question, network: str) -> Iterator[Box]:
    """Boxes of records a question counts: one for each way in which a record of each leaf can count."""
    for leaf in question.indicator.leaves:
        for condition in leaf.where or ((),):
            box: dict[str, frozenset[str]] = {QUANTITY: frozenset({f"{leaf.kind}.{leaf.measure}.{leaf.field or ''}"})}
            _narrow(box, leaf.month_field, _months(question, leaf))
            _narrow(box, "region", frozenset(load_topology() if network == CENTRE else (network,)))
            for field, values in condition:
                _narrow(box, field, _codes(leaf, field) if PRESENT in values else frozenset(values))
            for name, value in leaf.constants:
                _narrow(box, name, frozenset({value}))
            for name, values in question.filters:
                _narrow(box, *_meant(leaf, name, values))
            if all(box.values()):
                yield box


def _narrow(box: dict[str, frozenset[str]], field: str, values: frozenset[str]) -> None:
    box[field] = box[field] & values if field in box else values


def _months(question: Question, leaf: Indicator) -> frozenset[str]:
    first = max(question.first or FIRST, leaf.first_month)
    return frozenset(months(first, question.last or f"{question.as_of:%Y-%m}"))


def _codes(leaf: Indicator, field: str) -> frozenset[str]:
    found = trait(leaf.kind, field, lean=False)
    return frozenset(found.codes) if found else frozenset()


def _meant(leaf: Indicator, name: str, values: Sequence[str]) -> tuple[str, frozenset[str]]:
    """Field and values of the records that values of a dimension mean."""
    if name in PERIOD_DIMENSIONS:
        spans = {value: span(name, value) for value in values}
        # What is no period, `running`, stands for itself: records without a month.
        meant = ([value] if spans[value] == (FIRST, LAST) else months(*spans[value]) for value in values)
        return leaf.month_field, frozenset(month for found in meant for month in found)
    if name == "round" and leaf.dimension(name).field is None:
        return "month", frozenset(month for value in values for month in _round(value))
    return leaf.dimension(name).name, frozenset(values)


def _round(value: str) -> Sequence[str]:
    """The months of a funding round; what lies in none, stands for itself."""
    first, _, last = value.partition("-")
    return months(f"{first}-01", f"{last}-12") if last else [value]


def _axis(asked: Asked, place: int, name: str) -> Axis:
    """A dimension of the table; the rest of a ranking stands for every value that is not among the first."""
    question, leaf = asked.question, asked.question.indicator.leaves[0]
    shown = {cell.values[place] for cell in asked.rows}
    known = _known(question, name)
    values = {value: _meant(leaf, name, (value,))[1] for value in sorted({*known, *shown} - {REST})}
    if REST in shown:
        ranked = frozenset().union(*(values[value] for value in shown if value != REST))
        values = {value: meant for value, meant in values.items() if value in shown}
        values[REST] = frozenset(known) - ranked
    return Axis(_meant(leaf, name, tuple(known)[:1] or (NOT_STATED,))[0], values)


def domains(asked: Sequence[Asked]) -> dict[str, frozenset[str]]:
    """All values of those dimensions of tables whose values everybody knows."""
    found = {"region": frozenset(load_topology())}
    for table in asked:
        indicator = table.question.indicator
        for name in {*table.question.by, *(name for name, _ in table.question.filters)} - {*PERIOD_DIMENSIONS, "round"}:
            if codes := indicator.values(name, CENTRE):
                missing = {NOT_STATED, indicator.missing_of(name) or NOT_STATED}
                found[name] = found.get(name, frozenset()) | frozenset(codes) | missing
    return found


def _known(question: Question, name: str) -> tuple[str, ...]:
    """Every value a dimension can show in this table, where that is a closed list."""
    wanted = dict(question.filters).get(name)
    if wanted is not None:
        return wanted
    if name in PERIOD_DIMENSIONS:
        return tuple(dict.fromkeys(_period_of(name, month) for month in sorted(_months(question, question.indicator))))
    if name == "round" and question.indicator.dimension(name).field is None:
        return (*ROUNDS, NOT_STATED)
    codes = question.indicator.values(name, CENTRE)
    missing = question.indicator.missing_of(name)
    return (*codes, *([missing] if codes and missing else []))


def _period_of(name: str, month: str) -> str:
    if name == "quarter":
        return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    return month if name == "month" else month[:4]


def shown(asked: Asked, table: PublishedTable, *, synthetic: bool) -> dict[str, Any]:
    """The table as its edition tells it: rows in their order, hidden cells marked, shares from shown values."""
    question = asked.question
    total = asked.printed.get(TOTAL, table.total)
    rows = []
    for cell in asked.rows:
        value = table.rows[cell.values]
        if value == 0 and cell.values not in asked.printed:
            continue  # shown like what is not there
        row: dict[str, Any] = dict(zip(question.by, cell.values, strict=True))
        row |= _told(asked.printed.get(cell.values, value), total, table.method)
        rows.append(row | _printed(asked, cell.values, value))
    told = passport(question, asked.network, asked.reach, synthetic=synthetic or asked.counts.synthetic)
    told |= {"status": "edition", "method": METHODS[table.method], "coverage": _roughly(told["coverage"])}
    code = question.indicator.code
    found: dict[str, Any] = {"indicator": code, "by": list(question.by), "passport": told, "rows": rows}
    found |= {"total": total} | ({} if total is not None else {"suppressed": True})
    found |= {f"total_{name}": value for name, value in _printed(asked, TOTAL, table.total).items()}
    return found | ({"printed_in": SOURCE} if asked.printed else {})


def _printed(asked: Asked, values: tuple[str, ...], value: int | None) -> dict[str, Any]:
    """The mark of a printed number; where the records say another one, as far as that is told, it stands beside."""
    if values not in asked.printed:
        return {}
    printed = asked.printed[values]
    same = values in asked.confirmed or value == printed
    return {"printed": True} | ({} if same else {"recorded": value})


def _roughly(coverage: Mapping[str, Any]) -> dict[str, Any]:
    """Coverage in full hundreds of records: exact numbers of two editions would tell how many came in between."""
    rough = {name: coverage[name] // HUNDRED * HUNDRED for name in ("records", "expected")}
    return {**coverage, **rough}


def _told(value: int | None, total: int | None, method: Method) -> dict[str, Any]:
    if value is None:
        return {"value": None, "suppressed": True}
    known = method == "exact" or has_share(total)
    return {"value": value, "share": share(value, total) if known and total else None}


def spec_of(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A table as asked for in a request, as parameters of a question; everything unknown is a filter."""
    found = []
    for name, value in entry.items():
        values = value if isinstance(value, list | tuple) else [value]
        text = ",".join(str(part) for part in values if part is not None)
        if text:
            found.append((name, text))
    return found
