"""The path counselling → qualification → recognition, by round and by network; counts of one period, never people."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.access import Visitor
from services.gateway.crosstabs import Found, values_of
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.pages import overview_parts as parts
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.passports import named
from services.gateway.pathway import Stage, stages
from services.gateway.rendering import label, render

router = APIRouter(include_in_schema=False)

Chosen = Annotated[str, Query(max_length=40)]
LINE = {"programme_line": "recognition_counselling"}
# Name of the stage's answer: indicator and the dimension beside network and round.
QUESTIONS = {
    "counselled": ("first_counsellings", (), LINE),
    "entered": ("qualification_entries", ("came_from_counselling",), {}),
    "ended": ("qualification_entries", ("result",), {}),
    "succeeded": ("qualification_entries", ("success",), {}),
    "proceeded": ("recognition_procedures", ("state",), {}),
    "decided": ("recognition_procedures", ("outcome",), {}),
}
REFERRALS = ("referrals", (), LINE | {"referral_target": "iq_qualification"})
"""Which target a referral had only the networks know: at the centre they are asked when somebody wants it."""


@router.get("/bund/weg")
@router.get("/auswertung/weg")
async def show(
    request: Request, visitor: parts.Figures, netzwerk: Chosen = "", runde: Chosen = "", verweise: Chosen = ""
) -> Response:
    """Stages by round of all networks or of one; at the centre also by network in one round."""
    if (door := parts.other_door(request)) is not None:
        return door
    centre, rounds = desk(request).centre, list(dimension("round").options)
    regions = list(dimension("region").options) if centre else []
    region = parts.choice(netzwerk, regions, "netzwerk", _("Netzwerk"))
    parts.choice(runde, rounds, "runde", _("Förderrunde"))
    await note_use(request, visitor)
    asking = bool(verweise) or not centre
    answers, sheets = await asyncio.gather(_answers(request, visitor, asking=asking), catalogue(request, visitor))
    found = [one for one in answers.values() if one is not None]
    there = values_of(found, "round", [code for code, _name in rounds])
    last = runde or next(reversed(there), "")
    shown = stages(answers, "round", there, {"region": region} if region else None)
    kept = [(name, text) for name, text in (("netzwerk", region), ("runde", last), ("verweise", verweise)) if text]
    context = {
        "stages": shown,
        "rounds": there,
        "region": region,
        "picture": await asyncio.to_thread(drawn, shown, there),
        "selects": _selects(regions, region, rounds, last),
        **_by_network(answers, found, last if centre else ""),
        **parts.stand_of(request, found[0]["passport"], kept),
        "passports": parts.passports_of(request, found, sheets),
    }
    return render(request, "pathway.html", visitor, **context)


async def _answers(request: Request, visitor: Visitor, *, asking: bool) -> dict[str, Found | None]:
    """The answers of the stages, each by network, round and what divides it."""
    wanted = QUESTIONS | ({"referred": REFERRALS} if asking else {})
    questions = (
        parts.asked(request, visitor, code, "region", "round", *by, **filters) for code, by, filters in wanted.values()
    )
    found = dict(zip(wanted, await asyncio.gather(*questions), strict=True))
    return {"referred": None, **found}


def _by_network(answers: dict[str, Found | None], found: Sequence[Found], last: str) -> dict[str, Any]:
    """The short lines of the stages of one round with one column per network."""
    codes = [code for code, _name in parts.networks(row["region"] for one in found for row in one["rows"])]
    shown = stages(answers, "region", codes, {"round": last}) if last else []
    referred = answers["referred"]
    return {
        "lines": [line for stage in shown if stage.asked for line in stage.lines if line.short],
        "networks": codes,
        "round": last,
        "missing": named(referred["passport"], "missing") if referred else [],
    }


def _selects(regions: parts.Options, region: str, rounds: parts.Options, last: str) -> list[dict[str, Any]]:
    """What may be chosen at the centre: a network for the table of rounds, a round for the table of networks."""
    if not regions:
        return []
    networks = [("", _("alle Netzwerke")), *regions]
    return [
        parts.select("netzwerk", _("Netzwerk"), networks, region),
        parts.select("runde", _("Förderrunde der Netzwerke"), rounds, last),
    ]


def drawn(shown: Sequence[Stage], rounds: Sequence[str]) -> str:
    """The first number of each stage by round, side by side: how large the stages are, not how many go on."""
    points = tuple(
        (stage.lines[0].title, label(code, "round"), cell.value)
        for place, code in enumerate(rounds)
        for stage in shown
        if stage.lines[0].short and (cell := stage.lines[0].cells[place]) is not None
    )
    return charts.grouped(points) if points else ""
