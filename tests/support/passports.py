"""Passports of figures that someone may compare, written short."""

from typing import Any

from services.reporting.catalogue import load_catalogue, load_units
from services.reporting.compare import Passport, Verdict, compare

ROUND_ONE, ROUND_TWO = ("2015-01", "2018-12"), ("2019-01", "2022-09")
Case = tuple[Passport, Passport, bool, tuple[str, ...]]


def figure(
    indicator: str,
    period: tuple[str | None, str | None] = ROUND_TWO,
    as_of: str = "2022-10-15",
    *,
    unit: str = "",
    coverage: tuple[int, int, int, int] = (16, 16, 1000, 1000),
    **more: Any,
) -> Passport:
    """A passport; `unit` of figures that this catalogue does not have, `more` are filters and other entries."""
    known = load_catalogue().get(indicator)
    entries = {name: more.pop(name) for name in ("version", "status", "method", "known_at") if name in more}
    return {
        "indicator": indicator,
        "title": known.title_de if known else indicator,
        "version": 1,
        "unit": known.unit if known else unit,
        "period": dict(zip(("from", "to"), period, strict=True)),
        "filters": {name: value.split(",") for name, value in more.items()},
        "as_of": as_of,
        "known_at": "2022-11-30",
        "coverage": dict(zip(("networks", "answered", "records", "expected"), coverage, strict=True)),
        "status": "working",
        "method": "Arbeitsstand",
    } | entries


def verdict(a: Passport, b: Passport) -> Verdict:
    return compare(a, b, load_units())


def first(**more: Any) -> Passport:
    return figure("first_counsellings", **more)


def persons(**more: Any) -> Passport:
    return figure("persons_new_to_programme", **more)


YES, NO = True, False
