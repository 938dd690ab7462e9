"""The path counselling → qualification → recognition as stages of counts, side by side (domain 5 and 6.5). Pure.

Nobody is linked across services (design 14): stages are of the same period, not of the same people. So shares exist
within a stage only, and none from one to the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.crosstabs import Cell, Cells, Found, cells, of_base
from services.gateway.labels import value_label
from services.gateway.languages import _
from shared.vocabulary import ProcedureOutcome, ProcedureState, Success

RESULTS = ("finished", "dropped_out", "running")
SUCCESSES = (Success.FULL_EQUIVALENCE, Success.QUALIFICATION_ADEQUATE, Success.NONE)
Answers = Mapping[str, Found | None]


@dataclass(frozen=True)
class Line:
    """A row of a stage: numbers by column, each a share of the stage's own records where it is a part of them.

    `short` is its name where stages stand side by side; without one it stands only in the table of rounds.
    """

    title: str
    cells: tuple[Cell | None, ...]
    short: str = ""


@dataclass(frozen=True)
class Stage:
    """A stage of the path; `asked` says whether the networks were asked for it, where only they know it."""

    title: str
    note: str
    lines: tuple[Line, ...]
    asked: bool = True


def stages(
    answers: Answers, column: str, columns: Sequence[str], where: Mapping[str, str] | None = None
) -> list[Stage]:
    """The five stages with one column per value of a dimension, of records with the values of `where`.

    `answers`: `counselled`, `referred` (None: not asked), `entered`, `ended`, `succeeded`, `proceeded`, `decided`.
    """
    path = _Path(answers, column, columns, dict(where or {}))
    return [path.counselled(), path.referred(), path.entered(), path.ended(), path.proceeded()]


@dataclass(frozen=True)
class _Path:
    answers: Answers
    column: str
    columns: Sequence[str]
    where: dict[str, str]

    def told(self, name: str, *more: str) -> Cells:
        found = self.answers[name]
        return {} if found is None else cells(found, self.column, *more, where=self.where)

    def total(self, name: str, title: str, short: str) -> Line:
        found = self.told(name)
        return Line(title, tuple(found.get((value,)) for value in self.columns), short)

    def part(self, name: str, dimension: str, value: str, whole: Line, short: str = "") -> Line:
        """The records with a value, as a share of those of the stage."""
        found = self.told(name, dimension)
        shown = [
            of_base(found.get((column, value)), base) for column, base in zip(self.columns, whole.cells, strict=True)
        ]
        return Line(value_label(value, dimension), tuple(shown), short)

    def counselled(self) -> Stage:
        note = _("In der Anerkennungs- und Qualifizierungsberatung, nach dem Monat der Beratung.")
        title = _("Erstberatungen")
        return Stage(_("1. Beratung"), note, (self.total("counselled", title, title),))

    def referred(self) -> Stage:
        note = _("Beratungen, aus denen in eine IQ Qualifizierung verwiesen wurde. Das Ziel kennt nur das Netzwerk.")
        title = _("Verweise in die Qualifizierung")
        lines = (self.total("referred", title, _("Verweise")),)
        return Stage(_("2. Verweis in die Qualifizierung"), note, lines, self.answers["referred"] is not None)

    def entered(self) -> Stage:
        title = _("Eintritte")
        whole = self.total("entered", title, title)
        came = self.part("entered", "came_from_counselling", "yes", whole, _("aus der Beratung"))
        came = Line(_("davon aus der Beratung gekommen"), came.cells, came.short)
        note = _("Teilnahmen nach dem Monat des Eintritts; ob jemand aus der Beratung kam, sagt die Bildung.")
        return Stage(_("3. Eintritt in die Qualifizierung"), note, (whole, came))

    def ended(self) -> Stage:
        whole = self.total("entered", "", "")
        shorts = {"finished": _("beendet"), Success.FULL_EQUIVALENCE: _("volle Gleichwertigkeit")}
        lines = [self.part("ended", "result", value, whole, shorts.get(value, "")) for value in RESULTS]
        lines += [self.part("succeeded", "success", value, whole, shorts.get(value, "")) for value in SUCCESSES]
        note = _(
            "Dieselben Teilnahmen wie bei 3., mit ihrem Ergebnis am Stichtag; die Anteile sind abgeleitet (MON-19)."
        )
        return Stage(_("4. Ergebnis der Qualifizierung"), note, tuple(lines))

    def proceeded(self) -> Stage:
        title = _("Anerkennungsverfahren")
        whole = self.total("proceeded", title, title)
        found = self.told("decided", "outcome")
        notices = [
            sum(cell.value for outcome in ProcedureOutcome if (cell := found.get((column, outcome))))
            for column in self.columns
        ]
        lines = [whole, *(self.part("proceeded", "state", value, whole) for value in ProcedureState)]
        for outcome in ProcedureOutcome:
            given = [found.get((column, outcome)) for column in self.columns]
            based = tuple(cell and cell._replace(base=base) for cell, base in zip(given, notices, strict=True))
            lines.append(Line(_("Bescheid: {outcome}").format(outcome=value_label(outcome, "outcome")), based))
        note = _("Begleitete Verfahren nach dem Monat ihres letzten Standes; Bescheide als Anteil aller Bescheide.")
        return Stage(
            _("5. Anerkennungsverfahren"), note, tuple(line for line in lines if any(line.cells) or line is whole)
        )
