"""The HTTP API of certificates for staff: own carrier's only; whoever sees a name leaves a row in the audit."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.registration.certificates import answers, handlers, store
from services.registration.certificates.commands import IssueAll, IssueCertificate, Print
from services.registration.certificates.printing import to_print
from services.registration.commands import Withdraw
from services.registration.runs.store import get_run
from shared import clock
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/runs/{run_id}/certificates", route_class=readings.RefusingRoute)

ReadRuns = Annotated[Principal, Depends(require("runs:read"))]
WriteRuns = Annotated[Principal, Depends(require("runs:write"))]


@router.get("")
async def get_certificates(request: Request, run_id: UUID, principal: ReadRuns) -> answers.Certificates:
    """Certificates of a run of the own carrier, and who could get which. Raises Problem 404."""
    async with request.app.state.sessions() as session, session.begin():
        run = await get_run(session, run_id, principal.carriers)
        if run is None:
            raise Problem(404, NOT_FOUND)
        rows = await store.certificates_of(session, run_id, principal.carriers)
        found = await store.holders(session, run, clock.now())
        await readings.listed(session, principal, "certificate", rows)
        await readings.listed(session, principal, "participant", await store.participants_of(session, run_id))
    items = [answers.Certificate.model_validate(row) for row in rows]
    return answers.Certificates(items=items, candidates=[answers.candidate(one, run.programme) for one in found])


@router.post("")
async def issue_all(request: Request, run_id: UUID, command: IssueAll, principal: WriteRuns) -> answers.IssuedAll:
    """Issue a kind to all of a run to whom nothing is missing for it; repeating issues nothing twice."""
    done = await commit(request, principal, lambda session, actor: handlers.issue_all(session, run_id, command, actor))
    return answers.IssuedAll(**done._asdict())


@router.post("/print")
async def print_certificates(request: Request, run_id: UUID, command: Print, principal: ReadRuns) -> answers.PrintedAll:
    """What is printed of certificates, with their codes."""
    return await commit(request, principal, lambda session, actor: to_print(session, run_id, command, actor))


@router.put("/{certificate_id}")
async def put_certificate(
    request: Request, run_id: UUID, certificate_id: UUID, command: IssueCertificate, principal: WriteRuns
) -> answers.Certificate:
    """Issue a certificate; who has one of the kind keeps it, and it is the answer."""
    row = await commit(
        request, principal, lambda session, actor: handlers.issue(session, run_id, certificate_id, command, actor)
    )
    return answers.Certificate.model_validate(row)


@router.post("/{certificate_id}/withdraw", status_code=204)
async def withdraw_certificate(
    request: Request, run_id: UUID, certificate_id: UUID, command: Withdraw, principal: WriteRuns
) -> Response:
    """Withdraw a certificate with a reason; its code then says so."""
    await commit(
        request,
        principal,
        lambda session, actor: handlers.withdraw(session, run_id, certificate_id, command.reason, actor),
    )
    return Response(status_code=204)
