"""The one query builder: from a question to SQL over facts (design 10)."""

from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import BIT

from services.reporting.leaf import Leaf
from services.reporting.question import Question

MOST_ROWS = 100_000


def figures(question: Question, *, keys: bool = False) -> Select[Any]:
    """Rows (dimension values…, value, synthetic) of a question, one more than may be answered at most.

    Groups without records are absent. With `keys`, a column before the value has the sum of the keys of the records
    that add something, by which editions round (`protection.record_key`).
    """
    leaves = [Leaf(question, leaf).records() for leaf in question.indicator.leaves]
    records = union_all(*leaves).subquery() if len(leaves) > 1 else leaves[0].subquery()
    names = [records.c[name] for name in question.by]
    counted: Any = records.c.value
    # Without records a sum is null, a count of distinct values is to be so too: then there is no row.
    distinct = question.indicator.measure == "distinct"
    value = func.nullif(func.count(counted.distinct()), 0) if distinct else func.sum(counted)
    adds = counted.is_not(None) if distinct else counted != literal(0)
    summed = [func.sum(_key(records.c.key)).filter(adds).label("key")] if keys else []
    found = select(*names, *summed, value.label("value"), func.bool_or(records.c.synthetic).label("synthetic"))
    return found.group_by(*names).limit(MOST_ROWS + 1)


def _key(entity_id: Any) -> Any:
    """The key of a record as a whole number; signed, which a sum modulo 2⁶⁴ does not see."""
    digest = func.encode(func.substr(func.sha256(func.uuid_send(entity_id)), 1, 8), "hex")
    return cast(cast(literal("x").concat(digest), BIT(64)), BigInteger)


def base(question: Question) -> Question:
    """The question whose answer is the base of shares.

    Of mentions the sessions of each session type (MON-07), of timely records all records of the same row.
    """
    indicator = question.indicator
    if indicator.measure == "timely":
        return replace(question, indicator=replace(indicator, measure="count"), top=None)
    return replace(
        question,
        indicator=replace(indicator, measure="count", field=None),
        by=tuple(name for name in question.by if name == "session_type"),
        filters=tuple(entry for entry in question.filters if indicator.dimension(entry[0]).field != indicator.field),
        top=None,
    )
