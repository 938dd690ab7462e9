"""ESF Plus: what the programme and what the ESF counts, side by side, asked from the networks (ADR 0017)."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import Visitor, WithPurpose
from services.gateway.answers import downloads
from services.gateway.esf_lines import ASKED, Found, beside, lines, shown, title
from services.gateway.pages.asking import desk, figure, note_use
from services.gateway.pages.cockpit import page_of
from services.gateway.passports import named, networks, other_stands, stand
from services.gateway.rendering import render
from services.gateway.special_requests import DAYS, NOW, SpecialRequest, page_link, read_request

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
PATH = "/esf"
FIRST_YEAR = 2023
"""From here on ESF Plus funds the programme; before, other indicators held."""
Ask = Annotated[str, Query(max_length=1)]
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=2100)]


@router.get(PATH)
async def esf(request: Request, visitor: Figures, jahr: Year = None, fragen: Ask = "") -> Response:
    """Programme and ESF of a year; exact figures, so each use at the centre is logged with its purpose.

    The centre asks only when somebody wants it (`fragen`): each network sees the questions, and one that is away is
    waited for.
    """
    here = desk(request)
    year = jahr or here.today.year
    if here.centre and not fragen:
        years = range(here.today.year, FIRST_YEAR - 1, -1)
        return render(request, "esf.html", visitor, path=PATH, year=year, years=years, passport=None)
    await note_use(request, visitor)
    today = here.today
    asked = questions(request, year)
    answers = await asyncio.gather(*(figure(request, visitor, one.question(today)) for one in asked.values()))
    found: dict[str, Found] = dict(zip(asked, answers, strict=True))
    # The passport that says least, so that no number seems to reach farther than it does.
    passport = min(answers, key=lambda one: one["passport"]["coverage"]["answered"])["passport"]
    tables: dict[str, Any] = {
        "beside": [shown(line, found[line.asked]) for line in beside()],
        "lines": [shown(line, found[line.asked]) for line in lines()],
        "files": [(title(name), page_link(one), downloads(one)[:2]) for name, one in asked.items()],
    }
    return render(request, "esf.html", visitor, **tables, **stands(request, year, passport))


def questions(request: Request, year: int) -> dict[str, SpecialRequest]:
    """What is asked of a year, with the Stand of the page's address."""
    days = read_request(request.query_params.multi_items()).given
    given = {"from": f"{year}-01", "to": f"{year}-12", **{name: days.get(name, "") for name in DAYS}}
    return {name: SpecialRequest(code, by, filters, given) for name, (code, by, filters) in ASKED.items()}


def stands(request: Request, year: int, passport: Found) -> dict[str, Any]:
    """Who has answered, and the days for which the page holds."""
    here, as_of = desk(request), passport["as_of"]
    again = {"fragen": "1"} if here.centre else {}
    return {
        "answered": networks(passport, here),
        "missing": named(passport, "missing"),
        "passport": passport,
        "stand": stand(as_of, here.today),
        "moving": NOW if as_of == here.today.isoformat() else "",
        "switch": [(text, page_of(PATH, year, as_of=word, **again)) for text, word in other_stands(as_of, here.today)],
        "permanent": page_of(PATH, year, **{name: passport[name] for name in DAYS}, **again),
        "path": PATH,
        "year": year,
        "years": range(here.today.year, FIRST_YEAR - 1, -1),
    }
