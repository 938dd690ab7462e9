"""*Datenqualität*: findings of the rules as questions, the most severe first, each with the way to its figure."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.forms import Field, Form, german, read_day, read_id
from services.gateway.languages import _, german_text, term_label
from services.gateway.pages import finding_words as words
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.records import new_id, upstreams
from services.gateway.passports import stand
from services.gateway.rendering import render
from services.gateway.special_requests import DAYS, Pairs, SpecialRequest, query_string, read_request
from shared import clock
from shared.problems import Problem
from shared.security import allowed
from shared.topology import load_topology
from shared.vocabulary.quality import FindingRule

router = APIRouter(prefix="/qualitaet", include_in_schema=False)

Reader = Annotated[Visitor, Depends(WithPurpose("quality:read"))]
Asker = Annotated[Visitor, Depends(SignedIn("follow_ups:ask"))]
Code = Annotated[str, Query(max_length=40)]
API, FOLLOW_UPS = "/api/v1/quality", "/api/v1/follow-ups"
SHOWN = 100
WEEKS = timedelta(weeks=2)
NOT_CHOSEN = {"network": "", "rule": ""}


@router.get("")
async def quality(
    request: Request, visitor: Reader, netzwerk: Code = "", regel: Code = "", nachfragen: Code = ""
) -> Response:
    """Findings, of a network and a rule if they are named; with one to ask about, the form for it."""
    days = days_of(request)
    form = ask_form(nachfragen, dict(days)["as_of"]) if nachfragen else None
    return await findings_page(request, visitor, days, {"network": netzwerk, "rule": regel}, form)


def days_of(request: Request) -> Pairs:
    """Stand and Kenntnisstand of the address. Raises Problem 422 for what is no day."""
    given = read_request(request.query_params.multi_items()).given
    days = {name: given.get(name, "") for name in DAYS}
    return SpecialRequest(given=days).question(desk(request).today)


async def findings_page(
    request: Request, visitor: Visitor, days: Pairs, chosen: Mapping[str, str], form: Form | None, status: int = 200
) -> Response:
    """The page with its filters; `form` asks about one finding, with what was typed and refused."""
    await note_use(request, visitor)
    services = upstreams(request)
    params = [*days, *((name, value) for name, value in chosen.items() if value)]
    found, sheets, follow_ups = await asyncio.gather(
        services.call(visitor.principal, "reporting", "GET", API, params=params),
        catalogue(request, visitor),
        services.call(visitor.principal, "reporting", "GET", FOLLOW_UPS),
    )
    rules = words.of_rules(found)
    items = [words.finding(item, rules, sheets) for item in found["findings"]]
    today = desk(request).today
    asks = allowed(visitor.principal, "follow_ups:ask")
    context: dict[str, Any] = {
        "items": items[:SHOWN],
        "total": found["total"],
        "rules": [shown_rule(rule) for rule in found["rules"]],
        "networks": [(code, name, found["networks"].get(code, 0)) for code, name in network_options(request)],
        "chosen": chosen,
        "stand": stand(found["as_of"], today),
        "last_month": words.period(found["last_month"]),
        "permanent": address(chosen, {name: found[name] for name in DAYS}),
        "here": address(chosen, dict(days)),
        "open": sum(one["state"] == "open" for one in follow_ups["items"]),
        "answered": sum(one["state"] == "answered" for one in follow_ups["items"]),
        "asks": asks,
        "form": form if asks else None,
        "target": next((item for item in items if form and item["key"] == form.hidden["finding"]), None),
    }
    return render(request, "quality.html", visitor, status, **context)


def shown_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule with its title in the language of the page and its source, which is German."""
    title = term_label(FindingRule(rule["rule"]))
    return {"code": rule["rule"], "title": title, "source": german_text(rule["source"]), "count": rule["findings"]}


def network_options(request: Request) -> list[tuple[str, str]]:
    """Networks to choose from; none where there is only the own one."""
    if not desk(request).centre:
        return []
    return [(words.ALL, words.network(words.ALL)), *((code, words.network(code)) for code in load_topology())]


def address(chosen: Mapping[str, str], days: Mapping[str, str]) -> str:
    """Address of the page with its filters and days."""
    named = [("netzwerk", chosen["network"]), ("regel", chosen["rule"]), *days.items()]
    return f"/qualitaet?{query_string([(name, value) for name, value in named if value])}"


def ask_form(finding: str, as_of: str) -> Form:
    """The form that asks a network about a finding; due in two weeks unless another day is typed."""
    due = german((clock.today() + WEEKS).isoformat())
    hint = _("Bis zu diesem Tag soll das Netzwerk antworten.")
    return Form((Field("due_on", _("Antwort erbeten bis"), "date", hint, value=due),), hidden_of(finding, as_of))


def hidden_of(finding: str, as_of: str) -> dict[str, str]:
    """What the form carries along."""
    return {"key": new_id(), "finding": finding, "as_of": as_of}


@router.post("/nachfragen")
async def ask(request: Request, visitor: Asker) -> Response:
    """Turn a finding into a follow-up; a refusal shows the list as it is by now, with what was typed."""
    form = ask_form("", "").filled(await read_form(request, visitor))
    try:
        key = read_id(form.hidden["key"])
        due = read_day(form.text("due_on"), "due_on", _("Antwort erbeten bis"))
        body = {"finding": form.hidden["finding"], "due_on": due.isoformat()}
        body |= {"as_of": form.hidden["as_of"]} if form.hidden["as_of"] else {}
        await upstreams(request).call(visitor.principal, "reporting", "PUT", f"{FOLLOW_UPS}/{key}", json=body)
    except Problem as problem:
        if problem.status not in (404, 409, 422):
            raise
        days = [("as_of", form.hidden["as_of"])] if form.hidden["as_of"] else days_of(request)
        return await findings_page(request, visitor, days, NOT_CHOSEN, form.refused(problem), problem.status)
    return RedirectResponse("/qualitaet/nachfragen?getan=gefragt", 303)
