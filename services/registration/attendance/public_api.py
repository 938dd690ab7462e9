"""What the gateway asks for people who answer a run's feedback; it never passes these paths on to anybody.

The token of the link comes in a body, so that it stands in no address of a service. Nothing is audited: there is no
account, and the audit would say when somebody answered.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.registration.attendance import feedback
from services.registration.attendance.commands import GiveFeedback, Ticket
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/feedback")

Anyone = Annotated[Principal, Depends(require("feedback:give"))]


@router.post("/ticket")
async def read_ticket(request: Request, ticket: Ticket, _principal: Anyone) -> dict[str, str]:
    """The run of a link. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        run = await feedback.run_of_token(session, ticket.token)
        return {"public_title": run.public_title}


@router.put("/{feedback_id}", status_code=204)
async def put_feedback(request: Request, feedback_id: UUID, command: GiveFeedback, principal: Anyone) -> Response:
    """Answer; the same form sent twice is one answer. Raises Problem 404 and 409."""
    await commit(request, principal, lambda session, _actor: feedback.give_feedback(session, feedback_id, command))
    return Response(status_code=204)
