"""Reporting rates (Melderaten) in the manner of DHIS2: which network told records for which month, which are missing.

Pure. Also the months of a year that can be judged on a day, and how timely networks record.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.gateway.crosstabs import Cell, Cells
from shared.topology import load_topology

TIMELY = timedelta(days=3)
"""So long after a counselling it is still recorded in time (contracts §6)."""


def month_end(month: str) -> date:
    """The last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def ended(year: int, as_of: date, grace: timedelta = timedelta()) -> list[str]:
    """Months of a year that were over by the end of a day, and `grace` after that."""
    months = [f"{year:04d}-{number:02d}" for number in range(1, 13)]
    return [month for month in months if month_end(month) + grace <= as_of]


def expected(region: str, month: str) -> bool:
    """Whether a network was there in a month; one that the topology does not know is."""
    network = load_topology().get(region)
    if network is None:
        return True
    begun = network.valid_from <= month_end(month)
    return begun and (network.valid_to is None or network.valid_to >= date.fromisoformat(f"{month}-01"))


@dataclass(frozen=True)
class Told:
    """What a network told by month: None where it was not there, a missing number where it told nothing."""

    region: str
    months: tuple[tuple[str, bool, Cell | None], ...]
    """(month, whether a report is expected, its number)."""

    @property
    def expected(self) -> int:
        """Months for which a report is expected."""
        return sum(expected for _, expected, _cell in self.months)

    @property
    def reported(self) -> int:
        """Months expected for which records were told."""
        return sum(expected and cell is not None for _, expected, cell in self.months)


@dataclass(frozen=True)
class Rates:
    """Reporting rates of networks over months."""

    months: tuple[str, ...]
    networks: tuple[Told, ...]

    def of_month(self, place: int) -> tuple[int, int]:
        """How many networks told records for the month at a place, and of how many they are expected."""
        there = [told.months[place] for told in self.networks]
        return sum(due and cell is not None for _, due, cell in there), sum(due for _, due, _cell in there)

    @property
    def by_month(self) -> list[tuple[str, int, int]]:
        """(month, told, expected) of all months."""
        return [(month, *self.of_month(place)) for place, month in enumerate(self.months)]


def reporting_rates(told: Cells, regions: Sequence[str], months: Sequence[str]) -> Rates:
    """Rates from numbers by (network, month)."""
    rows = (
        Told(region, tuple((month, expected(region, month), told.get((region, month))) for month in months))
        for region in regions
    )
    return Rates(tuple(months), tuple(rows))


@dataclass(frozen=True)
class Timeliness:
    """How much a network recorded in time: of a year, of the year before, and by month; None where there is nothing."""

    region: str
    year: float | None
    before: float | None
    months: tuple[Cell | None, ...]

    @property
    def change(self) -> float | None:
        """Percentage points against the year before."""
        return None if self.year is None or self.before is None else 100 * (self.year - self.before)


def share_of(told: Mapping[tuple[str, ...], Cell], months: Sequence[str], region: str | None = None) -> float | None:
    """The share recorded in time in some months: of a network, or of all (records added up, never shares)."""
    found = [cell for (code, month), cell in told.items() if month in months and region in (None, code)]
    base = sum(cell.base or 0 for cell in found)
    return sum(cell.value for cell in found) / base if base else None


def timeliness(
    told: Mapping[tuple[str, ...], Cell], regions: Sequence[str], months: Sequence[str], before: Sequence[str]
) -> list[Timeliness]:
    """Timeliness of networks in months of a year, against the same months of the year before."""
    return [
        Timeliness(
            region,
            share_of(told, months, region),
            share_of(told, before, region),
            tuple(told.get((region, month)) for month in months),
        )
        for region in regions
    ]
