"""Which language a page speaks: the address names it (`?sprache=en`), at the centre a cookie remembers it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access import return_address
from services.gateway.languages import FIRST_CONTACT, LANGUAGES, Language, speaking

COOKIE, PARAMETER = "iq_sprache", "sprache"
YEAR = 365 * 24 * 60 * 60
FOR_EVERYONE = (
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/daten",
    "/anmeldung",
    "/praktisch",
    "/good-practice",
    "/nachweis",
    "/rueckmeldung",
)
GERMAN_ONLY = ("/leichte-sprache", "/muster", "/api/", "/static/")
APPOINTMENT = "/termin"


def languages_of(path: str, *, centre: bool) -> Mapping[Language, str]:
    """Languages in which a page exists; files (`….pdf`) are German, like those who are quoted with them."""
    if path == APPOINTMENT or path.startswith(f"{APPOINTMENT}/"):
        return FIRST_CONTACT
    if path.startswith(GERMAN_ONLY) or "." in path.rsplit("/", 1)[-1]:
        return {"de": LANGUAGES["de"]}
    return LANGUAGES if centre or path.startswith(FOR_EVERYONE) else {"de": LANGUAGES["de"]}


def known(code: str | None, offered: Mapping[Language, str] = LANGUAGES) -> Language | None:
    """A language by its code, if it is offered."""
    return next((language for language in offered if language == code), None)


def translated(path: str, *, centre: bool) -> bool:
    """Whether a page exists in English too."""
    return "en" in languages_of(path, centre=centre)


def language_of(request: Request) -> Language:
    """The language of the page that a request asks for."""
    centre = request.app.state.settings.is_centre
    offered = languages_of(request.url.path, centre=centre)
    remembered = known(request.cookies.get(COOKIE), offered) if centre else None
    return known(request.query_params.get(PARAMETER), offered) or remembered or "de"


def other_languages(request: Request, spoken: Language) -> list[tuple[Language, str, str]]:
    """(code, name, address) of the page in its other languages; none for pages in German only."""
    offered = languages_of(request.url.path, centre=request.app.state.settings.is_centre)
    asked = request.url
    # The form for booking is sent to the address it was opened at.
    path, query = (asked.path, asked.query) if offered is FIRST_CONTACT else return_address(request).partition("?")[::2]
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != PARAMETER] if query else []
    return [
        (code, name, f"{path}?{urlencode([*kept, (PARAMETER, code)])}")
        for code, name in offered.items()
        if code != spoken
    ]


class LanguageChoice:
    """Middleware: everything inside speaks the language of the page; the centre keeps a choice in a cookie.

    The cookie names a language and nothing else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        settings = request.app.state.settings
        chosen = known(request.query_params.get(PARAMETER)) if settings.is_centre else None

        async def remembering(message: Message) -> None:
            if chosen and message["type"] == "http.response.start":
                secure = "; Secure" if settings.env == "prod" else ""
                cookie = f"{COOKIE}={chosen}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        with speaking(language_of(request)):
            await self.app(scope, receive, remembering)
