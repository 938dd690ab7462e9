"""Whose figures a page shows and of when: from that its questions, its own address in other forms, and its path."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from services.gateway.cockpit.period import Period, Span
from services.gateway.languages import _
from services.gateway.navigation import AUSWERTUNG, BUND
from services.gateway.passports import Desk, other_stands
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from services.gateway.special_requests import DAYS, NOW, SpecialRequest, query_string

Filters = Mapping[str, str]
NO_FILTERS: Filters = MappingProxyType({})


@dataclass(frozen=True)
class Scope:
    """A page: where it is, its period, its days as its address names them, and the network it is narrowed to.

    `marked` is the indicator that the map shows, `window` the months of trends where they are not the usual ones.
    """

    desk: Desk
    path: str
    period: Period
    days: Mapping[str, str]
    region: str = ""
    marked: str = ""
    window: Span = ("", "")

    @property
    def start(self) -> str:
        """The first page of the cockpit here."""
        return BUND if self.desk.centre else AUSWERTUNG

    @property
    def trend(self) -> Span:
        """The months of a trend."""
        return self.window if self.window[0] else self.period.window

    def ask(
        self, sheet: Sheet, *by: str, span: Span | None = None, top: int = 0, within: Filters = NO_FILTERS
    ) -> SpecialRequest:
        """A question of this page, `within` filters as far as the indicator knows them; a stock has no months."""
        narrowed = {**within} | ({"region": self.region} if self.region else {})
        kept = {name: (value,) for name, value in narrowed.items() if name in sheet.dimensions}
        given = {name: self.days.get(name, "") for name in DAYS} | {"top": str(top or "")}
        if sheet.period == "months" and span is not None:
            given |= {"from": span[0], "to": span[1]}
        return SpecialRequest(sheet.code, by, tuple(sorted(kept.items())), given)

    def at(self, as_of: date) -> "Scope":
        """The same page at another Stichtag, as known on the same day."""
        return replace(self, days={**self.days, "as_of": as_of.isoformat()})

    def since(self, month: str) -> "Scope":
        """The same page with trends asked from an earlier month on."""
        return replace(self, window=(month, self.period.window[1]))

    def marking(self, indicator: str) -> "Scope":
        """The same page with another indicator on the map."""
        return replace(self, marked=indicator)

    def address(self, path: str = "", **days: str) -> str:
        """Address of this page, or of another one about the same period; `days` are another Stand."""
        stand = days or self.days
        pairs = [("jahr", str(self.period.year))]
        pairs += [("quartal", str(self.period.quarter))] if self.period.quarter else []
        pairs += [("karte", self.marked)] if self.marked and not path else []
        pairs += [(name, stand[name]) for name in DAYS if stand.get(name)]
        return f"{path or self.path}?{query_string(pairs)}"

    def line_page(self, line: str) -> str:
        """Address of a line's page."""
        return self.address(f"{self.start}/linie/{line}")

    def network_page(self, region: str) -> str:
        """Address of a network's page; there is none in a network."""
        return self.address(f"{BUND}/netzwerk/{region}") if self.desk.centre else ""

    @property
    def switch(self) -> list[tuple[str, str]]:
        """(words, address) of the page with another Stand."""
        as_of = self.period.as_of.isoformat()
        return [(text, self.address(as_of=word)) for text, word in other_stands(as_of, self.desk.today)]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form keeps of the address beside the period: the Stand that moves, or a day that was chosen."""
        if self.days.get("as_of") == NOW:
            return [("as_of", NOW)]
        return [(name, self.days[name]) for name in DAYS if self.days.get(name)]

    def path_to(self, *pages: tuple[str, str]) -> list[tuple[str, str]]:
        """(text, address) of the pages above this one."""
        first = _("Bundesweit") if self.desk.centre else self.desk.name
        return [(first, self.address(self.start)), *pages]

    @property
    def network(self) -> str:
        """Name of the network the page is narrowed to."""
        return label(self.region, "region")
