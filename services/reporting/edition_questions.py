"""Tables of an edition as questions: what may be published at all (contracts §6)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.reporting.edition_tables import spec_of
from services.reporting.question import Question, read_question
from shared.problems import FieldProblem, Problem, invalid


def read_table(table: Mapping[str, Any], number: int, as_of: date, network: str, today: date) -> Question:
    """The question of a table of an edition. Raises Problem naming the table, the field and the remedy."""
    parameters = [("as_of", as_of.isoformat()), ("known_at", today.isoformat()), *spec_of(table)]
    try:
        question = read_question(parameters, network, today)
        _check_complete(question)
        check_protectable(question)
    except Problem as problem:
        errors = [_within(error, number) for error in problem.errors]
        raise Problem(problem.status, f"Tabelle {number}: {problem.detail}", errors) from None
    return question


def _within(error: FieldProblem, number: int) -> FieldProblem:
    return FieldProblem(f"tables.{number}.{error.field}", error.value, error.problem, error.remedy, error.allowed)


def _check_complete(question: Question) -> None:
    """An edition tells of periods that are over at its Stichtag. Raises Problem 422."""
    if question.indicator.period != "months":
        return
    if question.last is None:
        raise invalid(FieldProblem("to", "", "Einer Veröffentlichung fehlt das Ende.", "Bitte „to“ angeben (JJJJ-MM)."))
    whole = {"quarter": 3, "year": 12}
    unit = max((whole[name] for name in question.by if name in whole), default=1)
    month = int(question.last[5:])
    year, end = int(question.last[:4]), -(-month // unit) * unit
    over = date(year + end // 12, end % 12 + 1, 1) - timedelta(days=1)
    if over > question.as_of:
        problem = f"Der Zeitraum läuft am Stichtag {question.as_of:%d.%m.%Y} noch; er endet am {over:%d.%m.%Y}."
        raise invalid(
            FieldProblem("to", question.last, problem, "Bitte ein früheres Ende oder späteren Stichtag wählen.")
        )


def check_protectable(question: Question) -> None:
    """What cannot be protected is not published. Raises Problem 422.

    A ranking tells the order of the true numbers. Rows in which one record stands several times overlap, which the
    audit's sets of records do not describe; mentions are counted one by one.
    """
    indicator = question.indicator
    if question.top is not None:
        problem = "Eine Rangfolge verrät, welche der echten Zahlen größer ist."
        raise invalid(FieldProblem("top", question.top, problem, "Bitte ohne „top“ veröffentlichen."))
    if indicator.protect and indicator.measure == "distinct":
        problem = "Eine Person kann hier in mehreren Datensätzen stehen; kleine Zahlen sind so nicht zu schützen."
        remedy = "Bitte eine andere Kennzahl wählen."
        raise invalid(FieldProblem("indicator", indicator.code, problem, remedy))
    for name in (*question.by, *(name for name, _ in question.filters)):
        counted = indicator.measure == "mentions" and indicator.dimension(name).field == indicator.field
        if indicator.protect and indicator.many(name) and not counted:
            problem = "Ein Datensatz kann hier mehrere Werte haben; kleine Zahlen sind so nicht zu schützen."
            raise invalid(FieldProblem(name, name, problem, "Bitte eine andere Dimension wählen."))
