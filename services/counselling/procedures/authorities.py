"""Who decides: competent authorities (zuständige Stellen) by occupation and Land of intended work (REC-02). Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from services.counselling.procedures.occupations import is_health
from shared.problems import FieldProblem

FRESH = timedelta(days=365)
"""An entry that nobody has checked for longer says so."""


class Authority(Protocol):
    """An entry of the directory: prefixes of the KldB 2010, and its Land; without one it decides for the country."""

    name: str
    occupations: list[str]
    land: str | None
    last_checked: date


Found = TypeVar("Found", bound=Authority)


def competent(entries: Iterable[Found], occupation: str | None, land: str | None) -> list[Found]:
    """Authorities for an occupation, the most specific first, those of the Land before those of the country.

    In health occupations the Land where the person wants to work decides, and no federal authority does: without a
    Land there is none. Where she lives is never asked.
    """
    if occupation is None:
        return []
    lands = {land} if is_health(occupation) else {land, None}
    fitting = [
        (max(length), entry)
        for entry in entries
        if entry.land in lands - ({None} if is_health(occupation) else set())
        and (length := [len(prefix) for prefix in entry.occupations if occupation.startswith(prefix)])
    ]
    fitting.sort(key=lambda pair: (-pair[0], pair[1].land is None, pair[1].name))
    return [entry for _, entry in fitting]


def is_stale(entry: Authority, today: date) -> bool:
    """Whether the entry should be checked before it is used."""
    return today - entry.last_checked > FRESH


def check_authority(*, listed: bool) -> list[FieldProblem]:
    """The chosen authority must be one that the directory names for occupation and Land."""
    if listed:
        return []
    text = "Diese Stelle ist für den Beruf und das Land der gewünschten Arbeit nicht im Verzeichnis."
    return [FieldProblem("authority_id", None, text, "Bitte eine der gefundenen Stellen wählen oder keine angeben.")]
