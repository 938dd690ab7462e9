"""Open data for programs: a directory of editions, single tables as files, and the page that promises how they look."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from services.gateway.access import visitor_of
from services.gateway.editions import FILES, citation, synthetic
from services.gateway.languages import _
from services.gateway.pages.public_data import API, document, everyone, key_of, published
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.upstreams import problem_of
from shared.problems import Problem

router = APIRouter(prefix="/daten", include_in_schema=False)

TABLE_FILES = (("csv", "CSV"), ("json", "JSON"), ("parquet", "Parquet"))
ANYWHERE = {"Access-Control-Allow-Origin": "*"}
"""Public data may be read by scripts of any page; no cookie is ever looked at here."""


@router.get("/schnittstelle")
async def interface(request: Request) -> Response:
    """What addresses, columns and codes mean, and what stays as it is."""
    newest = next(iter(await published(request)), None)
    site = request.app.state.settings.base_url
    return render(request, "open_data.html", await visitor_of(request), newest=newest, site=site)


@router.get("/verzeichnis.json")
async def directory(request: Request) -> Response:
    """Everything published, with its tables and the addresses of all files."""
    entries = await published(request)
    documents = await asyncio.gather(*(document(request, UUID(entry["edition_id"])) for entry in entries))
    return JSONResponse([listed(request, found) for found in documents], headers=ANYWHERE)


def listed(request: Request, found: Mapping[str, Any]) -> dict[str, Any]:
    """An edition in the directory."""
    settings = request.app.state.settings
    page = f"{settings.base_url}/daten/{found['edition_id']}"
    named = {name: found[name] for name in ("edition_id", "title", "as_of", "published_on", "method", "hash")}
    return named | {
        "publisher": settings.network_name,
        "synthetic": synthetic(found),
        "citation": citation(found, settings.network_name, settings.base_url),
        "page": page,
        "files": {form: f"{page}.{form}" for form, _title in FILES},
        "tables": [
            {
                "number": number,
                "indicator": table["indicator"],
                "title": table["passport"]["title"],
                "by": table["by"],
                "rows": len(table["rows"]),
                "files": {form: f"{page}/{number}.{form}" for form, _title in TABLE_FILES},
            }
            for number, table in enumerate(found["tables"], start=1)
        ],
    }


@router.get("/{key}/{number}.{form}")
async def download_table(request: Request, key: str, number: str, form: str) -> Response:
    """One table as CSV, JSON or Parquet; 304 for who has it already. Raises Problem 404."""
    found = await document(request, key_of(key))
    there = number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(found["tables"]) and len(number) < 4
    if form not in dict(TABLE_FILES) or not there:
        forms = ", ".join(title for _form, title in TABLE_FILES)
        raise Problem(404, _("Diese Datei gibt es nicht. Je Tabelle gibt es: %(forms)s.") % {"forms": forms})
    tag = f'"{found["hash"][:32]}-{number}-{form}"'
    headers = ANYWHERE | {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    path = f"{API}/{found['edition_id']}/tables/{int(number)}"
    answer = await upstreams(request).send(everyone(request), "reporting", "GET", path, params={"file": form})
    if not answer.is_success:
        raise problem_of(answer)
    kept = {name: answer.headers[name] for name in ("content-type", "content-disposition") if name in answer.headers}
    return Response(answer.content, headers=headers | kept)
