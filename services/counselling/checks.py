"""What saving would refuse, asked before it is saved: so a form shows all that is wrong with it at once."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.counselling.api import WriteGroups, WriteSessions
from services.counselling.commands import RecordGroup, RecordSession
from services.counselling.handlers import groups, sessions
from shared.audit import readings
from shared.recording import tried

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)


@router.post("/sessions/{session_id}/check", status_code=204)
async def check_session(
    request: Request, session_id: UUID, command: RecordSession, principal: WriteSessions
) -> Response:
    """Try to record or correct a session and keep nothing. Raises Problem as saving would."""
    await tried(request, principal, lambda session, actor: sessions.record_session(session, session_id, command, actor))
    return Response(status_code=204)


@router.post("/groups/{group_id}/check", status_code=204)
async def check_group(request: Request, group_id: UUID, command: RecordGroup, principal: WriteGroups) -> Response:
    """Try to record or correct group information and keep nothing. Raises Problem as saving would."""
    await tried(request, principal, lambda session, actor: groups.record_group(session, group_id, command, actor))
    return Response(status_code=204)
