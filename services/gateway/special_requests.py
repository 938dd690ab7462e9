"""Special requests (Sonderanfragen): what was typed, its link, and the question it asks (contracts §6)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from services.gateway.forms import read_day
from services.gateway.labels import dimension
from services.gateway.languages import _, speaking
from shared.problems import FieldProblem, Problem, invalid

Pairs = list[tuple[str, str]]
MONTHS = ("from", "to")
DAYS = ("as_of", "known_at")
SINGLE = ("version", *MONTHS, *DAYS, "top")
FIXED = ("version", *DAYS)
"""What a permanent link fixes beside the question itself."""
IGNORED = ("file", "dialect", "wechsel", "sprache")
"""How an answer is to be written or read, and the button that only changes the indicator: not what is asked."""
NOW, YESTERDAY = "jetzt", "gestern, 24 Uhr"
WORDS = {"jetzt": NOW, "heute": NOW, "now": NOW, "today": NOW}
WORDS |= dict.fromkeys(("gestern", YESTERDAY.casefold(), "yesterday", "yesterday, midnight"), "")
MAX_TOP = 1000
MONTH = re.compile(r"^\s*(\d{1,2})\s*[./]\s*(\d{4})\s*$")
ISO_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
YEAR = re.compile(r"^\s*(\d{4})\s*$")
NAMES = {"from": "von", "to": "bis", "as_of": "Stand", "known_at": "Kenntnisstand"}


@dataclass(frozen=True)
class SpecialRequest:
    """What is asked, as far as it could be read; what could not stays as it was typed.

    `filters`: (dimension, values); `given`: version, from, to, as_of (empty: yesterday; `jetzt`), known_at, top.
    """

    indicator: str = ""
    by: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every dimension it names."""
        return tuple(dict.fromkeys([*self.by, *(name for name, _ in self.filters)]))

    def pairs(self) -> Pairs:
        """Its parameters in the order of passports' links, without what is empty: the link of the page."""
        one = {name: self.given.get(name, "") for name in SINGLE}
        listed = [("indicator", self.indicator), ("version", one["version"]), ("by", ",".join(self.by))]
        listed += [(name, one[name]) for name in MONTHS]
        listed += [(name, ",".join(values)) for name, values in self.filters]
        listed += [(name, one[name]) for name in (*DAYS, "top")]
        return [(name, value) for name, value in listed if value]

    def question(self, today: date) -> Pairs:
        """The parameters of `GET /api/v1/figures`; Stand is yesterday unless another was asked for.

        Raises Problem 422 for months and days that are none.
        """
        if wrong := [*self._wrong()]:
            raise invalid(*wrong)
        stand = self.given.get("as_of", "")
        day = today.isoformat() if stand == NOW else stand or (today - timedelta(days=1)).isoformat()
        return replace(self, given={**self.given, "as_of": day}).pairs()

    def fixed(self, passport: Mapping[str, Any]) -> "SpecialRequest":
        """The same request with the days and the version of an answer: its permanent link."""
        return replace(self, given={**self.given, **{name: str(passport[name]) for name in FIXED}})

    def at(self, stand: str) -> "SpecialRequest":
        """The same request with another Stand, as known today, in the version that holds today."""
        return replace(self, given={**self.given, **dict.fromkeys(FIXED, ""), "as_of": stand})

    def within(self, names: Iterable[str]) -> tuple["SpecialRequest", list[str]]:
        """What of it another indicator with these dimensions can answer, and the titles of what it cannot."""
        allowed = set(names)
        lost = [dimension(name).title for name in self.names if name not in allowed]
        by = tuple(name for name in self.by if name in allowed)
        filters = tuple(entry for entry in self.filters if entry[0] in allowed)
        return replace(self, by=by, filters=filters, given={**self.given, "version": ""}), lost

    def _wrong(self) -> Iterable[FieldProblem]:
        yield from self._wrong_times()
        yield from self._wrong_order()

    def _wrong_times(self) -> Iterable[FieldProblem]:
        for name, text in self.given.items():
            if not text:
                continue
            if name in MONTHS and not ISO_MONTH.match(text):
                problem = _("„{name}“ ist kein Monat.").format(name=_(NAMES[name]))
                remedy = _("Bitte als MM/JJJJ eintragen, zum Beispiel 01/2019.")
                yield FieldProblem(name, text[:40], problem, remedy)
            if name in DAYS and text != NOW and not _iso_day(text):
                remedy = _("Bitte einen Tag eintragen, zum Beispiel 15.10.2022.")
                if name == "as_of":
                    remedy = _("Bitte „gestern“, „jetzt“ oder einen Tag eintragen, zum Beispiel 15.10.2022.")
                problem = _("„{label}“ ist kein gültiges Datum.").format(label=_(NAMES[name]))
                yield FieldProblem(name, text[:40], problem, remedy)

    def _wrong_order(self) -> Iterable[FieldProblem]:
        first, last, top = (self.given.get(name, "") for name in (*MONTHS, "top"))
        if ISO_MONTH.match(first) and ISO_MONTH.match(last) and first > last:
            swap = _("Bitte „von“ und „bis“ tauschen.")
            yield FieldProblem("from", first, _("Der Anfang liegt nach dem Ende."), swap)
        if top and not (top.isdecimal() and 1 <= int(top) <= MAX_TOP):
            problem = _("Das ist keine Zahl zwischen 1 und 1000.")
            yield FieldProblem("top", top[:40], problem, _("Bitte eine eintragen."))
        elif top and len(self.by) != 1:
            problem = _("Eine Rangfolge braucht genau eine Gliederung.")
            yield FieldProblem("top", top, problem, _("Bitte genau eine wählen oder das Feld leeren."))


