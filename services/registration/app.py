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
from services.registration.appointments.sending import Sender
from services.registration.appointments.settings import MailSettings
from services.registration.bulk import kinds
from services.registration.renewal import renew_all
from shared import problems, telemetry
from shared.audit.api import audit_router
from shared.audit.seals import Sealer, append_only
from shared.database import answers, make_engine, session_factory
from shared.importing.api import import_router
from shared.importing.jobs import ImportWorker
from shared.messaging.runtime import Messaging
from shared.repair.heartbeats import Heartbeats
from shared.repair.resending import Resending
from shared.repair.state import centre_router
from shared.settings import Settings
from shared.tasks import end

SERVICE = "registration"
# The register of persons first: `persons/similar` is no person's id.
ROUTERS = (person_api.router, api.router, checks.router, appointments_api.router, public_api.router, desk.router)


async def _none_by_office(_session: AsyncSession) -> dict[str, str]:
    return {}


def create_app(settings: Settings, mail: MailSettings | None = None) -> FastAPI:
    """Build the service; it connects when its lifespan starts. `mail` is read from the environment if not given."""
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    messaging = Messaging(settings, SERVICE)
    heartbeats = Heartbeats(sessions, SERVICE, settings.heartbeat_seconds, _none_by_office)
    messaging.publish_from(engine, heartbeats)
    Resending(sessions, messaging, publishing.RECORDS, publishing.row_messages)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        renewal = asyncio.create_task(renew_all(sessions))
        async with messaging.running(), imports.running(), sealer.running(), sender.running():
            yield
        await end([renewal])
        await engine.dispose()

    app = FastAPI(title="IQ-Verbund registration", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings, app.state.sessions, app.state.messaging = settings, sessions, messaging
    imports = ImportWorker(engine, sessions, kinds(settings), messaging.wake)
    app.state.imports = imports
    app.state.mail = mail or MailSettings()
    sender = Sender(sessions, app.state.mail, settings.signing_key.get_secret_value())
    sealer = Sealer(sessions, settings.network, SERVICE)
    problems.install_problem_handlers(app)
    telemetry.observe(app, settings.network, SERVICE)
    telemetry.add_health(
        app,
        alive={"progress": messaging.progressing},
        ready={
            "database": partial(answers, engine),
            "broker": messaging.ready,
            "append_only": partial(append_only, sessions),
        },
    )
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(audit_router())
    app.include_router(centre_router(SERVICE))
    app.include_router(import_router(imports, settings))
    return app
