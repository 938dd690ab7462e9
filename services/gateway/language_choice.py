"""Which language a page speaks: the address names it (`?sprache=en`), at the centre a cookie remembers it."""

from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access import return_address
from services.gateway.languages import LANGUAGES, Language, speaking

COOKIE, PARAMETER = "iq_sprache", "sprache"
YEAR = 365 * 24 * 60 * 60
FOR_EVERYONE = ("/impressum", "/datenschutz", "/barrierefreiheit", "/daten")
GERMAN_ONLY = ("/leichte-sprache", "/muster", "/api/", "/static/")


def known(code: str | None) -> Language | None:
    """A language by its code, if there are pages in it."""
    return next((language for language in LANGUAGES if language == code), None)


def translated(path: str, *, centre: bool) -> bool:
    """Whether a page exists in every language; files (`….pdf`) are German, like those who are quoted with them."""
    if path.startswith(GERMAN_ONLY) or "." in path.rsplit("/", 1)[-1]:
        return False
    return centre or path.startswith(FOR_EVERYONE)


def language_of(request: Request) -> Language:
    """The language of the page that a request asks for."""
    centre = request.app.state.settings.is_centre
    if not translated(request.url.path, centre=centre):
        return "de"
    remembered = known(request.cookies.get(COOKIE)) if centre else None
    return known(request.query_params.get(PARAMETER)) or remembered or "de"


def other_languages(request: Request, spoken: Language) -> list[tuple[Language, str, str]]:
    """(code, name, address) of the page in its other languages; none for pages in German only."""
    if not translated(request.url.path, centre=request.app.state.settings.is_centre):
        return []
    path, _, query = return_address(request).partition("?")
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != PARAMETER] if query else []
    return [
        (code, name, f"{path}?{urlencode([*kept, (PARAMETER, code)])}")
        for code, name in LANGUAGES.items()
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
