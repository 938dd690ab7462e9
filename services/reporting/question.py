"""A question about figures: read from the parameters of a request, refused with what is allowed (contracts §6)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode

from services.reporting.catalogue import load_catalogue
from services.reporting.dimensions import PERIODS, Dimension
from services.reporting.indicator import Indicator
from services.reporting.periods import meets
from shared.problems import FieldProblem, Problem, invalid
from shared.topology import CENTRE

MAX_DIMENSIONS = 3
MAX_TOP = 1000
SINGLE = ("indicator", "version", "by", "from", "to", "as_of", "known_at", "top", "file", "dialect")
FILES = ("json", "csv", "xlsx", "parquet")
DIALECTS = ("excel", "plain")


@dataclass(frozen=True)
class Question:
    """What is asked: months and days inclusive, filters as (dimension, values).

    `asked`: only the networks can answer it (design 13).
    """

    indicator: Indicator
    as_of: date
    known_at: date
    by: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    top: int | None = None
    asked: bool = False


@dataclass
class _Reader:
    """Reads one question and collects what is wrong with it."""

    network: str
    today: date
    given: Mapping[str, str]
    indicator: Indicator
    errors: list[FieldProblem] = field(default_factory=list)

    @property
    def lean(self) -> bool:
        return self.network == CENTRE

    def read(self, filters: Mapping[str, list[str]]) -> Question:
        by = self.dimensions()
        question = Question(
            indicator=self.indicator,
            by=by,
            first=self.month("from"),
            last=self.month("to"),
            filters=tuple(sorted((name, self.values(name, values)) for name, values in filters.items())),
            as_of=self.day("as_of"),
            known_at=self.day("known_at"),
            top=self.top(by),
            asked=not {*by, *filters} <= {*self.indicator.answerable(lean=self.lean)} or not self.told,
        )
        self.check_version()
        self.check_period(question)
        if self.errors:
            raise invalid(*self.errors)
        return question

    @property
    def told(self) -> bool:
        """Whether the events that come here tell enough to count it."""
        return self.indicator.measure == "holdings" or self.indicator.told(lean=self.lean)

    def check_version(self) -> None:
        version, now = self.given.get("version", ""), str(self.indicator.version)
        if version and version != now:
            problem = f"Die Fassung {version[:20]} dieses Indikators gilt nicht mehr."
            self.wrong("version", version, problem, f"Bitte die Fassung {now} verwenden (Methodenhandbuch).", (now,))

    def check_period(self, question: Question) -> None:
        first, last = question.first, question.last
        if first and last and first > last:
            self.wrong("from", first, "Der Anfang liegt nach dem Ende.", "Bitte „from“ vor „to“ wählen.")
        elif not meets(first, last, question.filters):
            text = "Die Filter für Zeiträume schließen einander aus; so kann nichts gezählt werden."
            self.wrong("from", first or "", text, "Bitte Zeitraum und Filter aufeinander abstimmen.")
        if self.indicator.period == "none" and (first or last):
            text = "Dieser Bestand hat keinen Zeitraum; es gilt sein Zustand am Stichtag."
            self.wrong("from" if first else "to", first or last, text, "Bitte „from“ und „to“ weglassen.")
        single = first is not None and first == last
        if self.indicator.measure == "level" and not single and "month" not in question.by:
            text = "Dieser Stand wird je Monat gezählt und darf nicht über Monate addiert werden (MON-01)."
            self.wrong("by", ",".join(question.by), text, "Bitte nach „month“ gliedern oder einen Monat wählen.")

    def wrong(self, name: str, value: object, problem: str, remedy: str, allowed: Iterable[str] = ()) -> None:
        shown = value[:80] if isinstance(value, str) else value
        self.errors.append(FieldProblem(name, shown, problem, remedy, tuple(allowed)))

    def dimensions(self) -> tuple[str, ...]:
        by = tuple(filter(None, self.given.get("by", "").split(",")))
        if len(by) > MAX_DIMENSIONS:
            self.wrong("by", ",".join(by), "Höchstens drei Dimensionen sind möglich.", "Bitte weniger wählen.")
        if len(set(by)) < len(by):
            self.wrong("by", ",".join(by), "Eine Dimension ist doppelt genannt.", "Bitte jede nur einmal nennen.")
        for name in by:
            self.dimension("by", name)
        return by

    def dimension(self, place: str, name: str) -> Dimension | None:
        """The dimension, if this question may use it here."""
        if name in self.indicator.dimensions:
            return self.indicator.dimension(name)
        problem = "Diese Dimension gibt es bei diesem Indikator nicht."
        self.wrong(place, name, problem, "Bitte eine der erlaubten wählen.", self.indicator.dimensions)
        return None

    def values(self, name: str, raw: list[str]) -> tuple[str, ...]:
        dimension = self.dimension(name, name)
        values = tuple(sorted({value for entry in raw for value in entry.split(",") if value}))
        if dimension is None:
            return values
        if not values:
            self.wrong(name, "", "Der Filter nennt keinen Wert.", "Bitte einen Wert nennen oder den Filter weglassen.")
        for value in values:
            self.value(name, dimension, value)
        return values

    def value(self, name: str, dimension: Dimension, value: str) -> None:
        if value == self.indicator.missing_of(name):
            return
        allowed = self.indicator.values(name, self.network)
        if not any(dimension.accepts(value, kind, self.network) for kind in self.indicator.kinds or ("",)):
            remedy = "Bitte einen der erlaubten Werte wählen." if allowed else "Bitte die Schreibweise prüfen."
            self.wrong(name, value, "Diesen Wert gibt es bei dieser Dimension nicht.", remedy, allowed)
        elif allowed and value not in allowed:
            self.wrong(name, value, "Dieser Wert zählt bei diesem Indikator nie.", "Bitte einen anderen.", allowed)

    def month(self, name: str) -> str | None:
        value = self.given.get(name)
        if value and not PERIODS["month"].fullmatch(value):
            self.wrong(name, value, "Das ist kein gültiger Monat.", "Bitte im Format JJJJ-MM angeben.")
            return None
        return value or None

    def day(self, name: str) -> date:
        value = self.given.get(name)
        if not value:
            return self.today
        try:
            day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
        except ValueError:
            day = None
        if day is None:
            self.wrong(name, value, "Das ist kein gültiges Datum.", "Bitte im Format JJJJ-MM-TT angeben.")
        elif day > self.today:
            self.wrong(name, value, "Dieser Tag liegt in der Zukunft.", "Bitte heute oder einen früheren Tag wählen.")
        return day or self.today

    def top(self, by: tuple[str, ...]) -> int | None:
        value = self.given.get("top")
        if not value:
            return None
        if not value.isdecimal() or not 1 <= int(value) <= MAX_TOP:
            problem = "„top“ ist keine Zahl zwischen 1 und 1000."
            self.wrong("top", value, problem, "Bitte eine solche Zahl angeben.")
            return None
        if len(by) != 1:
            self.wrong("top", value, "Eine Rangfolge braucht genau eine Dimension.", "Bitte „by“ anpassen.")
        return int(value)


def find_indicator(code: str) -> Indicator:
    """The indicator of a code. Raises Problem 404 naming those that exist."""
    catalogue = load_catalogue()
    if code in catalogue:
        return catalogue[code]
    problem, remedy = "Diesen Indikator gibt es nicht.", "Bitte einen der erlaubten wählen."
    raise Problem(404, f"{problem} {remedy}", [FieldProblem("indicator", code[:80], problem, remedy, tuple(catalogue))])


def read_question(parameters: Iterable[tuple[str, str]], network: str, today: date) -> Question:
    """Read a question asked in a network or at the centre on a day.

    Raises Problem 404 for an unknown indicator, 422 with everything else that is wrong.
    """
    given: dict[str, str] = {}
    filters: dict[str, list[str]] = defaultdict(list)
    for name, value in parameters:
        if name not in SINGLE:
            filters[name].append(value)
        elif name in given and given[name] != value:
            raise invalid(FieldProblem(name, value[:80], "Diese Angabe steht mehrmals da.", "Bitte nur einmal."))
        else:
            given[name] = value
    if not given.get("indicator"):
        remedy = "Bitte einen Indikator nennen."
        raise invalid(FieldProblem("indicator", "", "Die Angabe fehlt.", remedy, tuple(load_catalogue())))
    indicator = find_indicator(given["indicator"])
    return _Reader(network, today, given, indicator).read(filters)


def read_query(text: str, network: str, today: date) -> Question:
    """Read a question from a link or its query string. Raises Problem like `read_question`."""
    query = text.partition("?")[2].partition("#")[0]  # not as a URL: what is none must be refused, not fail
    return read_question(parse_qsl(query or text), network, today)


def link(question: Question) -> str:
    """The query string that asks the same again, on whatever day: a permanent link."""
    found = {"indicator": question.indicator.code, "version": str(question.indicator.version)}
    found |= {"by": ",".join(question.by), "from": question.first or "", "to": question.last or ""}
    found |= {name: ",".join(values) for name, values in question.filters}
    found |= {"as_of": question.as_of.isoformat(), "known_at": question.known_at.isoformat()}
    found |= {"top": str(question.top or "")}
    return urlencode({name: value for name, value in found.items() if value}, safe=",")


def read_form(parameters: Mapping[str, str]) -> tuple[str, bool]:
    """The file asked for and whether CSV is plain. Raises Problem 422 naming what exists."""
    form, dialect = parameters.get("file", "json") or "json", parameters.get("dialect", "excel") or "excel"
    for name, value, allowed in (("file", form, FILES), ("dialect", dialect, DIALECTS)):
        if value not in allowed:
            problem = "Diese Form gibt es hier noch nicht."
            raise invalid(FieldProblem(name, value[:80], problem, "Bitte eine der erlaubten wählen.", allowed))
    return form, dialect == "plain"
