"""The records of one kind that a question counts, as SQL. Every value is a bound parameter."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
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
)
from sqlalchemy.dialects.postgresql import distinct_on

from services.reporting.dimensions import NO, OTHER, YES, Dimension, trait
from services.reporting.indicator import PRESENT, Condition, Indicator
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
TIMELY_DAYS = 3


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


class Leaf:
    """The records of one indicator of one kind that a question counts."""

    def __init__(self, question: Question, indicator: Indicator) -> None:
        self.question, self.indicator = question, indicator
        self.f = fact.alias("f")
        self.source: FromClause = self.f
        self.elements: dict[str, Text] = {}
        self.offices: Text | None = None
        self._body: Text | None = None

    def records(self) -> Select[Any]:
        """One row per record (per value of a list, where one is counted or grouped by): dimensions, value, synthetic.

        `place` and `key` name the record, for what looks at the records behind a number: protection and changes.
        """
        value = self.measure().label("value")
        by = [self.dimension(self.indicator.dimension(name)).label(name) for name in self.question.by]
        conditions = [self.f.c.kind == self.indicator.kind, *newest(self.f, self.question), *self.period()]
        if self.indicator.where:
            conditions.append(or_(*(self.condition(condition) for condition in self.indicator.where)))
        conditions += [self.filter(self.indicator.dimension(name), values) for name, values in self.question.filters]
        synthetic = func.coalesce(self.field(ORIGIN) == SYNTHETIC, false()).label("synthetic")
        found = select(*by, value, synthetic, self.f.c.region.label("place"), self.f.c.entity_id.label("key"))
        return found.select_from(self.source).where(*conditions)

    def field(self, name: str) -> Text:
        """A field of the body as text, null when it is not there."""
        column = name in PROMOTED or name == "month"
        found: Text = self.f.c[name] if column else self.body[name].astext
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
        """What one row adds to the value; of `distinct` the value itself."""
        measure, field = self.indicator.measure, str(self.indicator.field)
        if measure == "mentions":
            self.unfold(field, inner=True)
        if measure in ("sum", "level"):
            return cast(self.field(field), Integer)
        if measure == "distinct":
            return self.field(field)
        return self.timely() if measure == "timely" else literal(1)

    def timely(self) -> Text:
        """1 if the record was first recorded, as far as was known, within three days of its date, else 0."""
        first = fact.alias("first")
        same = (first.c[name] == self.f.c[name] for name in ("region", "kind", "entity_id"))
        known = first.c.received_on <= self.question.known_at
        recorded = select(func.min(first.c.effective_on)).where(*same, known).scalar_subquery()
        recorded_on = case((self.f.c.revision == literal_column("1"), self.f.c.effective_on), else_=recorded)
        return case((recorded_on - cast(self.field("date"), Date) <= TIMELY_DAYS, 1), else_=0)

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
        if self.indicator.period == "none":
            return []
        if self.indicator.period == "months":
            return self.months(first, last)
        day = self.question.as_of.isoformat()
        from_day = f"{first}-01" if first else None if last else day
        to_day = f"{last}-31" if last else None if first else day
        begins, ends = self.field("valid_from"), self.field("valid_to")
        found = [begins <= to_day] if to_day else []
        return found + ([or_(ends.is_(None), ends >= from_day)] if from_day else [])

    def months(self, first: str | None, last: str | None) -> list[ColumnElement[bool]]:
        """The months asked for; what has no month yet lies in none, but counts where none is asked for."""
        month = self.field(self.indicator.month_field)
        start = max(first or "", self.indicator.first_month)
        begun = [or_(month >= start, month.is_(None))] if first is None and last is None else [month >= start]
        return begun + ([month <= last] if last else [])

    def condition(self, condition: Condition) -> ColumnElement[bool]:
        """A condition of the catalogue."""
        return and_(
            *(
                self.field(name).is_not(None) if PRESENT in values else self.field(name).in_(values)
                for name, values in condition
            )
        )

    def dimension(self, dimension: Dimension) -> Text:
        """Value of a dimension; missing is `not_stated`, or what the indicator calls it."""
        missing = self.question.indicator.missing_of(dimension.name) or NOT_STATED
        constants = dict(self.indicator.constants)
        if dimension.name in constants:
            return literal(constants[dimension.name])
        if dimension.field is None:
            return func.coalesce(self.derived(dimension.name), missing)
        found = trait(self.indicator.kind, dimension.field, lean=False)
        if found is None:
            return literal(missing)
        if dimension.name == "office":
            return func.coalesce(self.office(), self.field(dimension.field), missing)
        if found.many:
            return func.coalesce(self.unfold(dimension.field, inner=False), missing)
        return _coded(self.field(dimension.field), dimension, missing, flag=found.flag)

    def derived(self, name: str) -> Text:
        """What follows from network and month. The round is always that of the record's own month (QUA-01)."""
        if name == "region":
            region: Text = self.f.c.region
            return region
        if name == "round":
            year = func.left(self.f.c.month, 4)
            rounds = (
                (year.between(str(first), str(last)), literal(f"{first}-{last}")) for first, last in FUNDING_ROUNDS
            )
            return case(*rounds)
        month = self.field(self.indicator.month_field)
        if name == "quarter":
            number = (cast(func.right(month, 2), Integer) + 2) // 3
            return func.left(month, 4) + literal("-Q") + cast(number, String)
        return month if name == "month" else func.left(month, 4)

    def filter(self, dimension: Dimension, values: tuple[str, ...]) -> ColumnElement[bool]:
        """Whether a row has one of the values; a list that is not unfolded, whether it holds one of them."""
        found = trait(self.indicator.kind, dimension.field, lean=False) if dimension.field else None
        if found is None or not found.many or dimension.field in self.elements:
            column = self.f.c[dimension.field] if self.is_column(dimension, values) else self.dimension(dimension)
            return column.in_(values)
        listed = self.body[dimension.field]
        holds = or_(false(), *(listed.has_key(value) for value in values if value != NOT_STATED))
        return or_(holds, func.jsonb_array_length(listed) == 0) if NOT_STATED in values else holds

    def is_column(self, dimension: Dimension, values: tuple[str, ...]) -> bool:
        """Whether a filter may look at the column itself and mean the same.

        PostgreSQL knows how many rows a column's value leaves, of an expression it guesses a two-hundredth, and then
        looks up each row's newer revision on its own (four times slower over 200,000 sessions).
        """
        name = dimension.field
        if name not in PROMOTED or dimension.groups or dimension.name in dict(self.indicator.constants):
            return False
        missing = self.question.indicator.missing_of(dimension.name) or NOT_STATED
        flag = (found := trait(self.indicator.kind, name, lean=False)) is None or found.flag
        return not flag and missing not in values

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


def _coded(value: Text, dimension: Dimension, missing: str, *, flag: bool) -> Text:
    if dimension.groups:
        groups = ((value.op("~")(pattern), literal(code)) for code, pattern in dimension.groups)
        return case((value.is_(None), literal(missing)), *groups, else_=literal(OTHER))
    if flag:
        return case((value == "true", literal(YES)), else_=literal(NO))
    return func.coalesce(value, missing)
