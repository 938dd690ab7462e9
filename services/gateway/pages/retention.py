"""*Aufbewahrung*: what is kept how long, when it last went, and what the next run would let go. No name, no id."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.pages.audit import SERVICES
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.retention import API, EXPIRIES, PERSONS, Run
from shared.problems import Problem
from shared.rights.retention import load_rules
from shared.rights.retention_api import Due, due
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("retention:read"))]


@router.get("/aufbewahrung")
async def show_retention(request: Request, visitor: Reader) -> Response:
    """The rules with a dry run: of the own carrier for its administration, of the network for its coordination."""
    carriers = visitor.principal.carriers if visitor.principal.role is Role.ADMIN else None
    found, away = await told(request, visitor, carriers)
    rules = load_rules()
    context: dict[str, Any] = {
        "applied": [(rule, found.get(name)) for name, rule in rules.items() if rule.applied == "run"],
        "others": [rule for rule in rules.values() if rule.applied != "run"],
        "of_carrier": carriers is not None,
        "away": away,
    }
    return render(request, "retention.html", visitor, **context)


async def told(
    request: Request, visitor: Visitor, carriers: Sequence[UUID] | None
) -> tuple[Mapping[str, Due], list[str]]:
    """What is due by each rule, and the names of services that are away: their rules are not counted."""
    async with request.app.state.sessions() as session:
        found = {one.rule: one for one in await due(session, "gateway", EXPIRIES, carriers)}
    away = []
    for service, title in SERVICES.items():
        try:
            answer = await upstreams(request).call(visitor.principal, service, "GET", API)
        except Problem as problem:
            if problem.status != 503:
                raise
            away.append(title)
            continue
        for one in map(Due.model_validate, answer["rules"]):
            found[one.rule] = together(found[one.rule], one) if one.rule in found else one
    if not away:
        run = Run(upstreams(request), request.app.state.sessions, visitor.principal.region, applied=False)
        persons = await run.persons(carriers or ())
        counted = {"count": persons.count, "oldest": persons.oldest, "newest": persons.newest}
        found[PERSONS] = found[PERSONS].model_copy(update=counted)
    return found, away


def together(one: Due, other: Due) -> Due:
    """A rule that two services apply."""

    def of(choose: Any, name: str) -> Any:
        known = [value for value in (getattr(one, name), getattr(other, name)) if value is not None]
        return choose(known) if known else None

    chosen = {"count": sum, "oldest": min, "newest": max, "last_at": max, "last_count": sum}
    return one.model_copy(update={name: of(choose, name) for name, choose in chosen.items()})
