"""The counselling service: engine, broker, relay and API in one lifespan; nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI

from services.counselling import api, checks, desk, drafts, exports, own_figures, publishing, store, timeline
from services.counselling.bodies import api as bodies
from services.counselling.bulk.authorities import AuthorityImport
from services.counselling.bulk.bodies import BodyImport
from services.counselling.bulk.companies import CompanyImport
from services.counselling.bulk.groups import GroupImport
from services.counselling.bulk.sessions import SessionImport
from services.counselling.cases import api as cases
from services.counselling.cases import handover_api, keeping_api, plan_api
from services.counselling.consents import api as consents
from services.counselling.consumers import learn
from services.counselling.importing import AUTHORITIES, BODIES, COMPANIES, GROUPS, SESSIONS
from services.counselling.outreach import api as outreach
from services.counselling.procedures import api as procedures
from services.counselling.referrals import api as referrals
from services.counselling.rights import api as rights
from services.counselling.rights import retention_api
from services.counselling.rights.retention import expiries
from services.counselling.sensitive import api as sensitive
from services.counselling.structural import api as structural
from shared import problems, telemetry
from shared.audit.api import audit_router
from shared.audit.seals import Sealer, append_only
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

SERVICE = "counselling"


def _listen(settings: Settings, sessions: SessionFactory, messaging: Messaging) -> None:
    """Take in what registration says; what waited for an upgrade is tried again at the start."""
    work = partial(learn, key=settings.signing_key.get_secret_value())
    ingest = Ingest(sessions, REGION_STREAM, work, settings.network, SERVICE, lean=False)
    subject, inbox = f"region.{settings.network}.registration.>", inbox_prefix(settings, SERVICE)
    ingest.subscribe(messaging.broker, SERVICE, subject, settings.batch_size, settings.batch_wait_seconds, inbox=inbox)
    messaging.jobs.append(lambda _broker: ingest.replay_later())
    messaging.watchdogs.append(
        Watchdog(sessions, settings.network, SERVICE, REGION_STREAM, SERVICE, settings.watchdog_seconds)
    )


def create_app(settings: Settings) -> FastAPI:
    """Build the service; it connects when its lifespan starts."""
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    messaging = Messaging(settings, SERVICE)
    messaging.publish_from(engine, Heartbeats(sessions, SERVICE, settings.heartbeat_seconds, store.last_recorded))
    Resending(sessions, messaging, publishing.RECORDS, publishing.row_messages)
    _listen(settings, sessions, messaging)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(drafts.forget_old(sessions))
        async with messaging.running(), imports.running(), sealer.running():
            yield
        await end([tidying])
        await engine.dispose()

    app = FastAPI(
        title="IQ-Verbund counselling", lifespan=lifespan, docs_url=None, redoc_url=None, telemetry=telemetry.UNTOLD
    )
    app.state.settings, app.state.sessions, app.state.messaging = settings, sessions, messaging
    kinds = (
        (SESSIONS, SessionImport),
        (GROUPS, GroupImport),
        (COMPANIES, CompanyImport),
        (AUTHORITIES, AuthorityImport),
        (BODIES, BodyImport),
    )
    applied = {kind.name: (kind, work.with_settings(settings)) for kind, work in kinds}
    imports = ImportWorker(engine, sessions, applied, messaging.wake)
    app.state.imports = imports
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
    for part in (
        api,
        checks,
        exports,
        drafts,
        desk,
        own_figures,
        outreach,
        structural,
        bodies,
        consents,
        referrals,
        procedures,
        rights,
        retention_api,
    ):
        add_routes(app, part.router)
    for part_of_case in (cases, plan_api, handover_api, keeping_api, timeline, sensitive):
        add_routes(app, part_of_case.router)
    add_routes(app, rights.references, audit_router(), centre_router(SERVICE), import_router(imports, settings))
    add_routes(app, retention_router(SERVICE, expiries(settings.signing_key.get_secret_value())))
    return app
