"""Days on which nothing is planned: weekends, public holidays and school holidays of a Land.

From the library `holidays`, which holds the school holidays that the Länder have published at the KMK; it asks nobody.
"""

from datetime import date
from functools import cache

from holidays import PUBLIC, SCHOOL, country_holidays
from holidays.countries.germany import Germany

SATURDAY = 5


@cache
def _named(land: str, year: int, category: str) -> dict[date, str]:
    """Days of a year with their names; of what is no Land those of the whole country, and no school holidays."""
    known = land in Germany.subdivisions or land in Germany.subdivisions_aliases
    found = country_holidays("DE", land if known else None, years=year, categories=(category,), language="de")
    return {day: name for day, name in found.items() if day.year == year}


def closed(land: str, day: date) -> str | None:
    """Why nothing is planned on a day in a Land (its name, or its code of ISO 3166-2:DE), or None."""
    if day.weekday() >= SATURDAY:
        return "Wochenende"
    return _named(land, day.year, PUBLIC).get(day) or _named(land, day.year, SCHOOL).get(day)


def school_known(land: str, day: date) -> bool:
    """Whether the school holidays around a day are known: the Länder publish them some years ahead."""
    return any(known >= day for year in (day.year, day.year + 1) for known in _named(land, year, SCHOOL))