def query_string(pairs: Pairs) -> str:
    """Parameters as the part of a link after the question mark."""
    return urlencode(pairs, safe=",")


def page_link(request: SpecialRequest) -> str:
    """The address of a special request's page."""
    return f"/anfrage?{query_string(request.pairs())}"


def read_request(parameters: Iterable[tuple[str, str]]) -> SpecialRequest:
    """Read the parameters of the page, or of the figures API; German words and dates are understood."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        if value.strip() and name not in IGNORED:
            found.setdefault(name, []).append(value.strip()[:400])
    by = tuple(part for value in found.pop("by", []) for part in _split(value))
    given = {name: _single(name, found.pop(name)[0]) for name in SINGLE if name in found}
    indicator = found.pop("indicator", [""])[0]
    filters = tuple((name, _values(name, values)) for name, values in sorted(found.items()))
    return SpecialRequest(indicator, by, filters, {name: value for name, value in given.items() if value})


def read_link(text: str, hosts: Collection[str | None]) -> SpecialRequest:
    """Read a pasted link of this gateway, or its query string. Raises Problem 422 naming no field.

    A link of another gateway than the one at `hosts` would be answered from other records, so it is refused.
    """
    address = urlsplit(text.strip())
    if address.netloc and address.netloc not in hosts:
        raise Problem(422, _("Dieser Link gehört zu einem anderen Netzwerk. Bitte vergleichen Sie dort."))
    request = read_request(parse_qsl(address.query or address.path.lstrip("?")))
    if not request.indicator:
        raise Problem(422, _("Das ist kein Link einer Sonderanfrage. Bitte den ganzen Link einfügen."))
    return request


def _single(name: str, text: str) -> str:
    if name in MONTHS:
        return _month(text, last=name == "to")
    if name == "as_of" and text.casefold() in WORDS:
        return WORDS[text.casefold()]
    if name in DAYS:
        try:
            return read_day(text, name, name).isoformat()
        except Problem:
            return text
    return text


def _month(text: str, *, last: bool) -> str:
    """A month typed as 01/2019, 1.2019 or 2019-01; a year means its first or last month; else as it was typed."""
    if (match := MONTH.match(text)) and 1 <= int(match[1]) <= 12:
        return f"{match[2]}-{int(match[1]):02d}"
    if match := YEAR.match(text):
        return f"{match[1]}-{12 if last else 1:02d}"
    return text


def _values(name: str, typed: list[str]) -> tuple[str, ...]:
    """Codes of values typed as codes or labels, German or the page's; unknown ones as they were typed."""
    with speaking("de"):
        options = dimension(name).options
    options += dimension(name).options
    codes = {code.casefold(): code for code, _ in options} | {label.casefold(): code for code, label in options}
    return tuple(dict.fromkeys(codes.get(part.casefold(), part) for text in typed for part in _split(text)))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _iso_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
