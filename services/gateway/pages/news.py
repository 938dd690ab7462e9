"""Feed *Was hat sich seit meinem letzten Besuch geändert?*: told until somebody says that she has seen it all."""

import asyncio
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.account_names import names_of
from services.gateway.comments import current
from services.gateway.editions import STATES
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.records import upstreams
from services.gateway.pages.submissions import submitted
from services.gateway.rendering import label, render
from services.gateway.saved_views import ASKING, described
from services.gateway.sheets import Sheet
from shared.security import allowed

router = APIRouter(prefix="/neues", include_in_schema=False)

Reader = Annotated[Visitor, Depends(WithPurpose("news:read"))]
Seer = Annotated[Visitor, Depends(SignedIn("news:read"))]
Publisher = Annotated[Visitor, Depends(SignedIn("editions:publish"))]
API = "/api/v1/news"
STEPS = {
    "new": "neu",
    "late": "für frühere Monate nachgemeldet",
    "corrected": "korrigiert oder fortgeschrieben",
    "withdrawn": "zurückgezogen",
    "restored": "wiederhergestellt",
}
"""What became of records, in the order of the columns."""
Found = dict[str, Any]


@router.get("")
async def news(request: Request, visitor: Reader) -> Response:
    """Everything since the last visit; exact figures, so the use is noted. Reading moves no mark."""
    await note_use(request, visitor)
    found, sheets = await asyncio.gather(
        upstreams(request).call(visitor.principal, "reporting", "GET", API), catalogue(request, visitor)
    )
    async with request.app.state.sessions() as session:
        names = await names_of(session, {view["owner"] for view in found["views"]})
    context = {
        **{name: found[name] for name in ("since", "first", "day", "until", "parked")},
        "groups": groups(found["figures"], sheets),
        "steps": [_(text) for text in STEPS.values()],
        "editions": [edition(one) for one in found["editions"]],
        "answers": [{**one, "region": label(one["region"], "region")} for one in found["answers"]],
        "views": [{**view, "owner": names.get(view["owner"], view["owner"])} for view in found["views"]],
        "comments": [commented(one, sheets) for one in found["comments"]],
        "networks": [{**one, "region": label(one["region"], "region")} for one in found["networks"]],
        "parked": [{**one, "region": label(one["region"], "region")} for one in found["parked"]],
        "publishes": desk(request).centre and allowed(visitor.principal, "editions:publish"),
    }
    kinds = ("groups", "editions", "answers", "views", "comments", "networks", "parked")
    return render(request, "news.html", visitor, nothing=not any(context[name] for name in kinds), **context)


def groups(figures: list[Found], sheets: Mapping[str, Sheet]) -> list[Found]:
    """Changed figures by indicator: a row per network and line, each number with its special request."""
    found = []
    for code, rows in groupby(figures, key=itemgetter("indicator")):
        sheet = sheets.get(code)
        title, unit = (sheet.title, sheet.unit) if sheet else (code, "")
        found.append({"title": title, "unit": unit, "rows": [row(one) for one in rows]})
    return found


def row(one: Found) -> Found:
    """A changed figure in words."""
    return {
        "region": label(one["region"], "region"),
        "line": label(one["line"], "programme_line") if one["line"] else _("alle"),
        "then": (one["then"], f"{ASKING}?{one['then_query']}"),
        "now": (one["now"], f"{ASKING}?{one['now_query']}"),
        "steps": [one[name] for name in STEPS],
        "delayed": one["delayed"],
        "moved": one["moved"],
    }


def edition(one: Found) -> Found:
    """An edition with what it is, and where it can be read."""
    place = "daten" if one["state"] == "published" else "veroeffentlichungen"
    state = _(STATES.get(one["state"], str(one["state"])))
    day = one["published_on"] or one["created_on"]
    return {"title": one["title"], "link": f"/{place}/{one['edition_id']}", "state": state, "day": day}


def commented(one: Found, sheets: Mapping[str, Sheet]) -> Found:
    """A figure with new comments, and where they stand."""
    query = current(one["query"])
    return {**one, "subject": described(f"{ASKING}?{query}", sheets), "link": f"{ASKING}?{query}#kommentare"}


@router.get("/einreichungen")
async def submissions(request: Request, visitor: Publisher) -> Response:
    """Submissions of networks that wait: they are asked for them, which may take seconds, so the feed does not wait."""
    found = await submitted(request, visitor)
    return render(request, "news_submissions.html", visitor, found=found)


@router.post("/gesehen")
async def seen(request: Request, visitor: Seer) -> Response:
    """Everything that the page told has been seen; what came later is told the next time."""
    data = await read_form(request, visitor)
    body = {"until": str(data.get("until", ""))}
    await upstreams(request).call(visitor.principal, "reporting", "POST", f"{API}/seen", json=body)
    return RedirectResponse("/neues", 303)
