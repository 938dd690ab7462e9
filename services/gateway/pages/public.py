"""Pages for everyone, in German and English: what the operator must say, and the components for those who build pages.

Facts that only the operator knows are marked where they are missing, not invented.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, visitor_of
from services.gateway.forms import Field, Form
from services.gateway.operator import load_operator
from services.gateway.pages.records import pages
from services.gateway.rendering import render
from shared.problems import FieldProblem, invalid

router = APIRouter(include_in_schema=False)
pattern_book = APIRouter(include_in_schema=False)

TRANSLATED = ("impressum", "datenschutz", "barrierefreiheit")


def _page(name: str) -> None:
    async def show(request: Request) -> Response:
        return render(request, f"{name}.html", await visitor_of(request), operator=load_operator())

    router.add_api_route(f"/{name}", show, methods=["GET"])


for _name in TRANSLATED:
    _page(_name)


@router.get("/leichte-sprache")
async def easy_language(request: Request) -> Response:
    """What this service is, in easy German (Leichte Sprache)."""
    return render(request, "leichte_sprache.html", await visitor_of(request), operator=load_operator())


def sample_form() -> Form:
    """One field of each kind, two of them refused."""
    answers = (("yes", "ja"), ("no", "nein"), ("not_stated", "keine Angabe"))
    fields = (
        Field("text", "Textfeld", hint="Ein Hinweis steht vor dem Feld"),
        Field("date", "Datum", "date", "Zum Beispiel 01.09.2026", value="31.02.2026"),
        Field("number", "Zahl", "number", optional=True),
        Field("select", "Auswahl", "select", options=answers),
        Field("radio", "Eines von wenigen", "radio", options=answers, value="no"),
        Field("checks", "Mehrere", "checks", options=answers, values=("yes",)),
        Field("list", "Lange Liste", "list", "Tippen und auswählen", options=answers, values=("yes",)),
    )
    wrong = FieldProblem("date", "31.02.2026", "„Datum“ ist kein gültiges Datum.", "Bitte als TT.MM.JJJJ eintragen.")
    missing = FieldProblem("text", "", "„Textfeld“ fehlt.", "Bitte ergänzen.")
    return Form(fields).refused(invalid(missing, wrong))


@pattern_book.get("/muster")
async def patterns(request: Request, visitor: Annotated[Visitor, Depends(SignedIn("account:use"))]) -> Response:
    """The components of pages beside one another; not in production."""
    return render(request, "muster.html", visitor, form=sample_form(), pages=pages(120, 50))
