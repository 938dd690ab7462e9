"""Pages of the directory of bodies: searched, an entry added, and changed by those who keep it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, terms
from services.gateway.labels import languages
from services.gateway.pages.offices import carriers
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.rendering import render
from shared.problems import FieldProblem, invalid
from shared.vocabulary import ReferralTarget, Role

router = APIRouter(prefix="/stellen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("bodies:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("bodies:write"))]
API = "/api/v1/bodies"
KEEPERS = (Role.ADMIN, Role.COORDINATOR)
KINDS = {str(term): term.de for term in ReferralTarget}
TEXTS = ("name", "address", "phone", "email", "url")
TEMPLATE, NEW, CHANGED = "body_form.html", "Neue Stelle", "Stelle bearbeiten"
CHECKED = [("yes", "alle Angaben heute geprüft")]
GONE = [("yes", "gibt es nicht mehr")]


def body_form(known: list[tuple[str, str]], hidden: dict[str, str], *, keeps: bool) -> Form:
    """An entry; only those who keep the directory say that it was checked, or that a body is gone."""
    fields = [
        Field("kind", "Art der Stelle", "select", options=terms(ReferralTarget)),
        Field("name", "Name"),
        Field("address", "Anschrift", hint="Straße, Postleitzahl und Ort", optional=True),
        Field("phone", "Telefon", optional=True),
        Field("email", "E-Mail", hint="Am besten ein Postfach der Stelle, nicht einer Person", optional=True),
        Field("url", "Internetseite", hint="Beginnt mit https://", optional=True),
        Field("languages", "Sprachen", hint="Mit Komma getrennt, zum Beispiel „Arabisch, Ukrainisch“", optional=True),
    ]
    if keeps:
        none = ("", "keiner, eine andere Einrichtung")
        fields += [
            Field("carrier_id", "Träger in diesem Netzwerk", "select", options=[none, *known], optional=True),
            Field("checked", "Prüfung", "checks", options=CHECKED, optional=True),
            Field("withdrawn", "Bestand", "checks", options=GONE, optional=True),
        ]
    return Form(tuple(fields), hidden)


def values_of(item: dict[str, Any]) -> dict[str, Any]:
    """An entry as its form shows it."""
    names = dict(languages())
    spoken = ", ".join(names.get(code, code) for code in item["languages"])
    return {name: item[name] for name in ("kind", "carrier_id", *TEXTS)} | {
        "languages": spoken,
        "withdrawn": ["yes"] if item["withdrawn"] else [],
    }


def body_of(form: Form) -> dict[str, Any]:
    """The entry as counselling takes it. Raises Problem 422 for a language that nobody knows."""
    codes = {name.casefold(): code for code, name in languages() if len(code) == 2}
    typed = [word.strip() for word in form.text("languages").split(",") if word.strip()]
    if strange := [word for word in typed if word.casefold() not in codes]:
        text = f"„{strange[0][:40]}“ ist als Sprache nicht bekannt."
        remedy = "Bitte den deutschen Namen schreiben, mehrere mit Komma getrennt."
        raise invalid(FieldProblem("languages", strange[0][:40], text, remedy))
    body: dict[str, Any] = {name: form.text(name) or None for name in TEXTS}
    body |= {"kind": form.text("kind"), "languages": [codes[word.casefold()] for word in typed]}
    body |= {name: bool(form.chosen(name)) for name in ("checked", "withdrawn")}
    body["carrier_id"] = form.text("carrier_id") or None
    if form.hidden["revision"]:
        body["revision"] = int(form.hidden["revision"])
    return body


def keeps(visitor: Visitor) -> bool:
    """Whether the visitor keeps the directory."""
    return visitor.principal.role in KEEPERS


@router.get("")
async def list_bodies(
    request: Request,
    visitor: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    ungeprueft: Annotated[str, Query(max_length=2)] = "",
    gespeichert: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """The directory, searched by words and kind; `ungeprueft`: what nobody has checked for a year."""
    params = {"q": q} | ({"kind": kind} if kind in KINDS else {})
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", API, params=params)
    items = [one for one in found["items"] if one["stale"] or not ungeprueft]
    context: dict[str, Any] = {"items": items, "q": q, "kind": kind, "kinds": KINDS, "saved": gespeichert}
    context |= {"keeps": keeps(visitor), "names": dict(languages()), "unchecked": ungeprueft}
    return render(request, "bodies.html", visitor, **context)


@router.get("/neu")
async def new_body(request: Request, visitor: Writer) -> Response:
    """The form, empty."""
    form = body_form(await carriers(request, visitor), {"body_id": new_id(), "revision": ""}, keeps=keeps(visitor))
    return render(request, TEMPLATE, visitor, form=form, title=NEW, action="/stellen/neu")


@router.post("/neu")
async def save_body(request: Request, visitor: Writer) -> Response:
    """Save an entry; a repeated or double save changes nothing."""
    data = await read_form(request, visitor)
    hidden = {"body_id": new_id(), "revision": ""}
    form = body_form(await carriers(request, visitor), hidden, keeps=keeps(visitor)).filled(data)

    async def work(typed: Form) -> str:
        path = f"{API}/{typed.hidden['body_id']}"
        await upstreams(request).call(visitor.principal, "counselling", "PUT", path, json=body_of(typed))
        return "/stellen?gespeichert=1"

    title = CHANGED if form.hidden["revision"] else NEW
    return await save(request, visitor, form, TEMPLATE, work, title=title, action="/stellen/neu")


@router.get("/{body_id}/bearbeiten")
async def edit_body(request: Request, visitor: Writer, body_id: UUID) -> Response:
    """The form with what is recorded."""
    item = await upstreams(request).call(visitor.principal, "counselling", "GET", f"{API}/{body_id}")
    hidden = {"body_id": str(body_id), "revision": str(item["revision"])}
    form = body_form(await carriers(request, visitor), hidden, keeps=keeps(visitor)).with_values(values_of(item))
    return render(request, TEMPLATE, visitor, form=form, title=CHANGED, action="/stellen/neu")
