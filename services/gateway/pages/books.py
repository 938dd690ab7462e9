"""Books (Berichte): list, new, progress, downloads, cancel, delete; at the centre and in a network."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.books.form import book_form, edition_link, order_of
from services.gateway.books.making import Making
from services.gateway.books.paper import book_pdf
from services.gateway.books.workbook import workbook
from services.gateway.forms import Form, read_id
from services.gateway.pages.asking import desk, note_use
from services.gateway.pages.records import new_id, upstreams
from services.gateway.rendering import render
from shared.problems import Problem

router = APIRouter(prefix="/berichte", include_in_schema=False)

# The pages ask for the purpose; sending a form must not, as what was typed would be lost.
Reader = Annotated[Visitor, Depends(WithPurpose("books:make"))]
Maker = Annotated[Visitor, Depends(SignedIn("books:make"))]
API = "/api/v1/books"
OPEN = ("waiting", "running")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSED = (404, 409, 422, 503)


async def books(request: Request, visitor: Visitor, method: str, path: str = "", **body: Any) -> Any:
    """A call to the API of books."""
    return await upstreams(request).call(visitor.principal, "reporting", method, f"{API}{path}", **body)


@router.get("")
async def shelf(request: Request, visitor: Reader, getan: Annotated[str, Query(max_length=20)] = "") -> Response:
    """All books, the newest first."""
    found = await books(request, visitor, "GET")
    return render(request, "books.html", visitor, items=found["items"], done=getan)


@router.get("/neu")
async def new_book(request: Request, visitor: Reader) -> Response:
    """The form."""
    return page(request, visitor, await empty(request, visitor))


async def empty(request: Request, visitor: Visitor) -> Form:
    """The form before anything was typed."""
    kinds = (await books(request, visitor, "GET"))["kinds"]
    return book_form(kinds, desk(request).today, new_id(), centre=request.app.state.settings.is_centre)


@router.post("/neu")
async def order(request: Request, visitor: Maker) -> Response:
    """Order it; the same form sent twice orders one book."""
    data = await read_form(request, visitor)
    form = (await empty(request, visitor)).filled(data)
    key = read_id(form.hidden["key"])
    try:
        await note_use(request, visitor)
        await books(request, visitor, "PUT", f"/{key}", json=order_of(form))
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return page(request, visitor, form.refused(problem), problem.status)
    return RedirectResponse(f"/berichte/{key}", 303)


def page(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
    """The page of the form."""
    return render(request, "new_book.html", visitor, status, form=form)


@router.get("/{key}")
async def progress(request: Request, visitor: Reader, key: UUID) -> Response:
    """How far a book is, and its files; the PDF is begun as soon as the tables are there."""
    return await shown(request, visitor, key)


async def shown(request: Request, visitor: Visitor, key: UUID, problem: str = "", status: int = 200) -> Response:
    """The page of a book, with what could not be done."""
    book = await books(request, visitor, "GET", f"/{key}")
    failures, made, done = [], making(request), book["state"] == "done"
    if done and not made.failed(name_of(book)):  # what failed is tried anew by whoever asks for the file
        paper(request, visitor, book)
    if done and book["failed_tables"]:
        found = await books(request, visitor, "GET", f"/{key}/content")
        failures = [(at, table) for at, table in enumerate(found["tables"], 1) if table["problem"]]
    ready, failed = done and made.ready(name_of(book)), done and made.failed(name_of(book))
    context = {"book": book, "failures": failures, "ready": ready, "no_paper": failed, "problem": problem}
    context |= {"waiting": book["state"] in OPEN or (done and not ready and not failed)}
    return render(request, "book.html", visitor, status, edition=edition_link(book), **context)


@router.get("/{key}/buch.pdf")
async def pdf(request: Request, visitor: Reader, key: UUID) -> Response:
    """The book on paper. Raises Problem 404, 409 before it is done."""
    return await pdf_of(request, visitor, key)


@router.get("/{key}/buch.xlsx")
async def xlsx(request: Request, visitor: Reader, key: UUID) -> Response:
    """The book as a workbook. Raises Problem 404, 409 before it is done."""
    return await xlsx_of(request, visitor, key)


async def pdf_of(request: Request, visitor: Visitor, key: UUID) -> Response:
    """The PDF, as soon as it is made; the use is noted with its purpose."""
    await note_use(request, visitor)
    book = await books(request, visitor, "GET", f"/{key}")
    if book["state"] != "done":
        await books(request, visitor, "GET", f"/{key}/content")  # says in German why it is not there
    content = await asyncio.shield(paper(request, visitor, book))
    return file(content, "application/pdf", "inline", book, "pdf")


async def xlsx_of(request: Request, visitor: Visitor, key: UUID) -> Response:
    """The workbook; the use is noted with its purpose."""
    await note_use(request, visitor)
    book = await books(request, visitor, "GET", f"/{key}/content")
    return file(await asyncio.to_thread(workbook, book), XLSX, "attachment", book, "xlsx")


def file(content: bytes, media: str, how: str, book: dict[str, Any], form: str) -> Response:
    """A file of a book, named by kind, network, quarter and content."""
    name = f"{book['kind']}_{book['region']}_{book['quarter']}_{book['hash'][:8]}.{form}"
    return Response(content, media_type=media, headers={"Content-Disposition": f'{how}; filename="{name}"'})


def making(request: Request) -> Making:
    """What is being made on this gateway."""
    found: Making = request.app.state.making
    return found


def name_of(book: dict[str, Any]) -> str:
    """By what a made PDF is known: its book and what stands in it."""
    return f"{book['book_id']} {book['hash']}"


def paper(request: Request, visitor: Visitor, book: dict[str, Any]) -> "asyncio.Task[bytes]":
    """The PDF of a finished book, begun unless it is there or on the way."""

    async def make() -> bytes:
        found = await books(request, visitor, "GET", f"/{book['book_id']}/content")
        return await asyncio.to_thread(book_pdf, found)

    return making(request).begin(name_of(book), make)


@router.post("/{key}/abbrechen")
async def cancel(request: Request, visitor: Maker, key: UUID) -> Response:
    """Stop a book that is being written."""
    return await ended(request, visitor, key, ("POST", "/cancel"), "abgebrochen")


@router.post("/{key}/loeschen")
async def delete(request: Request, visitor: Maker, key: UUID) -> Response:
    """Delete a book."""
    return await ended(request, visitor, key, ("DELETE", ""), "geloescht")


async def ended(request: Request, visitor: Visitor, key: UUID, act: tuple[str, str], done: str) -> Response:
    """Do what ends a book, and go to the list; what is refused in its present state is said on its page."""
    method, path = act
    await read_form(request, visitor)
    try:
        await books(request, visitor, method, f"/{key}{path}")
    except Problem as problem:
        if problem.status != 409:
            raise
        return await shown(request, visitor, key, problem.detail, 409)
    return RedirectResponse(f"/berichte?getan={done}", 303)
