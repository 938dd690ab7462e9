"""The gateway: sign-in, pages and the pass-through in one application; nothing else."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response

from services.gateway.access import ANONYMOUS, SignInNeeded, sign_in_needed, visitor_of
from services.gateway.accounts import load_accounts
from services.gateway.books.making import Making
from services.gateway.folder.keys import load_keyring
from services.gateway.language_choice import LanguageChoice, language_of
from services.gateway.languages import _, speaking, told
from services.gateway.layouts import load_layouts
from services.gateway.limits import BodyLimit
from services.gateway.open_forms import Sendings
from services.gateway.operator import load_operator
from services.gateway.pages import booking, certificate_check, enrolment, live, public
from services.gateway.pages.certificate_check import TOO_MANY
from services.gateway.provider import Provider
from services.gateway.rendering import FOLDER, render
from services.gateway.routes import ROUTERS, pages
from services.gateway.settings import GatewaySettings
from services.gateway.upstreams import ServiceProblem, Upstreams
from shared import problems, telemetry
from shared.database import answers, make_engine, session_factory
from shared.logs import request_id
from shared.problems import FieldProblem, Problem
from shared.rights.retention import load_rules
from shared.serving import add_routes
from shared.vocabulary import refusals

SERVICE = "gateway"
DOCUMENTS = ("/healthz", "/readyz", "/openapi.json")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
)


def headers_of(settings: GatewaySettings) -> dict[str, str]:
    """The headers every answer carries. Forms lead here, and when signing out to the provider."""
    issuer = urlsplit(settings.oidc_issuer)
    forms = f"'self' {issuer.scheme}://{issuer.netloc}" if settings.auth_mode == "oidc" else "'self'"
    found = {
        "Content-Security-Policy": POLICY.format(forms=forms),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    return found | ({"Strict-Transport-Security": "max-age=31536000"} if settings.secure else {})


def load_data() -> None:
    """What is data: files that cannot be read must not start."""
    load_operator()
    load_layouts()
    load_rules()


def create_app(settings: GatewaySettings) -> FastAPI:
    """Build the gateway of a network, or of the centre. Raises ValueError for a mistake in the operator's files."""
    load_data()
    load_keyring(settings)
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    upstreams = Upstreams(settings, settings.base_url)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if settings.accounts_file is not None:
            key = settings.signing_key.get_secret_value()
            async with sessions() as session, session.begin():
                await load_accounts(session, settings.accounts_file, settings.network, key)
        yield
        await upstreams.close()
        await engine.dispose()

    app = FastAPI(
        title="IQ-Verbund",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=telemetry.UNTOLD,
        openapi_url=None,
    )
    app.state.settings, app.state.sessions, app.state.upstreams = settings, sessions, upstreams
    app.state.provider = Provider(settings) if settings.auth_mode == "oidc" else None
    app.state.headers, app.state.sendings, app.state.checks = headers_of(settings), Sendings(), Sendings(said=TOO_MANY)
    app.state.published, app.state.structure = {}, None
    app.state.watching, app.state.making = live.Watching(), Making()
    problems.install_problem_handlers(app)
    _show_problems_as_pages(app)
    app.add_middleware(BodyLimit)  # first, so innermost: its refusal is raised where the body is read
    app.add_middleware(LanguageChoice)
    _add_headers(app)
    telemetry.observe(app, engine, SERVICE, edge=True)
    telemetry.add_health(app, alive={}, ready={"database": partial(answers, engine)})
    _add_routes(app)
    # Only these are compressed: a page with a secret and an echo of the address would tell by its size (BREACH).
    app.mount("/static", GZipMiddleware(StaticFiles(directory=FOLDER / "static")), name="static")
    return app


def _add_routes(app: FastAPI) -> None:
    app.state.pages = pages()
    add_routes(app, *ROUTERS)
    if not app.state.settings.is_centre:
        add_routes(app, booking.router, enrolment.router, certificate_check.router)
    if app.state.settings.env != "prod":
        add_routes(app, public.pattern_book)


def _add_headers(app: FastAPI) -> None:
    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return guarded(request, await call_next(request))


def guarded(request: Request, response: Response) -> Response:
    """The response with the headers every page carries; pages are never kept, versioned files for ever."""
    response.headers.update(request.app.state.headers)
    response.headers["X-Request-ID"] = request_id()
    # A slash too many is redirected to the host that the request named: such an address never leaves as a whole one.
    if (target := response.headers.get("location", "")).startswith(here := str(request.base_url)):
        response.headers["location"] = "/" + target.removeprefix(here)
    path = request.url.path
    fixed = path.startswith("/static/vendor/") or (path.startswith("/static/") and "v" in request.query_params)
    good = response.status_code < 400
    cache = "public, max-age=31536000, immutable" if fixed and good else "no-store"
    response.headers["Cache-Control"] = cache
    return response


def shown(request: Request, problem: Problem) -> Response:
    """A problem as a document for programs, as a page with the visitor's navigation for people."""
    if request.url.path.startswith("/api/") or request.url.path in DOCUMENTS:
        return problem.response()
    title = _(str(problem.document()["title"]))
    detail = told(problem.detail) if isinstance(problem, ServiceProblem) else problem.detail
    visitor = getattr(request.state, "visitor", None)
    words = {"title": title, "detail": detail, "request_id": request_id()}
    return render(request, "problem.html", visitor, problem.status, **words)


def _show_problems_as_pages(app: FastAPI) -> None:
    problems.while_away(app, _away)

    @app.exception_handler(SignInNeeded)
    async def ask_to_sign_in(_request: Request, needed: SignInNeeded) -> Response:
        return RedirectResponse(needed.location, 303)

    @app.exception_handler(Problem)
    async def refused(request: Request, problem: Problem) -> Response:
        return shown(request, problem)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, Problem):  # raised while FastAPI read the body
            return shown(request, error.__cause__)
        return await _http_error(request, error)

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        if request.url.path.startswith("/api/"):
            names = [str(entry["loc"][-1]) for entry in error.errors()]
            wrong = [FieldProblem(name, None, "Die Angabe fehlt oder ist zu lang.", "Bitte prüfen.") for name in names]
            return problems.invalid(*wrong).response()
        return shown(request, Problem(422, _("Diese Adresse enthält eine Angabe, die nicht gültig ist. Bitte prüfen.")))

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> Response:
        with speaking(language_of(request)):  # outside of every middleware
            text = _("Ein unerwarteter Fehler ist aufgetreten. Bitte versuchen Sie es später noch einmal.")
            return guarded(request, shown(request, Problem(500, text)))


async def _away(request: Request, _error: Exception) -> Response:
    return shown(request, Problem(503, _(refusals.SERVICE_AWAY)))


async def _http_error(request: Request, error: HTTPException) -> Response:
    """An address that does not exist says so only to someone who has signed in (contracts §2)."""
    path = request.url.path
    if error.status_code == 404 and not path.startswith("/static/") and await visitor_of(request) is None:
        if path.startswith("/api/"):
            return shown(request, Problem(401, ANONYMOUS))
        return RedirectResponse(sign_in_needed(request).location, 303)
    text = _(refusals.TITLES.get(error.status_code, "Die Anfrage konnte nicht bearbeitet werden"))
    return shown(request, Problem(error.status_code, f"{text}. " + _("Bitte prüfen Sie die Adresse.")))
