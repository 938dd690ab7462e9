"""Offerings of a carrier: four qualifications and one series of trainings."""

from deploy.demo.history.qualification import Participation

QUALIFICATIONS = {"q1": "individual", "q2": "course", "q3": "course", "q4": "other"}
"""Form by the end of the code."""
SERIES = "ik"


def qualification_codes(carrier: str) -> list[str]:
    """Codes of a carrier's qualifications."""
    return [f"{carrier}-{name}" for name in QUALIFICATIONS]


def series_code(carrier: str) -> str:
    """Code of a carrier's trainings of more than one meeting."""
    return f"{carrier}-{SERIES}"


def offering_of(entry: Participation, carrier: str) -> str:
    """Code of the offering a participation belongs to, by its form."""
    names = [name for name, form in QUALIFICATIONS.items() if form == entry.form]
    return f"{carrier}-{names[entry.number // 2 % len(names)]}"
