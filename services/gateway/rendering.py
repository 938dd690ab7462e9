"""Pages from templates: German numbers and dates, labels of codes."""

from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.gateway.access import Visitor
from services.gateway.labels import REST, value_label
from services.gateway.language_choice import other_languages
from services.gateway.languages import (
    LANGUAGES,
    RIGHT_TO_LEFT,
    Language,
    _,
    german_text,
    kept_by_language,
    marked,
    spoken,
    term_label,
    told,
    translations,
)
from services.gateway.navigation import cockpit, navigation, saving_link
from shared import vocabulary as v
from shared.clock import BERLIN
from shared.rights.retention import load_rules
from shared.vocabulary.cases import Founder

FOLDER = Path(__file__).parent
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
VOCABULARIES: tuple[type[v.Term], ...] = (
    v.ProgrammeLine,
    v.SessionType,
    v.SeenBefore,
    v.Channel,
    v.YesNo,
    v.Gender,
    v.AgeGroup,
    v.GroupType,
    v.MeetingFormat,
    v.MeetingRole,
    v.Topic,
    v.Origin,
    Founder,
)


def number(value: float | None) -> str:
    """1204 as 1.204, in English 1,204."""
    text = "–" if value is None else f"{value:,.0f}"
    return text.replace(",", ".") if spoken() == "de" else text


def percent(value: float | None, places: int = 1) -> str:
    """27.0 as 27,0 %, in English 27.0 %."""
    text = "–" if value is None else f"{value:.{places}f}\u00a0%"
    return text.replace(".", ",") if spoken() == "de" else text


def day(value: str | date | None) -> str:
    """A day as TT.MM.JJJJ."""
    if value is None:
        return "–"
    return f"{value if isinstance(value, date) else date.fromisoformat(value[:10]):%d.%m.%Y}"


def moment(value: str | datetime | None) -> str:
    """An instant as people say it: the time today, else the day."""
    if value is None:
        return "–"
    at = (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(BERLIN)
    return f"{at:%H:%M}" if at.date() == datetime.now(BERLIN).date() else f"{at:%d.%m.%Y, %H:%M}"


def due_words(day: date, today: date) -> str:
    """A due day as people say it: heute, seit 3 Tagen, am Montag."""
    days = (day - today).days
    near = {-1: "seit gestern", 0: "heute", 1: "morgen"}
    if days in near:
        return near[days]
    if days < 0:
        return f"seit {-days} Tagen"
    return f"am {WEEKDAYS[day.weekday()]}" if days < 7 else f"am {day:%d.%m.%Y}"


@kept_by_language()
def _labels() -> dict[str, str]:
    labels = {str(term): term_label(term) for vocabulary in VOCABULARIES for term in vocabulary}
    labels |= {"no": _("nein"), "not_stated": _("keine Angabe"), REST: _("übrige"), "other": _("andere")}
    return labels


def label(code: str, dimension: str = "") -> str:
    """Label of a code in a dimension."""
    return value_label(code, dimension) if dimension else _labels().get(code, code)


@cache
def environment(language: Language = "de") -> Environment:
    """The template environment of a language; an undefined name is an error, everything is escaped."""
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the extension's
    env.filters.update(number=number, percent=percent, day=day, moment=moment, label=label)
    env.filters.update(german=german_text, told=told)
    env.globals["t"] = marked
    env.globals["kept_for"] = lambda rule: load_rules()[rule].period
    return env


def other_pages(language: Language, *, centre: bool) -> str:
    """How a link to a page for everyone keeps the language: in English where it does not speak that of this page."""
    if language == "de" or centre:
        return ""
    return f"?sprache={language if language in LANGUAGES else 'en'}"


def render(
    request: Request, template: str, visitor: Visitor | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page. `context` is what its template names."""
    settings = request.app.state.settings
    language = spoken()
    page = environment(language).get_template(template)
    html = page.render(
        language=language,
        page_languages=other_languages(request, language),
        rtl=language in RIGHT_TO_LEFT,
        page_query=other_pages(language, centre=settings.is_centre),
        role_name=term_label(visitor.principal.role) if visitor else "",
        visitor=visitor,
        csrf=visitor.csrf if visitor else "",
        network_name=settings.network_name,
        centre=settings.is_centre,
        synthetic=settings.synthetic,
        navigation=navigation(visitor, request.url.path, centre=settings.is_centre),
        cockpit=partial(cockpit, visitor, request.url.path, request.app.state.pages, centre=settings.is_centre),
        saving=saving_link(visitor, request.url.path, request.url.query) if status == 200 else "",
        **context,
    )
    return HTMLResponse(html, status)
