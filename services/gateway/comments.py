"""Comments on figures for readers: the figure then and now, who wrote what, and the form that writes."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.forms import Field, Form
from services.gateway.languages import _
from services.gateway.passports import Desk, networks, stand
from services.gateway.rendering import day
from services.gateway.saved_views import ASKING, Sheets, described
from services.gateway.special_requests import FIXED, query_string

Item = Mapping[str, Any]
HINT = "Keine Namen, E-Mail-Adressen oder Telefonnummern: Kommentare lesen alle, die hier Zahlen lesen dürfen."


def comment_form(label: str, **hidden: str) -> Form:
    """The form of a comment; `hidden` says what it is about, and which one it changes."""
    return Form((Field("text", label, "lines", hint=_(HINT), longest=2000),), hidden)


def comment_body(form: Form, *, confirmed: bool) -> dict[str, Any]:
    """A comment as the API takes it."""
    about = {name: form.hidden[name] for name in ("query", "answers_to") if form.hidden.get(name)}
    revision = {"revision": int(form.hidden["revision"])} if form.hidden.get("revision") else {}
    return {"text": form.text("text"), "confirmed": confirmed, **about, **revision}


def authors(items: Iterable[Item]) -> set[str]:
    """The accounts that wrote or resolved something in threads."""
    found = set()
    for item in items:
        found |= {item["author"], item["resolved_by"] or item["author"]}
        found |= {answer["author"] for answer in item["answers"]}
    return found


def thread(
    item: Item, sheets: Sheets, names: Mapping[str, str], desk: Desk, shown: int | None = None
) -> dict[str, Any]:
    """A thread in words; `shown` is the figure's value on the page that has just counted it.

    `now` is told only where it differs from what was commented on.
    """
    passport, link = item["passport"], f"{ASKING}?{item['query']}"
    now = item["value_now"] if item["value_now"] is not None else shown
    told = {name: item[name] for name in ("value", "resolved_at", "revision", "comment_id")}
    return {
        **told,
        **_words(item, names),
        "link": link,
        "page": f"{ASKING}?{current(item['query'])}",
        "subject": described(link, sheets),
        "stand": stand(passport["as_of"], desk.today),
        "known_at": day(passport["known_at"]),
        "networks": networks(passport, desk),
        "now": now if now != item["value"] else None,
        "resolved_by": names.get(item["resolved_by"] or "", item["resolved_by"]),
        "answers": [_words(answer, names) for answer in item["answers"]],
    }


def _words(item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    told = {name: item[name] for name in ("comment_id", "own", "text", "deleted", "written_at", "revision")}
    return {
        **told,
        "author": names.get(item["author"], item["author"]),
        "edited": item["changed_at"] != item["written_at"],
    }


def current(query: str) -> str:
    """The question of a comment as it is asked today: its page shows all comments on the figure."""
    return query_string([pair for pair in parse_qsl(query) if pair[0] not in FIXED])
