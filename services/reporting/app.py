"""The reporting service: engine, broker, ingest, figures and API in one lifespan; nothing else."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from starlette.responses import JSONResponse

from services.reporting import (
    api,
    edition_api,
    offer_api,
    operations_api,
    parking,
    printed_api,
    project_api,
    requests,
    several_api,
    submission_api,
)
from services.reporting.acceptances import Acceptances, Noting
from services.reporting.asking import Answerer, Asker
from services.reporting.asyncapi import document
from services.reporting.board import api as board_api
from services.reporting.board.retention import Forgetting
from services.reporting.books import api as books_api
from services.reporting.books.definitions import load_definitions
from services.reporting.books.worker import Books
from services.reporting.books.writing import Writer
from services.reporting.catalogue import load_catalogue
from services.reporting.editions import Editions
from services.reporting.exchange import answer_questions
from services.reporting.figures import Figures
from services.reporting.gauges import Gauges
from services.reporting.ingest import SERVICE, Intake
from services.reporting.notes import comment_api, news_api, view_api
from services.reporting.notes.news import News
from services.reporting.notes.retention import Expiring
from services.reporting.offers import QUESTION, Hearing, Offers
from services.reporting.oversight import api as oversight_api
from services.reporting.printed import load_printed
from services.reporting.public_figures import load_public
from services.reporting.quality import api as quality_api
from services.reporting.quality import follow_up_api, telling
from services.reporting.quality.assessment import Assessor
from services.reporting.quality.follow_ups import FollowUps
from services.reporting.quality.gauges import FollowUpGauges
from services.reporting.refreshing import refreshing
from services.reporting.sheets import api as sheet_api
from services.reporting.sheets.telling import Decisions
from services.reporting.submissions import Accepting, Submitting
from services.reporting.vitals import Vitals
from services.reporting.wanting import Wanting
from shared import problems, telemetry
from shared.contracts.editions import edition_subject
from shared.contracts.follow_ups import follow_up_subject
from shared.contracts.offers import offer_subject
from shared.database import SessionFactory, answers, make_engine, session_factory
from shared.messaging.runtime import Messaging
from shared.repair.heartbeats import software_version
from shared.serving import add_routes
from shared.settings import Settings
from shared.topology import CENTRE

ROUTERS = (
    *(api.router, requests.router, edition_api.router, submission_api.router, operations_api.router, parking.router),
    *(project_api.router, offer_api.router, sheet_api.public, oversight_api.router),
    *(view_api.router, comment_api.router, news_api.router, books_api.router, several_api.router),
)
AT_THE_CENTRE = (sheet_api.router, printed_api.router, submission_api.submissions, board_api.router)


def _figures(settings: Settings, sessions: SessionFactory, messaging: Messaging) -> Figures:
    """Figures that ask the networks (at the centre) or answer the centre's questions (in a network)."""
    asker = None
    if settings.network == CENTRE:
        asker = Asker(sessions, messaging.broker)
        messaging.jobs.append(Wanting(sessions, settings.heartbeat_seconds).run)
        messaging.jobs.append(Offers(sessions, settings.heartbeat_seconds).run)
        key = settings.signing_key.get_secret_value()
        messaging.jobs.append(telling.Telling(sessions, settings.heartbeat_seconds, key).run)
        messaging.jobs.append(Decisions(sessions, settings.heartbeat_seconds).run)
    else:
        noting, hearing = Noting(sessions, settings.network), Hearing(sessions, settings.network)
        follow_ups = telling.Hearing(sessions, settings.network)
        answers_to = {
            "figures": Answerer(sessions, settings.network).answer,
            "submissions": Submitting(sessions).submissions,
            "editions.noted": noting.noted,
            QUESTION: hearing.noted,
            telling.QUESTION: follow_ups.noted,
        }
        hears = {
            edition_subject(): noting.hear,
            offer_subject(): hearing.hear,
            follow_up_subject(): follow_ups.hear,
        }
        messaging.beside.append(answer_questions(settings, SERVICE, answers_to, hears))
    return Figures(sessions, settings.network, synthetic=settings.synthetic, asker=asker)


def _accepting(settings: Settings, sessions: SessionFactory, messaging: Messaging, editions: Editions) -> Accepting:
    """What accepts editions of networks; at the centre it tells them so until they confirm."""
    acceptances = Acceptances(sessions, settings.heartbeat_seconds)
    if settings.network == CENTRE:
        messaging.jobs.append(acceptances.run)
    return Accepting(editions, messaging.broker, acceptances)


def _add_quality(app: FastAPI, settings: Settings) -> None:
    """Findings of data quality and follow-ups on them."""
    state, network = app.state, settings.network
    state.assessor = Assessor(state.figures, state.sessions, network)
    state.follow_ups = FollowUps(state.sessions, network, settings.signing_key.get_secret_value())
    add_routes(app, quality_api.router, follow_up_api.router)


def load_data() -> None:
    """What is data: a catalogue that does not hold together must not start."""
    load_catalogue()
    load_printed()
    load_public()
    load_definitions()


def create_app(settings: Settings) -> FastAPI:
    """Build the service of a network or of the centre; it connects when its lifespan starts."""
    load_data()
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    messaging = Messaging(settings, SERVICE)
    intake = Intake(settings, sessions, messaging)
    intake.begin()
    figures = _figures(settings, sessions, messaging)
    gauges, vitals = Gauges(figures), Vitals(sessions, settings.network)
    books = Books(sessions, Writer(sessions, figures, settings.network))

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with (
            messaging.running(),
            books.running(),
            refreshing("gauges", gauges.refresh),
            refreshing("vital signs", vitals.refresh),
            refreshing("notes", Expiring(sessions).refresh),
            refreshing("ratings of the board", Forgetting(sessions).refresh),
            refreshing("follow-ups", FollowUpGauges(sessions, settings.network).refresh),
        ):
            yield
        await engine.dispose()

    app = FastAPI(
        title="IQ-Verbund reporting", lifespan=lifespan, docs_url=None, redoc_url=None, telemetry=telemetry.UNTOLD
    )
    app.state.settings, app.state.sessions, app.state.messaging = settings, sessions, messaging
    app.state.figures, app.state.ingests, app.state.news, app.state.books = (
        figures,
        intake.ingests,
        News(figures),
        books,
    )
    app.state.editions = Editions(sessions, settings.network, figures)
    app.state.accepting = _accepting(settings, sessions, messaging, app.state.editions)
    problems.install_problem_handlers(app)
    telemetry.observe(app, engine, SERVICE)
    telemetry.add_health(
        app,
        alive={"progress": messaging.progressing},
        ready={"database": partial(answers, engine), "broker": messaging.ready},
    )
    _add_quality(app, settings)
    add_routes(app, *ROUTERS, *(AT_THE_CENTRE if settings.network == CENTRE else ()))
    if settings.network == CENTRE:

        @app.get("/asyncapi.json", include_in_schema=False)
        async def asyncapi() -> JSONResponse:
            return JSONResponse(document(software_version()))

    return app
