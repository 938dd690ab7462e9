"""A book as PDF or XLSX through the API; everything else of books is passed through."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import Asking, Visitor
from services.gateway.api import pass_through
from services.gateway.pages.books import pdf_of, xlsx_of

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(Asking("books:make"))]
FILES = {"pdf": pdf_of, "xlsx": xlsx_of}


@router.get("/api/v1/books/{book_id}/content")
async def content(
    request: Request, visitor: Reader, book_id: UUID, file: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """A finished book; its files are made here. Raises Problem 404, 409 before it is done."""
    if file in FILES:
        return await FILES[file](request, visitor, book_id)
    return await pass_through(request, visitor, "reporting")
