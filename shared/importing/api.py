"""The HTTP side of imports: upload, status, cells to mend, mapping, template (contracts §5)."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit, clock
from shared.database import SessionFactory
from shared.importing.answers import Answers, answer, open_questions, remembered
from shared.importing.jobs import ImportWorker
from shared.importing.kinds import Kind
from shared.importing.tables import NETWORK, ImportErrorRow, ImportJob
from shared.importing.template import template
from shared.importing.uploads import XLSX, inspect, receive, store
from shared.problems import FieldProblem, Problem, invalid
from shared.security import Principal, check, require
from shared.settings import Settings

REMEMBERED = 20
"""Earlier files whose answers are suggested."""
NOT_HERE = "Erzeugte Daten sind im Echtbetrieb nicht zugelassen."

# Whoever has signed in; what the kind of import needs is checked where the kind is looked up.
SignedIn = Annotated[Principal, Depends(require("account:use"))]
Strict = Annotated[bool, Query()]
Origin = Annotated[Literal["imported", "synthetic"], Query()]


class Accepted(BaseModel):
    """Where an accepted upload can be followed."""

    import_id: UUID
    status_url: str


class Status(BaseModel):
    """State of an import; when done, `rows = accepted + unchanged + rejected`. `progress` in percent."""

    import_id: UUID
    kind: str
    state: Literal["running", "needs_mapping", "done", "failed"]
    origin: str
    rows: int
    accepted: int
    unchanged: int
    rejected: int
    progress: int
    detail: str
    created_at: str
    status_url: str
    errors_url: str


class Listing(BaseModel):
    """The newest imports of a kind."""

    items: list[Status]


def status(job: ImportJob, request: Request) -> Status:
    """A job as its carrier sees it; links begin with the address the caller used (the gateway's, if passed on)."""
    base = request.headers.get("x-iq-base-url") or str(request.base_url)
    url = f"{base.rstrip('/')}/api/v1/imports/{job.kind}/{job.id}"
    links = {"import_id": job.id, "status_url": url, "errors_url": f"{url}/errors"}
    return Status.model_validate(job.model_dump() | links | {"created_at": job.created_at.isoformat()})


async def error_lines(sessions: SessionFactory, job_id: UUID) -> AsyncIterator[str]:
    """The cells to mend as CSV (`;`, UTF-8 with BOM); no cell can start a formula in the reader's Excel."""
    yield "\ufeffrow;column;value;message\r\n"
    query = select(ImportErrorRow.row, ImportErrorRow.column, ImportErrorRow.value, ImportErrorRow.message)
    query = query.where(ImportErrorRow.job_id == job_id).order_by(col(ImportErrorRow.row), col(ImportErrorRow.id))
    async with sessions() as session:
        found = await session.stream(query.execution_options(yield_per=1_000))
        async for rows in found.partitions():
            text = io.StringIO(newline="")
            csv.writer(text, delimiter=";").writerows([_harmless(cell) for cell in row] for row in rows)
            yield text.getvalue()


def owners(kind: Kind, principal: Principal) -> tuple[UUID, ...]:
    """Whose imports of a kind somebody sees."""
    return (NETWORK,) if kind.whole_network else principal.carriers


async def noted(session: AsyncSession, job: ImportJob, principal: Principal, verb: str) -> None:
    """Audit what was done with a file; reading its errors is reading persons, as they quote cells."""
    carrier = None if job.carrier_id == NETWORK else job.carrier_id
    await audit.write(session, [audit.entry(clock.now(), principal.subject, carrier, f"import.{verb}", job.id, None)])


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Routes:
    """The endpoints of all kinds of a service; each kind names the permission it needs."""

    def __init__(self, worker: ImportWorker, settings: Settings) -> None:
        self.worker, self.settings, self.sessions = worker, settings, worker.sessions

    def kind(self, name: str, principal: Principal) -> Kind:
        """The kind of a path. Raises Problem 404, 403 for somebody who may not import it."""
        if name not in self.worker.kinds:
            raise Problem(404, "Diese Art von Import gibt es hier nicht.")
        known = self.worker.kinds[name][0]
        check(principal, known.permission)
        return known

    async def job(
        self, session: AsyncSession, kind: str, job_id: UUID, principal: Principal, *, lock: bool = False
    ) -> ImportJob:
        """A job of the principal's carriers, locked for a change if so wanted. Raises Problem 403 and 404."""
        own = col(ImportJob.carrier_id).in_(owners(self.kind(kind, principal), principal))
        query = select(ImportJob).where(ImportJob.id == job_id, ImportJob.kind == kind, own)
        job = (await session.exec(query.with_for_update() if lock else query)).first()
        if job is None:
            raise Problem(404, "Diesen Import gibt es nicht.")
        return job

    async def upload(
        self, request: Request, kind: str, principal: SignedIn, *, strict: Strict = False, origin: Origin = "imported"
    ) -> Accepted:
        """Take a file in; the work goes on in the background."""
        known = self.kind(kind, principal)
        if origin == "synthetic" and self.settings.env == "prod":
            raise invalid(FieldProblem("origin", origin, NOT_HERE, "Bitte ohne diese Angabe hochladen."))
        with TemporaryFile() as file:
            await receive(request, file)
            header = await asyncio.to_thread(inspect, file, known, strict=strict)
            carrier = NETWORK if known.whole_network else principal.carrier
            job = ImportJob(kind=kind, carrier_id=carrier, requested_by=principal.subject, header=header)
            job.strict, job.origin = strict, origin
            async with self.sessions() as session, session.begin():
                await store(session, job, file)
                await noted(session, job, principal, "uploaded")
        self.worker.wake()
        return Accepted(import_id=job.id, status_url=status(job, request).status_url)

    async def listing(self, request: Request, kind: str, principal: SignedIn) -> Listing:
        """The newest hundred imports of the own carrier, or of the network."""
        own = col(ImportJob.carrier_id).in_(owners(self.kind(kind, principal), principal))
        query = select(ImportJob).where(ImportJob.kind == kind, own)
        async with self.sessions() as session:
            jobs = (await session.exec(query.order_by(col(ImportJob.created_at).desc()).limit(100))).all()
        return Listing(items=[status(job, request) for job in jobs])

    async def template(self, kind: str, principal: SignedIn) -> Response:
        """The template with drop-downs."""
        known = self.kind(kind, principal)
        name = {"Content-Disposition": f'attachment; filename="{known.title}-Vorlage.xlsx"'}
        return Response(await asyncio.to_thread(template, known), media_type=XLSX, headers=name)

    async def one(self, request: Request, kind: str, job_id: UUID, principal: SignedIn) -> Status:
        """State of an import."""
        async with self.sessions() as session:
            return status(await self.job(session, kind, job_id, principal), request)

    async def errors(self, kind: str, job_id: UUID, principal: SignedIn) -> StreamingResponse:
        """Cells to mend, as CSV."""
        async with self.sessions() as session, session.begin():
            await noted(session, await self.job(session, kind, job_id, principal), principal, "read")
        name = {"Content-Disposition": f'attachment; filename="Fehler-{job_id}.csv"'}
        return StreamingResponse(error_lines(self.sessions, job_id), media_type="text/csv", headers=name)

    async def questions(self, kind: str, job_id: UUID, principal: SignedIn) -> dict[str, Any]:
        """Headers and values to decide on; what was answered for earlier files is suggested first."""
        known = self.kind(kind, principal)
        own = col(ImportJob.carrier_id).in_(owners(known, principal))
        query = select(ImportJob.mapping).where(ImportJob.kind == kind, own, ImportJob.id != job_id)
        async with self.sessions() as session:
            found = open_questions(known, await self.job(session, kind, job_id, principal))
            earlier = await session.exec(query.order_by(col(ImportJob.created_at).desc()).limit(REMEMBERED))
            return remembered(found, earlier.all())

    async def answered(self, request: Request, kind: str, job_id: UUID, given: Answers, principal: SignedIn) -> Status:
        """Answer for the whole file; the work goes on."""
        async with self.sessions() as session, session.begin():
            job = await self.job(session, kind, job_id, principal, lock=True)
            if job.state != "needs_mapping":
                raise Problem(409, "Dieser Import wartet auf keine Zuordnung.")
            job.mapping = answer(self.kind(kind, principal), job, given)
            job.state, job.detail, job.progress, job.attempts = "running", "", 0, 0
            session.add(job)
            await noted(session, job, principal, "mapped")
        self.worker.wake()
        return status(job, request)


def import_router(worker: ImportWorker, settings: Settings) -> APIRouter:
    """Routes `/api/v1/imports/…` of the worker's kinds; the caller runs the worker."""
    routes, router = Routes(worker, settings), APIRouter(prefix="/api/v1/imports/{kind}")
    router.add_api_route("", routes.upload, methods=["POST"], status_code=202)
    router.add_api_route("", routes.listing, methods=["GET"])
    router.add_api_route("/template.xlsx", routes.template, methods=["GET"], response_class=Response)
    router.add_api_route("/{job_id}", routes.one, methods=["GET"])
    router.add_api_route("/{job_id}/errors", routes.errors, methods=["GET"], response_class=StreamingResponse)
    router.add_api_route("/{job_id}/mapping", routes.questions, methods=["GET"])
    router.add_api_route("/{job_id}/mapping", routes.answered, methods=["PUT"])
    return router
