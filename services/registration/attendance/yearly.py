"""Meetings that every year brings: of contact persons two or three, of ambassadors one of two days. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared.vocabulary import Programme


@dataclass(frozen=True)
class Expected:
    """What a calendar year brings to those who have completed a programme: of a step so many days, called so."""

    step: str
    days: int
    title: str
    words: str


EXPECTED: Mapping[Programme, Expected] = {
    Programme.IKKE_MIB: Expected("network", 2, "Vernetzungstreffen der Ansprechpersonen", "zwei bis drei"),
    Programme.IKBO: Expected("deepening", 2, "Vertiefungstreffen der IKBO", "eines mit zwei Tagen"),
}
"""IKKE-26 and IKBO-08."""


def missing(programme: Programme, year: int, completed: Collection[int], dates: Collection[int]) -> str | None:
    """What is still to be planned for a year, in German, or None.

    `completed` are the years in which somebody completed the programme, `dates` those of its yearly days that are
    planned or held: only who completed it in an earlier year is expected to meet.
    """
    expected = EXPECTED[programme]
    planned = sum(one == year for one in dates)
    if planned >= expected.days or not any(one < year for one in completed):
        return None
    has = "noch kein Tag" if not planned else "erst ein Tag"
    return f"{expected.title} {year}: {has} geplant, erwartet {expected.words}"
