"""Published editions for everyone: list, pages, files, metadata; asked for as a reader, who never sees a draft."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from services.gateway.access import visitor_of
from services.gateway.dcat import catalogue_of
from services.gateway.edition_paper import edition_pdf
from services.gateway.editions import FILES, METHODS, citation, view
from services.gateway.languages import _
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.sheets import Sheet, read_sheets
from services.gateway.upstreams import problem_of
from shared.problems import Problem
from shared.security import Principal
from shared.vocabulary import Role

router = APIRouter(prefix="/daten", include_in_schema=False)

API = "/api/v1/editions"
UNKNOWN = "Diese Veröffentlichung gibt es nicht. Alle, die erschienen sind, stehen unter „Daten“."
PASSED = ("csv", "xlsx", "json")
Found = dict[str, Any]


def everyone(request: Request) -> Principal:
    """Who asks for the public, signed in or not: a reader without any carrier."""
    return Principal("public", Role.READER, request.app.state.settings.network)


def key_of(text: str) -> UUID:
    """The id in an address. Raises Problem 404."""
    try:
        return UUID(text)
    except ValueError:
        raise Problem(404, _(UNKNOWN)) from None


async def published(request: Request) -> list[Found]:
    """All published editions, newest Stichtag first."""
    found: list[Found] = await upstreams(request).call(everyone(request), "reporting", "GET", API)
    return found


async def document(request: Request, key: UUID) -> Found:
    """A published edition, kept after it was asked for once, as it never changes. Raises Problem 404."""
    kept: dict[UUID, Found] = request.app.state.published
    if key not in kept:
        kept[key] = await upstreams(request).call(everyone(request), "reporting", "GET", f"{API}/{key}")
    return kept[key]


async def public_sheets(request: Request) -> dict[str, Sheet]:
    """The sheets of all indicators by code."""
    return read_sheets(await upstreams(request).call(everyone(request), "reporting", "GET", "/api/v1/indicators"))


@router.get("")
async def list_editions(request: Request) -> Response:
    """What was published."""
    items = [{**entry, "method": _(METHODS[entry["method"]])} for entry in await published(request)]
    return render(request, "public_editions.html", await visitor_of(request), items=items)


@router.get("/katalog.jsonld")
async def metadata(request: Request) -> Response:
    """DCAT-AP metadata of everything published."""
    entries = await published(request)
    documents = await asyncio.gather(*(document(request, UUID(entry["edition_id"])) for entry in entries))
    settings = request.app.state.settings
    pairs = list(zip(entries, documents, strict=True))
    found = catalogue_of(pairs, settings.network_name, settings.base_url)
    return JSONResponse(found, media_type="application/ld+json")


@router.get("/{key}.{form}")
async def download(request: Request, key: str, form: str) -> Response:
    """An edition as CSV, XLSX, PDF or JSON. Raises Problem 404."""
    edition = key_of(key)
    if form == "pdf":
        return await paper(request, await document(request, edition), await public_sheets(request))
    if form not in PASSED:
        raise Problem(404, f"Diese Datei gibt es nicht. Es gibt {', '.join(title for _, title in FILES)}.")
    path, asked = f"{API}/{edition}", {"file": form}
    answer = await upstreams(request).send(everyone(request), "reporting", "GET", path, params=asked)
    if not answer.is_success:
        raise problem_of(answer)
    kept = {name: answer.headers[name] for name in ("content-type", "content-disposition") if name in answer.headers}
    return Response(answer.content, headers=kept)


@router.get("/{key}")
async def show_edition(request: Request, key: str) -> Response:
    """One edition with its tables. Raises Problem 404."""
    settings = request.app.state.settings
    found = await document(request, key_of(key))
    shown = view(found, await public_sheets(request), settings.network_name, centre=settings.is_centre)
    files = [(title, f"/daten/{found['edition_id']}.{form}") for form, title in FILES]
    cited = citation(found, settings.network_name, settings.base_url)
    return render(request, "public_edition.html", await visitor_of(request), edition=shown, files=files, cited=cited)


async def paper(request: Request, found: Found, sheets: dict[str, Sheet]) -> Response:
    """The PDF of an edition."""
    settings = request.app.state.settings
    content = await asyncio.to_thread(edition_pdf, found, sheets, settings.network_name, centre=settings.is_centre)
    headers = {"Content-Disposition": f'inline; filename="{found["as_of"]}_{found["hash"][:8]}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
