"""What both directories ask of the day on which an entry was last checked."""

from datetime import date

from shared.problems import FieldProblem


def check_checked(day: date, today: date) -> list[FieldProblem]:
    """Problems of the day: nobody has checked an entry tomorrow."""
    if day <= today:
        return []
    text = f"Der {day:%d.%m.%Y} liegt in der Zukunft."
    return [FieldProblem("last_checked", f"{day:%d.%m.%Y}", text, "Bitte das Datum der letzten Prüfung eintragen.")]
