"""What has changed since an edition: by network and reason, from the revisions themselves (contracts §6, MON-03)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from services.reporting.edition_tables import spec_of
from services.reporting.leaf import Leaf, fact
from services.reporting.question import Question, read_question
from services.reporting.tables import EditionRow
from shared.database import SessionFactory
from shared.topology import load_topology

REASONS = {
    "late": ("verspätet erfasst", "verspätet erfasst"),
    "received": ("verspätet eingegangen", "verspätet eingegangen"),
    "corrected": ("Korrektur", "Korrekturen"),
    "withdrawn": ("Rücknahme", "Rücknahmen"),
}
ASKED = "Diese Tabelle haben die Netzwerke beantwortet; spätere Änderungen kennen nur sie."


async def changes(sessions: SessionFactory, row: EditionRow, network: str, today: date) -> dict[str, Any]:
    """For each table of an edition the networks whose numbers would be others today, with reasons in words."""
    tables = []
    for number, table in enumerate(row.asked, start=1):
        clocks = [("as_of", row.as_of.isoformat()), ("known_at", row.known_at.isoformat())]
        then = read_question([*clocks, *spec_of(table)], network, today)
        entry: dict[str, Any] = {"table": number, "title": then.indicator.title_de, "networks": []}
        if then.asked:
            entry["note"] = ASKED
        elif then.indicator.measure != "holdings":
            entry["networks"] = await changed(sessions, then, replace(then, as_of=today, known_at=today))
        tables.append(entry)
    return {
        "edition_id": str(row.edition_id),
        "as_of": row.as_of.isoformat(),
        "today": today.isoformat(),
        "tables": tables,
    }


async def changed(sessions: SessionFactory, then: Question, now: Question) -> list[dict[str, Any]]:
    """The networks whose numbers differ between two pairs of days of one question, with reasons in words."""
    async with sessions() as session:
        found = (await (await session.connection()).execute(_changes(then, now))).all()
    return _by_network([tuple(line) for line in found])


def _by_network(found: Sequence[tuple[str, str, int, int]]) -> list[dict[str, Any]]:
    """Lines (network, reason, records, change of the value) as told, networks in the order of the topology."""
    by: dict[str, dict[str, int]] = defaultdict(dict)
    change: dict[str, int] = defaultdict(int)
    for region, reason, records, difference in found:
        by[region][reason] = records
        change[region] += int(difference)
    return [
        {
            "region": code,
            "change": change[code],
            "reasons": by[code],
            "sentence": sentence(code, change[code], by[code]),
        }
        for code in load_topology()
        if code in by
    ]


def sentence(region: str, change: int, reasons: dict[str, int]) -> str:
    """In words: "Sachsen: +31, davon 28 verspätet erfasst, 3 Korrekturen"."""
    parts = [f"{count} {words[count != 1]}" for name, words in REASONS.items() if (count := reasons.get(name))]
    shown = f"{change:+d}".replace("-", "−") if change else "±0"
    return f"{load_topology()[region].land}: {shown}, davon {', '.join(parts)}"


def _changes(then: Question, now: Question) -> Select[Any]:
    """Records that count otherwise now than then: network, reason, records, change of the value."""
    a, b = _records(then), _records(now)
    same = and_(a.c.place == b.c.place, a.c.key == b.c.key, *(a.c[name] == b.c[name] for name in then.by))
    place, key = func.coalesce(a.c.place, b.c.place), func.coalesce(a.c.key, b.c.key)
    joined = a.join(b, same, full=True)
    differs = or_(a.c.key.is_(None), b.c.key.is_(None), a.c.value != b.c.value)
    difference = (func.coalesce(b.c.value, 0) - func.coalesce(a.c.value, 0)).label("difference")
    lines = select(place.label("place"), key.label("key"), difference).select_from(joined).where(differs).subquery()
    # A record that only moved between rows of the table stands here twice; it is one correction.
    moved = select(lines.c.place, lines.c.key, func.sum(lines.c.difference).label("difference"))
    records = moved.group_by(lines.c.place, lines.c.key).subquery()
    reason = _reason(records, then)
    found = select(records.c.place, reason.label("reason"), func.count(), func.sum(records.c.difference))
    return found.group_by(records.c.place, reason)


def _records(question: Question) -> Any:
    leaves = [Leaf(question, leaf).records() for leaf in question.indicator.leaves]
    return union_all(*leaves).subquery() if len(leaves) > 1 else leaves[0].subquery()


def _reason(records: Any, then: Question) -> ColumnElement[Any]:
    """Why a record counts otherwise: written down or received too late, withdrawn, or corrected."""
    f = fact.alias("history")
    of_record = [f.c.region == records.c.place, f.c.entity_id == records.c.key, f.c.kind.in_(then.indicator.kinds)]

    def told(column: Any) -> Any:
        return select(column).where(*of_record).correlate(records).scalar_subquery()

    newest = select(f.c.withdrawn).where(*of_record).order_by(f.c.revision.desc()).limit(1).correlate(records)
    return case(
        (told(func.min(f.c.effective_on)) > then.as_of, literal("late")),
        (told(func.min(f.c.received_on)) > then.known_at, literal("received")),
        (newest.scalar_subquery(), literal("withdrawn")),
        else_=literal("corrected"),
    )
