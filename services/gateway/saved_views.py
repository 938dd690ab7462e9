"""Saved views (Ansichten): their form, what each shows in words, and what of it is gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.forms import Field, Form
from services.gateway.languages import _
from services.gateway.navigation import SECTIONS, section
from services.gateway.passports import listed, period, stand, subject
from services.gateway.sheets import Sheet
from services.gateway.special_requests import (
    DAYS,
    MONTHS,
    NOW,
    YESTERDAY,
    SpecialRequest,
    page_link,
    query_string,
    read_request,
)
from shared.problems import FieldProblem, Problem, invalid

Sheets = Mapping[str, Sheet]
ASKING = "/anfrage"
LEFT_OUT = (*DAYS, "version", "sprache")
MAX_NAME = 120
NO_PAGE = (
    "Diese Seite lässt sich nicht als Ansicht speichern. Bitte öffnen Sie eine Auswertung und speichern Sie sie dort."
)
FIXED_WORDS = "fest: genau diese Zahlen, wie sie heute sind"


@dataclass(frozen=True)
class Lost:
    """What of a view is gone, in sentences, and the nearest page with its name."""

    sentences: tuple[str, ...]
    nearest: str
    title: str


def view_form(key: str, path: str, values: Mapping[str, Any] | None = None) -> Form:
    """The form of a view: name, who sees it, whether one begins with it; for a new one also its Stand."""
    stands = [("moving", _("jedes Mal neu ({stand})").format(stand=_(YESTERDAY))), ("fixed", _(FIXED_WORDS))]
    hint = _("Zum Beispiel „Quartalsbericht: Geflüchtete nach Land“")
    fields = [
        Field("name", _("Name"), hint=hint),
        Field("shared", _("Teilen"), "checks", options=[("1", _("für alle sichtbar, die hier Zahlen lesen dürfen"))]),
        Field("start", _("Startansicht"), "checks", options=[("1", _("steht in meiner Liste oben"))], optional=True),
    ]
    if values is None:
        fields.insert(1, Field("stand", _("Stand"), "radio", options=stands, value="moving"))
        return Form(tuple(fields), {"key": key, "page": path})
    shown = {"name": values["name"], "shared": ["1"] * values["shared"], "start": ["1"] * values["start"]}
    return Form(tuple(fields), {"key": key, "page": path, "revision": str(values["revision"])}).with_values(shown)


def view_body(form: Form, today: date) -> dict[str, Any]:
    """A view as the API takes it. Raises Problem 422 without a name, or for a page that is none of figures."""
    name, path = form.text("name"), form.hidden["page"]
    if section(path) is None:
        raise Problem(422, _(NO_PAGE))
    if not name or len(name) > MAX_NAME:
        problem = (_("„{label}“ ist zu lang.") if name else _("„{label}“ fehlt.")).format(label=_("Name"))
        remedy = _("Bitte höchstens {count} Zeichen eintragen.").format(count=MAX_NAME)
        raise invalid(FieldProblem("name", name[:40], problem, remedy))
    body: dict[str, Any] = {name: bool(form.chosen(name)) for name in ("shared", "start")}
    if "revision" in form.hidden:
        return body | {"name": name, "path": path, "revision": int(form.hidden["revision"] or 1)}
    return body | {"name": name, "path": fixed(path, today) if form.text("stand") == "fixed" else moving(path)}


def request_of(path: str) -> SpecialRequest | None:
    """The special request of a view, if it is one."""
    page, _mark, query = path.partition("?")
    return read_request(parse_qsl(query)) if page == ASKING and query else None


def moving(path: str) -> str:
    """The same page, whose figures are new each time."""
    if asked := request_of(path):
        return page_link(asked.at(""))
    page, _mark, query = path.partition("?")
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in LEFT_OUT]
    return f"{page}?{query_string(pairs)}" if pairs else page


def fixed(path: str, today: date) -> str:
    """The same page with the days that it shows today."""
    page, _mark, query = path.partition("?")
    given = {name: value for name, value in parse_qsl(query) if name in DAYS}
    as_of = given.get("as_of") or (today - timedelta(days=1)).isoformat()
    days = {"as_of": today.isoformat() if as_of == NOW else as_of, "known_at": given.get("known_at") or f"{today}"}
    if asked := request_of(path):
        return page_link(replace(asked, given={**asked.given, **days}))
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in LEFT_OUT]
    return f"{page}?{query_string([*pairs, *days.items()])}"


def described(path: str, sheets: Sheets) -> str:
    """What a view shows, in words."""
    if asked := request_of(path):
        title = sheets[asked.indicator].title if asked.indicator in sheets else asked.indicator
        return f"{subject(asked, title)}, {period({name: asked.given.get(name) for name in MONTHS})}"
    page, _mark, query = path.partition("?")
    where = section(path) or page
    below = [part for part in page.removeprefix(where).split("/") if part]
    told = [*below, *(f"{name}: {value}" for name, value in parse_qsl(query) if name not in LEFT_OUT)]
    title = _(SECTIONS.get(where, where))
    return f"{title} ({', '.join(told)})" if told else title


def stand_of(path: str, today: date) -> str:
    """The Stichtag of a view in words."""
    day = dict(parse_qsl(path.partition("?")[2])).get("as_of", "")
    if not day or day == NOW:
        return _("immer {stand}").format(stand=_("Jetzt") if day else _(YESTERDAY))
    try:
        return stand(date.fromisoformat(day).isoformat(), today)
    except ValueError:
        return day[:20]


def lost(path: str, sheets: Sheets, there: Callable[[str], bool]) -> Lost | None:
    """What of a view is gone, with the nearest that is there; None for a view that can be opened."""
    if asked := request_of(path):
        return _lost_request(asked, sheets)
    page, mark, query = path.partition("?")
    home = section(path)
    if home is not None and there(page):
        return None
    nearest = page
    while home is not None and nearest != home and not there(nearest):
        nearest = nearest.rpartition("/")[0]
    target = f"{nearest}{mark}{query}" if home is not None else ASKING
    return Lost((_("Die Seite „{page}“ gibt es nicht mehr.").format(page=page),), target, described(target, sheets))


def _lost_request(asked: SpecialRequest, sheets: Sheets) -> Lost | None:
    code = asked.indicator
    if code not in sheets:
        near = get_close_matches(code, sheets, n=1, cutoff=0.4)
        sentence = _("Die Kennzahl „{code}“ gibt es nicht mehr.").format(code=code)
        if not near:
            return Lost((sentence,), ASKING, _("Neue Sonderanfrage"))
        kept, _left = replace(asked, indicator=near[0]).within(sheets[near[0]].dimensions)
        target = page_link(_allowed(kept, sheets[near[0]])[0])
        return Lost((sentence,), target, described(target, sheets))
    sheet = sheets[code]
    kept, names = asked.within(sheet.dimensions)
    kept, values = _allowed(kept, sheet)
    version = asked.given.get("version", "")
    sentences = []
    if version and version != str(sheet.version):
        words = _("Die Fassung {old} der Kennzahl gilt nicht mehr, jetzt gilt Fassung {new}: Zahlen können abweichen.")
        sentences.append(words.format(old=version[:20], new=sheet.version))
    if names:
        sentences.append(_("Diese Angaben gibt es bei der Kennzahl nicht mehr: {names}.").format(names=listed(names)))
    if values:
        sentences.append(_("Diese Werte gibt es nicht mehr: {names}.").format(names=listed(values)))
    target = page_link(kept)
    return Lost(tuple(sentences), target, described(target, sheets)) if sentences else None


def _allowed(asked: SpecialRequest, sheet: Sheet) -> tuple[SpecialRequest, list[str]]:
    """The request without values that a closed list of its indicator does not have, and those values."""
    gone: list[str] = []
    filters = []
    for name, values in asked.filters:
        known = set(sheet.values.get(name, ())) | {"not_stated"}
        kept = values if len(known) == 1 else tuple(value for value in values if value in known)
        gone += [value[:40] for value in values if value not in kept]
        filters += [(name, kept)] if kept else []
    return replace(asked, filters=tuple(filters)), gone
