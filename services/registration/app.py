"""The registration service: engine, broker, relay and API in one lifespan; nothing else."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import api, desk
from services.registration.bulk import kinds
from shared import problems, telemetry
from shared.database import answers, make_engine, session_factory
from shared.importing.api import import_router
from shared.importing.jobs import ImportWorker
from shared.messaging.heartbeats import Heartbeats
from shared.messaging.runtime import Messaging
from shared.settings import Settings

SERVICE = "registration"


async def _none_by_office(_session: AsyncSession) -> dict[str, str]:
    return {}


def create_app(settings: Settings) -> FastAPI:
    """Build the service; it connects when its lifespan starts."""
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    messaging = Messaging(settings, SERVICE)
    heartbeats = Heartbeats(sessions, SERVICE, settings.heartbeat_seconds, _none_by_office)
    messaging.publish_from(engine, heartbeats)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with messaging.running(), imports.running():
            yield
        await engine.dispose()

    app = FastAPI(title="IQ-Verbund registration", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings, app.state.sessions, app.state.messaging = settings, sessions, messaging
    imports = ImportWorker(engine, sessions, kinds(settings), messaging.wake)
    app.state.imports = imports
    problems.install_problem_handlers(app)
    telemetry.observe(app, settings.network, SERVICE)
    telemetry.add_health(
        app,
        alive={"progress": messaging.progressing},
        ready={"database": partial(answers, engine), "broker": messaging.ready},
    )
    app.include_router(api.router)
    app.include_router(desk.router)
    app.include_router(import_router(imports, settings))
    return app
