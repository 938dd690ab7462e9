"""What the gateway asks for everyone who holds a certificate; it never passes this path on to anybody.

The code comes in a body, so that it stands in no address of a service. Every code is looked up in the same way, and
the answers have the same shape: whether it is valid, withdrawn or unknown, and nothing else.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.registration.certificates import answers, store
from services.registration.certificates.codes import hash_of
from services.registration.certificates.commands import Check
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/certificates")

Anyone = Annotated[Principal, Depends(require("certificates:check"))]


@router.post("/check")
async def check(request: Request, command: Check, _principal: Anyone) -> answers.Checked:
    """Whether a code is that of a certificate in force."""
    async with request.app.state.sessions() as session:
        return answers.checked(withdrawn=await store.of_code(session, hash_of(command.code)))
