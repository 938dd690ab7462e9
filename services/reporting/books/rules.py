"""What may be ordered: a known kind of book, of a network it is made for, of a quarter that has begun; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.reporting.books.definitions import load_definitions
from services.reporting.books.quarters import Quarter
from shared.problems import FieldProblem, invalid
from shared.topology import CENTRE, load_topology

OPEN = ("waiting", "running")
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Order:
    """A book as it was ordered. `known_at` is none where it was not named: what is then known decides (`known_day`)."""

    kind: str
    region: str
    quarter: Quarter
    as_of: date
    known_at: date | None


def read_order(given: Mapping[str, Any], network: str, today: date) -> Order:
    """The order of a book in a network or at the centre. Raises Problem 422 naming everything that is wrong."""
    wrong = [*_wrong_kind(given, network), *_wrong_quarter(given, today), *_wrong_days(given, today)]
    if wrong:
        raise invalid(*wrong)
    region = given["region"] or load_definitions()[given["kind"]].regions(network)[0]
    yesterday = today - timedelta(days=1)
    return Order(given["kind"], region, Quarter.read(given["quarter"]), given["as_of"] or yesterday, given["known_at"])


def provisional(quarter: Quarter, as_of: date) -> bool:
    """Whether the quarter had not ended by the Stichtag (vorläufig)."""
    return as_of < quarter.last_day


def title_of(kind: str, region: str, quarter: Quarter) -> str:
    """What a book is called: „IQ in Zahlen Sachsen, 3. Quartal 2026“."""
    definition = load_definitions()[kind]
    whose = f" {load_topology()[region].land}" if region != CENTRE else " aller Netzwerke" if definition.network else ""
    return f"{definition.title}{whose}, {quarter.number}. Quartal {quarter.year}"


def _wrong_kind(given: Mapping[str, Any], network: str) -> Iterator[FieldProblem]:
    kinds = {kind: found for kind, entry in load_definitions().items() if (found := entry.regions(network))}
    kind, region = given["kind"], given["region"]
    if kind not in kinds:
        problem = "Dieses Buch gibt es hier nicht."
        yield FieldProblem("kind", kind[:80], problem, "Bitte eines der erlaubten wählen.", tuple(kinds))
    elif not region and len(kinds[kind]) > 1:
        yield FieldProblem("region", "", "Das Netzwerk fehlt.", "Bitte eines der erlaubten wählen.", kinds[kind])
    elif region and region not in kinds[kind]:
        problem = "Für dieses Netzwerk gibt es dieses Buch hier nicht."
        yield FieldProblem("region", region[:80], problem, "Bitte eines der erlaubten wählen.", kinds[kind])


def _wrong_quarter(given: Mapping[str, Any], today: date) -> Iterator[FieldProblem]:
    text = given["quarter"]
    try:
        quarter = Quarter.read(text)
    except ValueError:
        problem, remedy = "Das ist kein Quartal des Programms.", "Bitte wie 2026-Q3 angeben."
        yield FieldProblem("quarter", text[:80], problem, remedy)
        return
    if quarter.first_day > today:
        remedy = f"Bitte {Quarter.of(today)} oder ein früheres wählen."
        yield FieldProblem("quarter", text, "Dieses Quartal hat noch nicht begonnen.", remedy)
        return
    as_of: date = given["as_of"] or today - timedelta(days=1)
    if as_of < quarter.first_day:
        problem = "Der Stichtag liegt vor dem Quartal; so kann nichts gezählt werden."
        remedy = f"Bitte einen Tag ab dem {quarter.first_day:%d.%m.%Y} wählen."
        yield FieldProblem("as_of", as_of.isoformat(), problem, remedy)


def _wrong_days(given: Mapping[str, Any], today: date) -> Iterator[FieldProblem]:
    for name in ("as_of", "known_at"):
        if given[name] is not None and given[name] > today:
            problem, remedy = "Dieser Tag liegt in der Zukunft.", "Bitte heute oder einen früheren Tag wählen."
            yield FieldProblem(name, given[name].isoformat(), problem, remedy)
