"""An edition as PDF through the API; everything else of editions is passed through (contracts §6)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import Asking, Visitor
from services.gateway.api import pass_through
from services.gateway.pages.asking import catalogue
from services.gateway.pages.public_data import paper
from services.gateway.pages.records import upstreams

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(Asking("editions:read"))]


@router.get("/api/v1/editions/{edition_id}")
async def edition(
    request: Request, visitor: Reader, edition_id: UUID, file: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """An edition; its PDF is rendered here. Raises Problem 404 for a draft of others."""
    if file != "pdf":
        return await pass_through(request, visitor, "reporting")
    path = f"/api/v1/editions/{edition_id}"
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", path)
    return await paper(request, found, await catalogue(request, visitor))
