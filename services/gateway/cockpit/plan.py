"""The questions of a page, asked in one request, and the rows that their answers become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.gateway.cockpit import rows
from services.gateway.cockpit.period import year_earlier
from services.gateway.cockpit.rows import Row, Verdict
from services.gateway.cockpit.scope import NO_FILTERS, Filters, Scope
from services.gateway.cockpit.series import MONTH, Series
from services.gateway.languages import told
from services.gateway.sheets import Sheet
from services.gateway.special_requests import SpecialRequest
from shared.problems import Problem

LINE = "programme_line"
UNDECIDED = Verdict(comparable=False, sentence="")
Answered = Mapping[str, Any]


@dataclass
class Plan:
    """What a page asks by names, and which two of its figures it compares."""

    scope: Scope
    sheets: Mapping[str, Sheet]
    questions: dict[str, SpecialRequest] = field(default_factory=dict)
    pairs: dict[str, tuple[SpecialRequest, SpecialRequest]] = field(default_factory=dict)

    def ask(self, name: str, code: str, *by: str, top: int = 0, within: Filters = NO_FILTERS) -> None:
        """Ask an indicator about the period of the page."""
        span = self.scope.period.span
        self.questions[name] = self.scope.ask(self.sheets[code], *by, span=span, top=top, within=within)

    def follow(self, code: str, line: str = "") -> None:
        """Ask what a row needs: the months of an indicator, or a stock at two days; and compare both.

        Without a line, lines are told apart where the indicator knows them.
        """
        sheet, period = self.sheets[code], self.scope.period
        narrowed = {LINE: line} if line else {}
        if sheet.period == "none":
            asked = (self.scope.ask(sheet), self.scope.at(year_earlier(period.as_of)).ask(sheet))
            self.questions[code], self.questions[f"{code} before"] = self.pairs[code] = asked
            return
        by = (LINE, MONTH) if LINE in sheet.dimensions and not line else (MONTH,)
        self.questions[code] = self.scope.ask(sheet, *by, span=self.scope.trend, within=narrowed)
        if period.compared and period.before:
            single = (MONTH,) if sheet.measure == "level" else ()  # it is asked by month only (MON-01)
            now, before = (
                self.scope.ask(sheet, *single, span=span, within=narrowed) for span in (period.compared, period.before)
            )
            self.pairs[code] = (now, before)


@dataclass(frozen=True)
class Outcome:
    """What was answered to a plan: by name the answer, or the Problem instead; the verdicts of its pairs."""

    plan: Plan
    found: Mapping[str, Answered | Problem]
    verdicts: Mapping[str, Verdict]

    def answer(self, name: str) -> Answered | None:
        """An answer; None where there is none."""
        found = self.found.get(name)
        return None if isinstance(found, Problem) else found

    def problem(self, name: str) -> str:
        """Why there is no answer; empty where there is one."""
        found = self.found.get(name)
        return told(found.detail) if isinstance(found, Problem) else ""

    def series(self, code: str, line: str = "", region: str = "") -> Series | None:
        """The months of an answer, of one line or network where it was asked by them; None without an answer."""
        found = self.answer(code)
        if found is None:
            return None
        wanted = ((LINE, line), ("region", region))
        narrowed = tuple((name, value) for name, value in wanted if value and name in found["by"])
        return Series(found, narrowed, level=self.plan.sheets[found["indicator"]].measure == "level")

    def row(self, code: str, title: str, page: str, line: str = "") -> Row:
        """The row of an indicator, or of a line in it."""
        scope, sheet = self.plan.scope, self.plan.sheets[code]
        words, verdict = (title, page, sheet.unit), self.verdicts.get(code, UNDECIDED)
        if sheet.period == "none":
            found, earlier = self.answer(code), self.answer(f"{code} before")
            if found and earlier:
                return rows.of_stock(words, found, earlier, verdict)
        elif series := self.series(code, line):
            return rows.of_months(words, series, scope.period, verdict)
        return Row(*words, problem=self.problem(code) or self.problem(f"{code} before"))

    def rows(self, codes: Sequence[str]) -> list[Row]:
        """Rows of indicators, each leading to its sheet in the handbook."""
        return [self.row(code, self.plan.sheets[code].title, f"/methoden/{code}") for code in codes]

    @property
    def first_answer(self) -> Answered:
        """Any answer. Raises the first Problem where all questions were refused."""
        for found in self.found.values():
            if not isinstance(found, Problem):
                return found
        raise next(found for found in self.found.values() if isinstance(found, Problem))
