"""What must be said beside two figures that may be compared: notes to numbers, in one German sentence each."""

from services.reporting.sections import Passport, section

LAST_EARLY_MONTH = "2018-06"
"""Offices of Faire Integration started until 2018-07-01 (MON-12)."""


def as_counsellings(a: Passport, b: Passport) -> str | None:
    """First counsellings of two rounds are no persons: the printed footnote (MON-04, CNS-03)."""
    if a["unit"] != "first_counsellings" or section(a).touched == section(b).touched:
        return None
    return (
        "Vergleichbar nur als Erstberatungen, nicht als Personen: Wer in einer neuen Förderrunde wiederkommt, kann "
        "dort noch einmal als Erstberatung gezählt worden sein."
    )


def first_months(a: Passport, b: Passport) -> str | None:
    """Early months of Faire Integration by region: the start of the offices is shown (MON-12)."""
    if not a["indicator"].startswith("fair_integration_") or a["filters"].get("region") == b["filters"].get("region"):
        return None
    if not any(section(entry).within("2017-11", LAST_EARLY_MONTH) for entry in (a, b)):
        return None
    return (
        "Vergleichbar mit Vorbehalt: Die Beratungsstellen Faire Integration nahmen ihre Arbeit zwischen dem 01.11.2017 "
        "und dem 01.07.2018 auf, einzelne erst später, sodass frühe Monate auch diesen Beginn zeigen."
    )


def brandenburg(a: Passport, b: Passport) -> str | None:
    """Skilled-worker networks in Brandenburg are complete since 2020 (MON-13)."""
    lines = [line for entry in (a, b) for line in entry["filters"].get("programme_line", ())]
    if not (a["indicator"].startswith("skilled_worker_") or "skilled_worker_networks" in lines):
        return None
    if not any("bb" in e["filters"].get("region", ()) and section(e).within("2019-01", "2019-12") for e in (a, b)):
        return None
    return (
        "Vergleichbar mit Vorbehalt: Die Angaben der Fachkräftenetzwerke in Brandenburg sind erst ab 2020 vollständig."
    )


CAVEATS = (as_counsellings, first_months, brandenburg)
