"""Comparison of two figures: both passports side by side, and whether they may be compared at all (design 11)."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import MAX_TARGET, Visitor, WithPurpose
from services.gateway.answers import asked_link
from services.gateway.forms import Field, Form
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, desk, figure, note_use, own_hosts
from services.gateway.pages.records import upstreams
from services.gateway.passports import lines, subject
from services.gateway.rendering import render
from services.gateway.special_requests import SpecialRequest, read_link
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
Link = Annotated[str, Query(max_length=MAX_TARGET)]
HINT = "Der Link einer Sonderanfrage dieses Gateways, ganz oder ab dem Fragezeichen"


@dataclass(frozen=True)
class Side:
    """One of two figures: its link, what it counts, its number."""

    link: str
    subject: str
    total: int


def link_form(links: tuple[str, str]) -> Form:
    """The two links, as pasted."""
    a, b = links
    return Form((Field("a", _("Erste Zahl"), "link", _(HINT), value=a), Field("b", _("Zweite Zahl"), "link", value=b)))


@router.get("/vergleich")
async def compare(request: Request, visitor: Figures, a: Link = "", b: Link = "") -> Response:
    """The form for two links; with both of them the passports and the verdict."""
    form = link_form((a, b))
    if not (a and b):
        return render(request, "comparison.html", visitor, form=form, comparison=None)
    await note_use(request, visitor)
    try:
        found = await compared(request, visitor, readable(request, a, b))
    except Problem as problem:
        if problem.status not in (404, 422):
            raise
        return render(request, "comparison.html", visitor, 422, form=form.refused(problem), comparison=None)
    return render(request, "comparison.html", visitor, form=form, comparison=found)


def readable(request: Request, *links: str) -> list[SpecialRequest]:
    """Both links as requests. Raises Problem 422 naming the field that holds none."""
    found, wrong = [], []
    for name, text in zip("ab", links, strict=True):
        try:
            found.append(read_link(text, own_hosts(request)))
        except Problem as problem:
            wrong.append(FieldProblem(name, text[:80], problem.detail, ""))
    if wrong:
        raise invalid(*wrong)
    return found


async def compared(request: Request, visitor: Visitor, asked: list[SpecialRequest]) -> dict[str, Any]:
    """Both figures with their passports, line by line, and the verdict."""
    sheets = await catalogue(request, visitor)
    here = desk(request)
    found = await both(request, visitor, asked)
    sides = [
        Side(asked_link(answer), subject(entry, sheets[answer["indicator"]].title), answer["total"])
        for entry, answer in zip(asked, found, strict=True)
    ]
    links = {name: answer["passport"]["link"] for name, answer in zip("ab", found, strict=True)}
    verdict = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/compare", params=links)
    passports = [dict(lines(answer["passport"], sheets[answer["indicator"]], here)) for answer in found]
    terms = dict.fromkeys(term for passport in passports for term in passport)
    rows = [(term, *(passport.get(term, "–") for passport in passports)) for term in terms]
    return {"sides": sides, "rows": rows, "verdict": verdict}


async def both(request: Request, visitor: Visitor, asked: list[SpecialRequest]) -> list[dict[str, Any]]:
    """The answers behind both links. Raises Problem 422 naming each field whose question is refused."""
    today = desk(request).today

    async def one(name: str, entry: SpecialRequest) -> dict[str, Any] | FieldProblem:
        try:
            return await figure(request, visitor, entry.question(today))
        except Problem as problem:
            if problem.status not in (404, 422):
                raise
            return FieldProblem(name, "", problem.detail, "")

    told = await asyncio.gather(*(one(name, entry) for name, entry in zip("ab", asked, strict=True)))
    if wrong := [entry for entry in told if isinstance(entry, FieldProblem)]:
        raise invalid(*wrong)
    return [entry for entry in told if isinstance(entry, dict)]
