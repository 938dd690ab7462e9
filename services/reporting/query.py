"""The one query builder: from a question to SQL over facts (design 10). Every value is a bound parameter."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from services.reporting.catalogue import PRESENT, Condition, Indicator
from services.reporting.dimensions import NO, OTHER, YES, Dimension, load_dimensions, trait
from services.reporting.question import Question
from services.reporting.tables import PROMOTED, BodyRow, FactRow
from shared.contracts.registry import STRUCTURE
from shared.nationalities import NOT_STATED
from shared.vocabulary import FUNDING_ROUNDS

fact: Any = FactRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it, mypy does not know
fact_body: Any = BodyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it, mypy does not know
KEY = ("region", "kind", "entity_id", "revision")
Text = ColumnElement[Any]
ORIGIN, SYNTHETIC = "origin", "synthetic"


def figures(question: Question) -> Select[Any]:
    """Rows (dimension values…, value, synthetic) of a question; groups without records are absent."""
    leaves = [_Leaf(question, leaf).records() for leaf in question.indicator.leaves]
    records = union_all(*leaves).subquery() if len(leaves) > 1 else leaves[0].subquery()
    names = [records.c[name] for name in question.by]
    value = func.sum(records.c.value).label("value")
    return select(*names, value, func.bool_or(records.c.synthetic).label("synthetic")).group_by(*names)


def newest(f: Any, question: Question) -> list[ColumnElement[bool]]:
    """Conditions that `f` is the highest revision of its record under `as_of` and `known_at`, and not withdrawn."""
    n = fact.alias("newer")
    newer = select(literal(1)).where(
        n.c.region == f.c.region,
        n.c.kind == f.c.kind,
        n.c.entity_id == f.c.entity_id,
        n.c.revision > f.c.revision,
        n.c.revision > literal_column("1"),  # a constant, so that the small index of later revisions may answer
        *_recorded(n, question),
    )
    return [*_recorded(f, question), ~f.c.withdrawn, ~newer.exists()]


def _recorded(f: Any, question: Question) -> list[ColumnElement[bool]]:
    return [f.c.effective_on <= question.as_of, f.c.received_on <= question.known_at]


class _Leaf:
    """The records of one indicator of one kind that a question counts."""

    def __init__(self, question: Question, indicator: Indicator) -> None:
        self.question, self.indicator = question, indicator
        self.f = fact.alias("f")
        self.source: FromClause = self.f
        self.elements: dict[str, Text] = {}
        self.offices: Text | None = None
        self._body: Text | None = None

    def records(self) -> Select[Any]:
        """One row per record (per value of a list, where one is counted or grouped by)."""
        value = self.measure().label("value")
        by = [self.dimension(load_dimensions()[name]).label(name) for name in self.question.by]
        conditions = [self.f.c.kind == self.indicator.kind, *newest(self.f, self.question), *self.period()]
        if self.indicator.where:
            conditions.append(or_(*(self.condition(condition) for condition in self.indicator.where)))
        conditions += [self.filter(load_dimensions()[name], values) for name, values in self.question.filters]
        synthetic = func.coalesce(self.field(ORIGIN) == SYNTHETIC, false()).label("synthetic")
        return select(*by, value, synthetic).select_from(self.source).where(*conditions)

    def field(self, name: str) -> Text:
        """A field of the body as text, null when it is not there."""
        found: Text = self.f.c[name] if name in PROMOTED else self.body[name].astext
        return found

    @property
    def body(self) -> Any:
        """The event that told the fact; joined only where a question needs it."""
        if self._body is None:
            b = fact_body.alias("b")
            self.source = self.source.join(b, and_(*(b.c[name] == self.f.c[name] for name in KEY)))
            self._body = b.c.body
        return self._body

    def measure(self) -> Text:
        """What one row adds to the value."""
        if self.indicator.measure == "mentions":
            self.unfold(str(self.indicator.field), inner=True)
        if self.indicator.measure == "sum":
            return cast(self.field(str(self.indicator.field)), Integer)
        return literal(1)

    def unfold(self, field: str, *, inner: bool) -> Text:
        """One row per value of a list field; a record without any keeps one empty row unless `inner`."""
        if field not in self.elements:
            each = func.jsonb_array_elements_text(self.body[field]).table_valued("code")
            values = each.render_derived(name=f"each_{field}").lateral()
            self.source = self.source.join(values, true(), isouter=not inner)
            self.elements[field] = values.c.code
        return self.elements[field]

    def period(self) -> list[ColumnElement[bool]]:
        """Months asked for; of a stock, validity within them, or on the day asked for."""
        first, last = self.question.first, self.question.last
        if not self.indicator.stock:
            start = max(first or "", self.indicator.first_month)
            return [self.f.c.month >= start, *([self.f.c.month <= last] if last else [])]
        day = self.question.as_of.isoformat()
        from_day = f"{first}-01" if first else None if last else day
        to_day = f"{last}-31" if last else None if first else day
        begins, ends = self.field("valid_from"), self.field("valid_to")
        found = [begins <= to_day] if to_day else []
        return found + ([or_(ends.is_(None), ends >= from_day)] if from_day else [])

    def condition(self, condition: Condition) -> ColumnElement[bool]:
        """A condition of the catalogue."""
        return and_(
            *(
                self.field(name).is_not(None) if PRESENT in values else self.field(name).in_(values)
                for name, values in condition
            )
        )

    def dimension(self, dimension: Dimension) -> Text:
        """Value of a dimension; missing is `not_stated`."""
        if dimension.field is None:
            return _derived(self.f, dimension.name)
        if dimension.name == "office":
            return func.coalesce(self.office(), self.field(dimension.field), NOT_STATED)
        found = trait(self.indicator.kind, dimension.field, lean=False)
        if found is not None and found.many:
            return func.coalesce(self.unfold(dimension.field, inner=False), NOT_STATED)
        return _coded(self.field(dimension.field), dimension, flag=found is not None and found.flag)

    def filter(self, dimension: Dimension, values: tuple[str, ...]) -> ColumnElement[bool]:
        """Whether a row has one of the values; a list that is not unfolded, whether it holds one of them."""
        found = trait(self.indicator.kind, dimension.field, lean=False) if dimension.field else None
        if found is None or not found.many or dimension.field in self.elements:
            return self.dimension(dimension).in_(values)
        listed = self.body[dimension.field]
        holds = or_(false(), *(listed.has_key(value) for value in values if value != NOT_STATED))
        return or_(holds, func.jsonb_array_length(listed) == 0) if NOT_STATED in values else holds

    def office(self) -> Text:
        """Code of the record's office in the structure register, as far as this reporting knew it."""
        if self.offices is None:
            s, t = fact.alias("s"), fact_body.alias("t")
            told = s.join(t, and_(*(t.c[name] == s.c[name] for name in KEY)))
            known = select(s.c.region, s.c.entity_id, t.c.body["code"].astext.label("code")).select_from(told)
            known = known.ext(distinct_on(s.c.region, s.c.entity_id))
            known = known.where(s.c.kind == STRUCTURE.kind, s.c.received_on <= self.question.known_at)
            offices = known.order_by(s.c.region, s.c.entity_id, s.c.revision.desc()).subquery("offices")
            office_id = cast(self.field("office_id"), Uuid)
            on = and_(offices.c.region == self.f.c.region, offices.c.entity_id == office_id)
            self.source = self.source.outerjoin(offices, on)
            self.offices = offices.c.code
        return self.offices


