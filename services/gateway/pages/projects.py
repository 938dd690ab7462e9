"""„Praktisch! Projekte der Interkulturellen Öffnung“ for everyone: search, entry, JSON feed (PDB-01 to PDB-03).

A network shows its own projects, the centre those of all networks.
"""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway.access import visitor_of
from services.gateway.api import RETURNED
from services.gateway.forms import terms
from services.gateway.language_choice import PARAMETER
from services.gateway.languages import _, spoken
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.rendering import render
from shared.problems import Problem
from shared.topology import load_topology
from shared.vocabulary import Programme, Topic

router = APIRouter(include_in_schema=False)
API = "/api/v1/published-projects"
FEED = "/api/v1/projects"
UNKNOWN = "Dieses Projekt gibt es nicht (mehr). Alle, die veröffentlicht sind, stehen unter „Praktisch!“."
OPENING = (Programme.IKO, Programme.IKBO)
Chosen = Annotated[str, Query(max_length=60)]
Options = dict[str, list[tuple[str, str]]]
"""Options of filters by name."""


def filters(request: Request) -> Options:
    """Options of the filters by name; by network at the centre only."""
    found = {"topic": terms(Topic), "programme": terms(OPENING)}
    if request.app.state.settings.is_centre:
        found["region"] = [(code, network.land) for code, network in load_topology().items()]
    return found


def asked_for(offered: Options, typed: dict[str, str]) -> dict[str, str]:
    """What a public list is asked: filters that are none ask nothing, of the words (`q`) what can be printed."""
    asked = {name: typed[name] for name, options in offered.items() if typed[name] in dict(options)}
    words = "".join(filter(str.isprintable, typed["q"])).strip()[:200]
    return asked | ({"q": words} if words else {})


def kept_query(asked: dict[str, str]) -> str:
    """The end of an address that keeps what was asked, and the language."""
    kept = asked | ({PARAMETER: spoken()} if spoken() != "de" else {})
    return f"&{urlencode(kept)}" if kept else ""


@router.get("/praktisch")
async def list_projects(
    request: Request,
    q: Annotated[str, Query(max_length=400)] = "",
    topic: Chosen = "",
    programme: Chosen = "",
    region: Chosen = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Published projects, newest first; a filter that is none asks nothing."""
    offered = filters(request)
    asked = asked_for(offered, {"topic": topic, "programme": programme, "region": region, "q": q})
    params = asked | {"limit": str(PAGE_SIZE), "offset": str(offset)}
    found = await upstreams(request).call(everyone(request), "reporting", "GET", API, params=params)
    context: dict[str, Any] = {"items": found["items"], "pages": pages(found["total"], offset)}
    context |= {"asked": asked, "offered": offered, "words": labels(), "query": kept_query(asked)}
    return render(request, "projects.html", await visitor_of(request), **context)


def labels() -> dict[str, str]:
    """Topics and programmes in the language of the page."""
    return dict(terms(Topic)) | dict(terms(OPENING))


@router.get("/praktisch/{key}")
async def show_project(request: Request, key: str) -> Response:
    """One published project. Raises Problem 404."""
    try:
        path = f"{API}/{UUID(key)}"
        project = await upstreams(request).call(everyone(request), "reporting", "GET", path)
    except (ValueError, Problem) as error:
        if isinstance(error, Problem) and error.status != 404:
            raise
        raise Problem(404, _(UNKNOWN)) from None
    return render(request, "project.html", await visitor_of(request), project=project, words=labels())


@router.get(FEED)
async def feed(request: Request) -> Response:
    """Published projects as JSON, for those who show them elsewhere; the parameters are those of the page."""
    params = request.query_params.multi_items()
    answer = await upstreams(request).send(everyone(request), "reporting", "GET", API, params=params)
    kept = {name: answer.headers[name] for name in RETURNED if name in answer.headers}
    return Response(answer.content, answer.status_code, headers=kept)
