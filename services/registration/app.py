"""The registration service: engine, broker, relay and API in one lifespan; nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import api, checks, desk, person_api, publishing
from services.registration.appointments import api as appointments_api
from services.registration.appointments import public_api
from services.registration.appointments.sending import QUEUE as APPOINTMENTS
from services.registration.attendance import api as attendance
from services.registration.attendance import cohort_api, contact_api
from services.registration.attendance import public_api as feedback
from services.registration.attendance.month_turn import keep_counting
from services.registration.bulk import kinds
from services.registration.certificates import api as certificates_api
from services.registration.certificates import public_api as certificate_checks
from services.registration.consumers import learn
from services.registration.decisions.hearing import Decisions
from services.registration.enrolment import api as enrolment_api
from services.registration.enrolment import public_api as enrolment_public
from services.registration.enrolment.advancing import Advancing
from services.registration.enrolment.messages import QUEUE as REGISTRATIONS
from services.registration.enrolment.settings import EnrolmentSettings
from services.registration.items import api as items
from services.registration.mailing.sending import Sender
from services.registration.mailing.settings import MailSettings
from services.registration.measures import api as measures
from services.registration.offers.telling import keep_told
from services.registration.proposals import api as proposals
from services.registration.renewal import renew_all
from services.registration.rights import api as rights
from services.registration.rights import retention_api
from services.registration.rights.journal import keep_writing
from services.registration.rights.retention import expiries
from services.registration.runs import api as runs
from services.registration.runs import date_api as run_dates
from services.registration.runs import ends_api as run_ends
from shared import problems, telemetry
from shared.audit.api import audit_router
from shared.audit.seals import Sealer, append_only
from shared.contracts.decisions import decided_subject
from shared.database import SessionFactory, answers, make_engine, session_factory
from shared.importing.api import import_router
from shared.importing.jobs import ImportWorker
from shared.messaging.connection import inbox_prefix
from shared.messaging.ingest import Ingest
from shared.messaging.runtime import REGION_STREAM, Messaging
from shared.messaging.watchdog import Watchdog
from shared.repair.heartbeats import Heartbeats
from shared.repair.resending import Resending
from shared.repair.state import centre_router
from shared.rights.retention_api import retention_router
from shared.serving import add_routes
from shared.settings import Settings
from shared.tasks import end

SERVICE = "registration"
# The register of persons first: `persons/similar` is no person's id.
ROUTERS = (
    *(
        person_api.router,
        api.router,
        checks.router,
        desk.router,
        proposals.router,
        *(runs.router, run_dates.router, run_ends.router),
        items.router,
        measures.router,
        rights.router,
        rights.references,
        retention_api.router,
    ),  # `persons/similar` is no person's id
    *(appointments_api.router, public_api.router, enrolment_api.router, enrolment_public.router),
    *(certificates_api.router, certificate_checks.router),
    *(attendance.router, contact_api.router, cohort_api.router, feedback.router),
)


async def _none_by_office(_session: AsyncSession) -> dict[str, str]:
    return {}


def _listen(settings: Settings, sessions: SessionFactory, messaging: Messaging) -> None:
    """Take in what the centre wants and decides, and whom counselling proposes.

    What waited for an upgrade is tried again at the start.
    """
    hears = {decided_subject(): Decisions(sessions, settings.network, messaging.wake).hear}
    Resending(sessions, messaging, publishing.RECORDS, publishing.row_messages, hears)
    ingest = Ingest(sessions, REGION_STREAM, learn, settings.network, SERVICE, lean=False)
    subject = f"region.{settings.network}.counselling.qualification_proposed.>"
    batch, inbox = (settings.batch_size, settings.batch_wait_seconds), inbox_prefix(settings, SERVICE)
    ingest.subscribe(messaging.broker, SERVICE, subject, *batch, inbox=inbox)
    messaging.jobs.append(lambda _broker: ingest.replay_later())
    messaging.watchdogs.append(
        Watchdog(sessions, settings.network, SERVICE, REGION_STREAM, SERVICE, settings.watchdog_seconds)
    )


def create_app(
    settings: Settings, mail: MailSettings | None = None, enrolment: EnrolmentSettings | None = None
) -> FastAPI:
    """Build the service; it connects when its lifespan starts. What is not given is read from the environment."""
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    messaging = Messaging(settings, SERVICE)
    heartbeats = Heartbeats(sessions, SERVICE, settings.heartbeat_seconds, _none_by_office)
    messaging.publish_from(engine, heartbeats)
    _listen(settings, sessions, messaging)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work(sessions)) for work in (renew_all, keep_writing)]
        tasks.append(asyncio.create_task(keep_counting(sessions, settings.network)))
        async with messaging.running(), imports.running(), sealer.running(), sender.running(), runs_advance.running():
            yield
        await end(tasks)
        await engine.dispose()

    app = FastAPI(
        title="IQ-Verbund registration", lifespan=lifespan, docs_url=None, redoc_url=None, telemetry=telemetry.UNTOLD
    )
    app.state.settings, app.state.sessions, app.state.messaging = settings, sessions, messaging
    imports = ImportWorker(engine, sessions, kinds(settings), messaging.wake)
    app.state.imports = imports
    app.state.mail, app.state.enrolment = mail or MailSettings(), enrolment or EnrolmentSettings()
    key = settings.signing_key.get_secret_value()
    sender = app.state.sender = Sender(sessions, app.state.mail, key, (APPOINTMENTS, REGISTRATIONS))
    runs_advance = app.state.advancing = Advancing(sessions, settings, app.state.enrolment, messaging.wake)
    messaging.jobs.append(partial(keep_told, sessions, settings.network, app.state.mail.public_url, messaging.wake))
    sealer = Sealer(sessions, settings.network, SERVICE)
    problems.install_problem_handlers(app)
    telemetry.observe(app, engine, SERVICE)
    telemetry.add_health(
        app,
        alive={"progress": messaging.progressing},
        ready={
            "database": partial(answers, engine),
            "broker": messaging.ready,
            "append_only": partial(append_only, sessions),
        },
    )
    made = (audit_router(), centre_router(SERVICE), import_router(imports, settings))
    add_routes(app, *ROUTERS, *made, retention_router(SERVICE, expiries(key)))
    return app
