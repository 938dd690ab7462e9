"""What saving would refuse, asked before it is saved: so a form shows all that is wrong with it at once."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.registration import handlers, person_handlers
from services.registration.api import WriteMeetings, WritePersons
from services.registration.commands import RecordMeeting, RecordPerson
from shared.audit import readings
from shared.recording import tried

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)


@router.post("/persons/{person_id}/check", status_code=204)
async def check_person(request: Request, person_id: UUID, command: RecordPerson, principal: WritePersons) -> Response:
    """Try to record or correct a person and keep nothing. Raises Problem as saving would."""
    await tried(
        request, principal, lambda session, actor: person_handlers.record_person(session, person_id, command, actor)
    )
    return Response(status_code=204)


@router.post("/meetings/{meeting_id}/check", status_code=204)
async def check_meeting(
    request: Request, meeting_id: UUID, command: RecordMeeting, principal: WriteMeetings
) -> Response:
    """Try to record or correct a meeting and keep nothing. Raises Problem as saving would."""
    await tried(request, principal, lambda session, actor: handlers.record_meeting(session, meeting_id, command, actor))
    return Response(status_code=204)
