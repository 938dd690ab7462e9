"""Page for everyone who is shown a certificate: whether its code is valid, withdrawn or unknown, and nothing else.

No name, no programme, no day; an unknown code is answered like any other. How often one address may ask is limited.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway.access import visitor_of
from services.gateway.languages import term_label
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.vocabulary.certificates import CertificateState

router = APIRouter(prefix="/nachweis", include_in_schema=False)

TOO_MANY = "Von hier wurden sehr viele Codes geprüft. Bitte versuchen Sie es in einer Stunde noch einmal."
LONGEST = 100
"""Characters of a code that are looked at; what is longer is unknown."""


async def answered(request: Request, code: str) -> Response:
    """The page of a code. Raises Problem 429 and 503."""
    request.app.state.checks.count(request)
    path, body = "/api/v1/certificates/check", {"code": code.encode("ascii", "ignore").decode()[:LONGEST]}
    found = await upstreams(request).call(everyone(request), "registration", "POST", path, json=body)
    return await page(request, code[:LONGEST], CertificateState(found["state"]))


async def page(request: Request, code: str = "", state: CertificateState | None = None) -> Response:
    """The field for a code, with what was found of the one that was typed."""
    visitor, label = await visitor_of(request), term_label(state) if state else ""
    return render(request, "certificate_check.html", visitor, code=code, state=str(state or ""), label=label)


@router.get("")
async def ask(request: Request, code: Annotated[str, Query()] = "") -> Response:
    """The field for the code, and what it says of one that was typed."""
    if code.strip():
        return await answered(request, code.strip())
    return await page(request)


@router.get("/{code}")
async def check(request: Request, code: str) -> Response:
    """What the QR code on a certificate leads to."""
    return await answered(request, code)
