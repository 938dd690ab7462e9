"""The gateway: sign-in, pages and the pass-through in one application; nothing else."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.gateway import api
from services.gateway.access import SignInNeeded
from services.gateway.accounts import load_accounts
from services.gateway.pages import counselling, figures, headcounts, imports, public, sign_in
from services.gateway.rendering import FOLDER, render
from services.gateway.settings import GatewaySettings
from services.gateway.upstreams import Upstreams
from shared import problems, telemetry
from shared.database import answers, make_engine, session_factory
from shared.problems import Problem

SERVICE = "gateway"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(settings: GatewaySettings) -> FastAPI:
    """Build the gateway of a network, or of the centre."""
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    base_url = f"http://{settings.host}:{settings.port}"
    upstreams = Upstreams(settings, base_url)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if settings.accounts_file is not None:
            key = settings.signing_key.get_secret_value()
            async with sessions() as session, session.begin():
                await load_accounts(session, settings.accounts_file, settings.network, key)
        yield
        await upstreams.close()
        await engine.dispose()

    app = FastAPI(title="IQ-Verbund", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings, app.state.sessions, app.state.upstreams = settings, sessions, upstreams
    problems.install_problem_handlers(app)
    _show_problems_as_pages(app)
    _add_headers(app)
    telemetry.observe(app, settings.network, SERVICE)
    telemetry.add_health(app, alive={}, ready={"database": partial(answers, engine)})
    app.include_router(api.router)
    for area in (sign_in, counselling, imports, figures, public):
        app.include_router(area.router)
    app.include_router(headcounts.groups)
    app.include_router(headcounts.meetings)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    return app


def _add_headers(app: FastAPI) -> None:
    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        fixed = request.url.path.startswith("/static/vendor/")
        quick = request.url.path.startswith("/static/")
        cache = "public, max-age=31536000, immutable" if fixed else "max-age=300" if quick else "no-store"
        response.headers["Cache-Control"] = cache
        return response


def _show_problems_as_pages(app: FastAPI) -> None:
    def shown(request: Request, problem: Problem) -> Response:
        if request.url.path.startswith("/api/") or request.url.path in ("/healthz", "/readyz"):
            return problem.response()
        title = str(problem.document()["title"])
        return render(request, "problem.html", None, problem.status, title=title, detail=problem.detail)

    @app.exception_handler(SignInNeeded)
    async def sign_in_needed(_request: Request, needed: SignInNeeded) -> Response:
        return RedirectResponse(needed.location, 303)

    @app.exception_handler(Problem)
    async def refused(request: Request, problem: Problem) -> Response:
        return shown(request, problem)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        text = problems.TITLES.get(error.status_code, "Die Anfrage konnte nicht bearbeitet werden")
        return shown(request, Problem(error.status_code, f"{text}. Bitte prüfen Sie die Adresse."))

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, _error: RequestValidationError) -> Response:
        return shown(request, Problem(422, "Diese Adresse enthält eine Angabe, die nicht gültig ist. Bitte prüfen."))

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> Response:
        return shown(request, Problem(500, "Ein unerwarteter Fehler ist aufgetreten. Bitte später erneut versuchen."))
