"""Two editions side by side, table by table; differences of protected numbers are not calculated (MON-03)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.editions import EditionTable, view
from services.gateway.forms import Field, Form
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue
from services.gateway.pages.editions import document, listed
from services.gateway.rendering import day, render
from shared.problems import FieldProblem, Problem

router = APIRouter(prefix="/veroeffentlichungen", include_in_schema=False)

Maker = Annotated[Visitor, Depends(SignedIn("editions:make"))]
Key = Annotated[str, Query(max_length=40)]
Found = dict[str, Any]
Labels = tuple[str, ...]
NONE = "–"


@router.get("/vergleich")
async def compare(request: Request, visitor: Maker, a: Key = "", b: Key = "") -> Response:
    """The form for two editions; with both of them their tables side by side."""
    items = await listed(request, visitor)
    form = chosen_form(items, (a, b))
    if not (a and b):
        return render(request, "edition_comparison.html", visitor, form=form, comparison=None)
    known = {item["edition_id"] for item in items}
    if wrong := [
        FieldProblem(name, "", _("Bitte wählen."), "") for name, key in (("a", a), ("b", b)) if key not in known
    ]:
        refused = form.refused(Problem(422, _("Bitte wählen."), wrong))
        return render(request, "edition_comparison.html", visitor, 422, form=refused, comparison=None)
    found = [await document(request, visitor, UUID(key)) for key in (a, b)]
    return render(
        request, "edition_comparison.html", visitor, form=form, comparison=await beside(request, visitor, found)
    )


def chosen_form(items: Sequence[Found], keys: tuple[str, str]) -> Form:
    """Two lists of editions to choose from."""
    named = [
        (entry["edition_id"], f"{entry['title']}, {day(entry['as_of'])}, {entry['state_words']}") for entry in items
    ]
    options = [("", _("Bitte wählen")), *named]
    titles = zip("ab", (_("Erste Veröffentlichung"), _("Zweite Veröffentlichung")), keys, strict=True)
    return Form(tuple(Field(name, title, "select", options=options, value=key) for name, title, key in titles))


async def beside(request: Request, visitor: Visitor, found: Sequence[Found]) -> Found:
    """Both editions: tables that ask the same beside one another, and those that stand in one of them only."""
    settings, sheets = request.app.state.settings, await catalogue(request, visitor)
    views = [view(entry, sheets, settings.network_name, centre=settings.is_centre) for entry in found]
    matched = pairs(*([same(entry) for entry in edition["tables"]] for edition in found))
    tables = [joined(*(views[side]["tables"][place] for side, place in enumerate(both))) for both in matched]
    left = [
        f"{entry.title} ({shown['title']})"
        for side, shown in enumerate(views)
        for place, entry in enumerate(shown["tables"])
        if place not in {both[side] for both in matched}
    ]
    return {"editions": views, "tables": tables, "left": left}


def same(table: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two tables must have in common to stand side by side: everything asked but the period."""
    filters = {name: tuple(values) for name, values in table["passport"]["filters"].items()}
    return table["indicator"], tuple(table["by"]), tuple(sorted(filters.items()))


def pairs(first: Sequence[tuple[Any, ...]], second: Sequence[tuple[Any, ...]]) -> list[tuple[int, int]]:
    """Places of tables that ask the same; of several the first with the first."""
    free = dict(enumerate(second))
    found = []
    for place, asked in enumerate(first):
        other = next((number for number, entry in free.items() if entry == asked), None)
        if other is not None:
            del free[other]
            found.append((place, other))
    return found


def joined(a: EditionTable, b: EditionTable) -> Found:
    """One table with the numbers of both, and the lines of their passports."""
    values: list[dict[Labels, str]] = [
        {row.labels: marked(row.value, row.mark) for row in side.rows} for side in (a, b)
    ]
    rows = [
        (labels, *(side.get(labels, NONE) for side in values)) for labels in dict.fromkeys([*values[0], *values[1]])
    ]
    totals = tuple(marked(side.total, side.mark) for side in (a, b))
    facts = [dict(side.facts) for side in (a, b)]
    terms = dict.fromkeys([*facts[0], *facts[1]])
    lines = [(term, *(side.get(term, NONE) for side in facts)) for term in terms]
    return {"title": a.title, "columns": a.columns, "rows": rows, "totals": totals, "facts": lines}


def marked(value: str, mark: str) -> str:
    """A number with the words that it was printed before."""
    return f"{value} ({mark})" if mark else value
