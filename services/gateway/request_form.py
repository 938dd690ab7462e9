"""The form of a special request: the facets an indicator allows, filled with what was typed (contracts §6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.gateway.forms import Field, FieldKind, Form, german
from services.gateway.labels import GROUPS, TIMES, Dimension, Group, Options, dimension, dimensions, value_label
from services.gateway.languages import _
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from services.gateway.special_requests import NOW, YESTERDAY, SpecialRequest
from shared.nationalities import NOT_STATED
from shared.problems import Problem

MAX_DIMENSIONS = 3
BY = "by"
QUOTED = re.compile("„([a-z_]+)“")
PARAMETERS = {BY: "Gliedern nach", "from": "Von Monat", "to": "Bis Monat", "top": "Nur die größten (Anzahl)"}
LIST_HINT = "Name eintippen; mehrere mit Komma trennen"
MONTH_HINT = "MM/JJJJ oder JJJJ"


@dataclass(frozen=True)
class Facet:
    """A field of a dimension, and whether choosing from it asks the networks."""

    field: Field
    asked: bool

    @property
    def open(self) -> bool:
        """Whether something was chosen or is wrong here, so that it must be seen."""
        return bool(self.field.values or self.field.value or self.field.error)


@dataclass(frozen=True)
class RequestForm:
    """The form with its facets in groups; `groupings` are the dimensions to group by, in groups too.

    `wholly`: the indicator itself is answered by the networks, whatever is chosen.
    """

    form: Form
    facets: list[tuple[Group, str, list[Facet]]]
    groupings: list[tuple[str, list[tuple[Dimension, bool]]]]
    chosen: tuple[str, ...]
    wholly: bool = False

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by name."""
        return {entry.name: entry for entry in self.form.fields}

    @property
    def asks(self) -> bool:
        """Whether some facet or grouping asks the networks."""
        facets = (facet.asked for _group, _title, members in self.facets for facet in members)
        return any(facets) or any(asked for _title, members in self.groupings for _entry, asked in members)


def request_form(
    request: SpecialRequest, sheet: Sheet | None, *, centre: bool, problem: Problem | None = None
) -> RequestForm:
    """The form of a request. What its indicator does not allow is shown only where it was asked for all the same."""
    names = _offered(request, sheet, centre=centre)
    facets = {name: _facet(name, request, sheet) for name in names if _filtered(name, request)}
    form = Form((*_fixed(request, sheet), *facets.values()))
    form = form.refused(in_german(problem)) if problem else form
    wholly = centre and sheet is not None and set(sheet.asked) == set(sheet.dimensions)
    asked = set(sheet.asked) if sheet and centre and not wholly else set()
    fields = {entry.name: entry for entry in form.fields}
    known = [dimension(name) for name in names]
    grouped = [(group, _(title), [e for e in known if e.group == group]) for group, title in GROUPS.items()]
    return RequestForm(
        form,
        [
            (
                group,
                title,
                [Facet(fields[entry.name], entry.name in asked) for entry in members if entry.name in facets],
            )
            for group, title, members in grouped
        ],
        [(title, [(entry, entry.name in asked) for entry in members]) for _group, title, members in grouped if members],
        (*request.by, *[""] * MAX_DIMENSIONS)[: max(MAX_DIMENSIONS, len(request.by))],
        wholly,
    )


def parameter_title(name: str) -> str:
    """What the form calls a parameter of the figures API: `by` is *Gliedern nach*."""
    return _(PARAMETERS.get(name, "")) or dimension(name).title


def in_german(problem: Problem) -> Problem:
    """The refusal with the words of the form instead of the API's parameters: „by“ is „Gliedern nach“."""

    def named(found: re.Match[str]) -> str:
        return f"„{parameter_title(found[1])}“"

    errors = [replace(error, remedy=QUOTED.sub(named, error.remedy)) for error in problem.errors]
    return type(problem)(problem.status, problem.detail, errors)


def _offered(request: SpecialRequest, sheet: Sheet | None, *, centre: bool) -> list[str]:
    """Dimensions of the indicator in the order of forms; a network has no other networks to choose from."""
    allowed = set(sheet.dimensions if sheet else ()) - (set() if centre else {"region"})
    wanted = allowed | set(request.names)
    return [name for name in dimensions() if name in wanted] + sorted(wanted - dimensions().keys())


def _filtered(name: str, request: SpecialRequest) -> bool:
    return name not in TIMES or name in dict(request.filters)


def _fixed(request: SpecialRequest, sheet: Sheet | None) -> list[Field]:
    """Fields that every indicator has; one without a period (a stock of items) is not asked for months."""
    stand = {"": _(YESTERDAY), NOW: _(NOW)}.get(request.given.get("as_of", ""), german(request.given.get("as_of", "")))
    months = [
        Field("from", _("Von Monat"), hint=_(MONTH_HINT), value=_month(request.given, "from")),
        Field("to", _("Bis Monat"), hint=_(MONTH_HINT), value=_month(request.given, "to")),
    ]
    if sheet and sheet.period == "none":
        months = [entry for entry in months if entry.value]
    words = [(_(word), _(word)) for word in (YESTERDAY, NOW)]
    stand_hint = _("Gezählt wird, was bis dahin erfasst war: „gestern“, „jetzt“ oder ein Tag wie 15.10.2022")
    known_hint = _("Gezählt wird, was bis zum Ende dieses Tages eingegangen war; leer: heute")
    known = german(request.given.get("known_at", ""))
    return [
        Field("indicator", _("Kennzahl"), "select", value=request.indicator),
        Field(BY, _("Gliedern nach"), "select"),
        Field("top", _("Nur die größten (Anzahl)"), "number", value=request.given.get("top", "")),
        *months,
        Field("as_of", _("Stand (Stichtag)"), "list", stand_hint, options=words, value=stand),
        Field("known_at", _("Kenntnisstand"), "date", known_hint, value=known),
    ]


def _month(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "")
    return label(text, "month") if len(text) == 7 and text[4] == "-" else text


def _options(name: str, sheet: Sheet | None) -> Options:
    """The values that can count here; *keine Angabe* only where it may be missing."""
    known = dimension(name).options
    codes = sheet.values.get(name, ()) if sheet else ()
    if not codes:
        return known
    never = {NOT_STATED} - {code for code, _ in known} if known else set()
    return tuple((code, value_label(code, name)) for code in codes if code not in never)


def _facet(name: str, request: SpecialRequest, sheet: Sheet | None) -> Field:
    """The field of a dimension: values to tick, or a text with suggestions where they are many or open."""
    entry, options = dimension(name), _options(name, sheet)
    typed = dict(request.filters).get(name, ())
    codes = {code for code, _ in options}
    known = tuple(value for value in typed if value in codes)
    kind: FieldKind = "checks" if options and not entry.long else "list"
    hint = _(LIST_HINT) if entry.long else entry.hint
    field = Field(name, entry.title, kind, hint, options=options, values=known)
    unknown = tuple(value for value in typed if value not in codes)
    if kind == "checks":  # a value that is not in the list stays ticked, with its error
        extra = tuple((value, value) for value in unknown)
        return replace(field, options=(*options, *extra), values=typed)
    return replace(field, value=", ".join(unknown))
