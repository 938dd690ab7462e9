"""The form of a new edition: what was typed, the request it makes, refusals at the field they mean (contracts §6)."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from services.gateway.editions import METHODS
from services.gateway.forms import Field, Form, read_day
from services.gateway.labels import Options, words
from services.gateway.languages import _
from services.gateway.request_form import in_german, parameter_title
from services.gateway.special_requests import SpecialRequest, query_string, read_link
from shared.problems import FieldProblem, Problem, invalid

MOST_TABLES = 40
ROWS = 3
"""Rows for tables that a new form has at least."""
MAX_LINK, MAX_TITLE = 4000, 200
TABLE = re.compile(r"^tables\.(\d+)\.(.+)$")
HINT = "Link einer Sonderanfrage, oder ihre Angaben ab dem Fragezeichen"


def edition_form(tables: Sequence[str], saved: Options, as_of: str = "", least: int = ROWS) -> Form:
    """The form with these tables in at least so many rows; `saved`: special requests (id, name) that can be added."""
    rows = min(max(least, len(tables) + 1), MOST_TABLES)
    links = [*tables, *[""] * rows][:rows]
    fields = (
        Field("title", _("Titel"), hint=_("Zum Beispiel „Beratungen im zweiten Quartal 2026“")),
        Field(
            "as_of", _("Stichtag"), "date", _("Gezählt wird, was bis zum Ende dieses Tages erfasst war"), value=as_of
        ),
        Field("method", _("Schutz kleiner Zahlen"), "radio", options=words(METHODS.items()), value="minimum3"),
        *(
            Field(
                f"tables.{place}",
                _("Tabelle {number}").format(number=place),
                "link",
                _(HINT) if place == 1 else "",
                (),
                place > 1,
                link,
            )
            for place, link in enumerate(links, start=1)
        ),
    )
    adding = Field("saved", _("Gespeicherte Sonderanfragen als Tabellen"), "checks", options=saved, optional=True)
    return Form((*fields, adding) if saved else fields)


def typed(data: FormData, saved: Options, queries: dict[str, str]) -> Form:
    """The form as it was sent, with one row more if asked for; saved requests that were ticked have become tables.

    `queries`: what saved requests ask, by id.
    """
    names = [f"tables.{place}" for place in range(1, MOST_TABLES + 1)]
    tables = [text for name in names if (text := str(data.get(name, "")).strip()[:MAX_LINK])]
    tables += [queries[str(key)] for key in data.getlist("saved") if str(key) in queries]
    given = {name: str(data.get(name, ""))[:MAX_LINK] for name in ("title", "as_of", "method")}
    rows = sum(name in data for name in names) + bool(data.get("mehr"))
    form = edition_form(tables[:MOST_TABLES], saved, least=max(rows, ROWS))
    return replace(form, fields=tuple(replace(f, value=given.get(f.name, f.value)) for f in form.fields))


def link_of(asked: SpecialRequest) -> str:
    """A special request as a table of an edition: without days and version, which are the edition's own."""
    return query_string(asked.at("").pairs())


def body_of(form: Form, hosts: Collection[str | None]) -> dict[str, Any]:
    """The edition as the API takes it. Raises Problem 422 naming every field that is wrong."""
    wrong: list[FieldProblem] = []
    title = form.text("title")
    if not title or len(title) > MAX_TITLE:
        problem = _("„{label}“ ist zu lang.") if title else _("„{label}“ fehlt.")
        remedy = _("Bitte höchstens {count} Zeichen eintragen.").format(count=MAX_TITLE)
        wrong.append(FieldProblem("title", title[:40], problem.format(label=_("Titel")), remedy))
    day = date.min
    try:
        day = read_day(form.text("as_of"), "as_of", _("Stichtag"))
    except Problem as problem:
        wrong += problem.errors
    tables = list(_tables(form, hosts, wrong))
    if wrong:
        raise invalid(*wrong)
    return {"title": title, "as_of": day.isoformat(), "method": form.text("method"), "tables": tables}


def _tables(form: Form, hosts: Collection[str | None], wrong: list[FieldProblem]) -> Iterable[dict[str, str]]:
    links = [(entry.name, entry.value) for entry in form.fields if entry.kind == "link" and entry.value]
    if not links:
        remedy = _("Bitte den Link einer Sonderanfrage einfügen oder eine gespeicherte wählen.")
        wrong.append(FieldProblem("tables.1", "", _("Es fehlt eine Tabelle."), remedy))
    for name, link in links:
        try:
            yield dict(read_link(link, hosts).at("").pairs())
        except Problem as problem:
            wrong.append(FieldProblem(name, link[:80], problem.detail, ""))


def refused(form: Form, problem: Problem) -> Form:
    """The form with what the API refused: at the table it names, in the words of the form; cells one below another."""
    told: dict[str, list[str]] = {}
    for place, error in enumerate(in_german(problem).errors):
        match = TABLE.match(error.field)
        words = f"{error.problem} {error.remedy}".strip()
        if match:
            told.setdefault(f"tables.{match[1]}", []).append(f"„{parameter_title(match[2])}“: {words}")
        else:  # each cell that would give someone away has its own line
            told[f"tables.cell.{place}" if error.field == "tables" else error.field] = [words]
    errors = [FieldProblem(name, "", _named(" ".join(texts)), "") for name, texts in told.items()]
    return form.refused(type(problem)(problem.status, problem.detail, errors))


def _named(text: str) -> str:
    """Methods by the words of the form."""
    for code, title in METHODS.items():
        text = text.replace(f"„{code}“", f"„{title}“")
    return text