def _coded(value: Text, dimension: Dimension, *, flag: bool) -> Text:
    if dimension.groups:
        groups = ((value.op("~")(pattern), literal(code)) for code, pattern in dimension.groups)
        return case((value.is_(None), literal(NOT_STATED)), *groups, else_=literal(OTHER))
    if flag:
        return case((value == "true", literal(YES)), else_=literal(NO))
    return func.coalesce(value, NOT_STATED)


def _derived(f: Any, name: str) -> Text:
    year: Text = func.left(f.c.month, 4)
    if name == "quarter":
        return year + literal("-Q") + cast((cast(func.right(f.c.month, 2), Integer) + 2) // 3, String)
    if name == "round":
        rounds = ((year.between(str(first), str(last)), literal(f"{first}-{last}")) for first, last in FUNDING_ROUNDS)
        return case(*rounds, else_=literal(NOT_STATED))
    found: dict[str, Text] = {"region": f.c.region, "month": f.c.month, "year": year}
    return found[name]


def base(question: Question) -> Question:
    """The question whose answer is the base of shares of mentions: the sessions of each session type (MON-07)."""
    indicator, known = question.indicator, load_dimensions()
    return replace(
        question,
        indicator=replace(indicator, measure="count", field=None),
        by=tuple(name for name in question.by if name == "session_type"),
        filters=tuple(entry for entry in question.filters if known[entry[0]].field != indicator.field),
        top=None,
    )
