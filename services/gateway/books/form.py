"""The form of a new book: what can be ordered, what was typed, the order it makes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from services.gateway.forms import Field, Form, read_day
from services.gateway.labels import Options
from services.gateway.languages import _
from services.gateway.rendering import label
from shared.problems import Problem, invalid
from shared.topology import CENTRE, load_topology

QUARTERS = 16
"""So many quarters can be chosen; the API takes every one."""
ABOUT = {
    "table_volume": "Tabellenband: ganz Deutschland, alle Handlungsfelder, nach Netzwerken",
    "in_figures": "IQ in Zahlen: je Netzwerk eine Doppelseite mit Kennzahlen",
    "mirror": "Spiegelblatt: eigene Zahlen, Vollständigkeit, Vergleich mit Veröffentlichtem, Änderungen",
}
DAYS = ("as_of", "known_at")
# What a public volume of tables begins with: indicator, dimension, filters.
PUBLIC = (
    ("first_counsellings", "region", "&programme_line=recognition_counselling"),
    ("first_counsellings", "nationality", "&programme_line=recognition_counselling&top=10"),
    ("counselling_sessions", "programme_line", ""),
    ("qualification_entries", "region", ""),
    ("intercultural_participants", "format", ""),
    ("fair_integration_individual", "session_type", ""),
)


def book_form(kinds: Iterable[Mapping[str, Any]], today: date, key: str, *, centre: bool) -> Form:
    """The empty form with the kinds that can be ordered here; the newest quarter that has ended is chosen."""
    titles = {kind["kind"]: str(kind["title"]) for kind in kinds}
    books = tuple(
        (code, _(ABOUT.get(code, titles[code]))) for code in [*ABOUT, *titles.keys() - ABOUT] if code in titles
    )
    quarters = quarters_until(today)
    fields = [
        Field("kind", _("Buch"), "radio", options=books, value=books[0][0] if books else ""),
        Field("quarter", _("Quartal"), "select", options=quarters, value=quarters[1][0]),
        Field(
            "as_of",
            _("Stichtag"),
            "date",
            _("Gezählt wird, was bis zum Ende dieses Tages erfasst war; leer: gestern"),
            optional=True,
        ),
        Field(
            "known_at",
            _("Kenntnisstand"),
            "date",
            _("Es zählt, was bis zum Ende dieses Tages hier eingegangen war; leer: gestern"),
            optional=True,
        ),
    ]
    if centre:
        regions = ((CENTRE, _("alle")), *((entry.code, entry.land) for entry in load_topology().values()))
        hint = _("Nur für „IQ in Zahlen“ und „Spiegelblatt“; den Tabellenband gibt es nur bundesweit")
        fields.insert(1, Field("region", _("Netzwerk"), "select", hint, regions, optional=True, value=CENTRE))
    return Form(tuple(fields), {"key": key})


def quarters_until(today: date) -> Options:
    """Quarters to choose from, the running one first."""
    number = today.year * 4 + (today.month - 1) // 3
    codes = [f"{place // 4}-Q{place % 4 + 1}" for place in range(number, number - QUARTERS, -1)]
    running = _("{quarter} (läuft noch, vorläufig)").format(quarter=label(codes[0], "quarter"))
    return ((codes[0], running), *((code, label(code, "quarter")) for code in codes[1:]))


def order_of(form: Form) -> dict[str, Any]:
    """The order as the API takes it. Raises Problem 422 for days that are none."""
    wrong, days, labels = [], {}, {field.name: field.label for field in form.fields}
    for name in DAYS:
        text = form.text(name)
        try:
            days[name] = read_day(text, name, labels[name]).isoformat() if text else None
        except Problem as problem:
            wrong += problem.errors
    if wrong:
        raise invalid(*wrong)
    return {name: form.text(name) for name in ("kind", "region", "quarter")} | days


def edition_link(book: Mapping[str, Any]) -> str:
    """Where a public volume of a Tabellenband's quarter is begun, with its Stichtag and main tables; else nowhere."""
    if book["kind"] != "table_volume":
        return ""
    year, number = book["quarter"].split("-Q")
    period = f"&from={year}-{int(number) * 3 - 2:02d}&to={year}-{int(number) * 3:02d}&as_of={book['as_of']}"
    tables = [("anfrage", f"indicator={code}&by={by}{more}{period}") for code, by, more in PUBLIC]
    return f"/veroeffentlichungen/neu?{urlencode(tables)}"
