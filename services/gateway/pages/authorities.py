"""Page *Zuständige Stellen*: who decides on a recognition, by occupation and Land of intended work (REC-02)."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.gateway import occupations
from services.gateway.access import SignedIn, Visitor
from services.gateway.forms import Form
from services.gateway.occupations import occupation_field
from services.gateway.pages.records import upstreams
from services.gateway.procedure_form import land_field
from services.gateway.rendering import render
from shared import vocabulary as v
from shared.problems import invalid

router = APIRouter(prefix="/zustaendige-stellen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("structure:read"))]
Word = Annotated[str, Query(max_length=200)]
LANDS = {str(land): land.de for land in v.Land}


async def find(request: Request, visitor: Visitor, occupation: str | None, land: str) -> dict[str, Any]:
    """Authorities of the directory: `items`, and whether the occupation needs a Land (`by_land`)."""
    asked = {"occupation": occupation, "land": land if land in LANDS else None}
    query = urlencode({name: value for name, value in asked.items() if value})
    found: dict[str, Any] = await upstreams(request).call(
        visitor.principal, "counselling", "GET", f"/api/v1/authorities?{query}"
    )
    return found


@router.get("")
async def search(request: Request, visitor: Reader, reference_occupation: Word = "", land: Word = "") -> Response:
    """The directory, or what it says about an occupation in a Land."""
    network = request.app.state.settings.network
    asked = {"reference_occupation": reference_occupation, "land": land or (network if network in LANDS else "")}
    form = Form((occupation_field("reference_occupation", "Beruf"), land_field())).filled(FormData(asked))
    form, wrong = await occupations.settled(request, visitor, form)
    if wrong:
        form = form.refused(invalid(*wrong))
    key = occupations.key_of(form, "reference_occupation")
    found = await find(request, visitor, key, form.text("land")) if not wrong else {"items": [], "by_land": False}
    form = await occupations.named(request, visitor, form)
    context = {"items": found["items"], "by_land": found["by_land"], "asked": key, "lands": LANDS}
    return render(request, "authorities.html", visitor, 422 if wrong else 200, form=form, **context)
