"""What the federation says, beside what the oracle says: session by session and figure by figure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from chaos.load import Client
from chaos.oracle import Expected, Figure, Oracle
from deploy.local.databases import database_name
from deploy.local.processes import Site
from shared.topology import CENTRE

MOST = 20
FACTS = (
    "SELECT DISTINCT ON (f.entity_id) f.entity_id, f.revision, f.withdrawn, f.month, b.body FROM fact f "
    "JOIN fact_body b USING (region, kind, entity_id, revision) "
    "WHERE region = %s AND kind = 'session_recorded' ORDER BY f.entity_id, f.revision DESC"
)
# Indicator, dimensions, and which sessions it counts. Gender is asked of the networks.
AT_THE_CENTRE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("counselling_sessions", "region,month", {}),
    ("counselling_sessions", "programme_line,seen_before", {}),
    ("counselling_sessions", "region,gender", {}),
    ("first_counsellings", "region,nationality", {"session_type": "first"}),
    ("persons_new_to_programme", "region", {"session_type": "first", "seen_before": "no"}),
)
IN_A_NETWORK: tuple[str, str, dict[str, str]] = ("counselling_sessions", "month,channel", {})
RECORDS = "SELECT session_id, coalesce(external_id, session_id::text), revision FROM counselling_session"


class Federation(Protocol):
    """What is compared: some networks, their databases and accounts."""

    networks: list[str]

    @property
    def site(self) -> Site:
        """Where the databases lie."""

    def account(self, network: str, role: str) -> dict[str, Any]:
        """The first account of a network or the centre with a role."""


@dataclass
class Verdict:
    """Where they differ; `lost`: an accepted revision is not there, `doubled`: something that nobody recorded is."""

    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    figures: int = 0
    named: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing differs."""
        return not (self.lost or self.doubled or self.wrong or self.figures)

    def note(self, text: str) -> None:
        """Name a difference; the first ones are enough to look for the cause."""
        if len(self.named) < MOST:
            self.named.append(text)


def compare_sessions(federation: Federation, oracle: Oracle) -> Verdict:
    """Every session in the network's own tables, in its reporting and at the centre, with id, revision and values."""
    verdict = Verdict()
    for network in federation.networks:
        expected = oracle.expected(network)
        records = _rows(federation, network, "counselling", RECORDS)
        keys = {session_id: key for session_id, key, _ in records}
        newest = {session_id: revision for session_id, _, revision in records}
        _recorded(verdict, network, expected, {key: newest[name] for name, key in keys.items()})
        for place in (network, CENTRE):
            _told(verdict, f"{network} at {place}", expected, keys, newest, _facts(federation, place, network))
    return verdict


def _facts(federation: Federation, place: str, network: str) -> dict[UUID, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in _rows(federation, place, "reporting", FACTS, network)}


def _rows(federation: Federation, network: str, service: str, query: str, *values: str) -> list[tuple[Any, ...]]:
    with federation.site.postgres.connect(database_name(network, service)) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload, no-any-return]  # our own text


def _recorded(verdict: Verdict, network: str, expected: dict[str, Expected], found: dict[str, int]) -> None:
    """What was accepted is in the network's own tables, and nothing else."""
    for key, told in expected.items():
        revision = found.get(key, 0)
        if revision < told.revision or (told.exact and revision != told.revision):
            verdict.lost += 1
            verdict.note(f"{network} {key}: revision {revision}, accepted {told.revision}")
    for key in found.keys() - expected.keys():
        verdict.doubled += 1
        verdict.note(f"{network} {key}: never accepted")


def _told(
    verdict: Verdict,
    where: str,
    expected: dict[str, Expected],
    keys: dict[UUID, str],
    newest: dict[UUID, int],
    facts: dict[UUID, tuple[Any, ...]],
) -> None:
    for name, key in keys.items():
        revision, withdrawn, month, body = facts.get(name, (0, False, None, {}))
        if revision != newest[name]:
            verdict.lost += 1
            verdict.note(f"{where} {key}: revision {revision}, recorded {newest[name]}")
        elif key in expected and (differing := _differing(expected[key], withdrawn, month, body)):
            verdict.wrong += 1
            verdict.note(f"{where} {key}: {differing}")
    for name in facts.keys() - keys.keys():
        verdict.doubled += 1
        verdict.note(f"{where} {name}: never recorded")


def _differing(told: Expected, withdrawn: bool, month: str | None, body: dict[str, Any]) -> str:  # noqa: FBT001 - a column
    pairs = {
        "withdrawn": (told.withdrawn, withdrawn),
        "month": (told.month, month),
        "programme_line": (told.line, body.get("programme_line")),
        "nationality": (told.nationality, body.get("nationality")),
        "refugee_background": (told.refugee, body.get("refugee_background")),
        "origin": (told.origin, body.get("origin")),
    }
    if not told.withdrawn:
        pairs["session_type"] = (told.kind, body.get("session_type"))
        pairs["seen_before"] = (told.seen, body.get("seen_before"))
    return ", ".join(f"{name} {found!r} for {want!r}" for name, (want, found) in pairs.items() if want != found)


async def compare_figures(federation: Federation, oracle: Oracle, verdict: Verdict) -> int:
    """Figures of the centre's and of every network's API; how many were compared."""
    questions = [(CENTRE, "coordination", federation.networks, *figure) for figure in AT_THE_CENTRE]
    questions += [(network, "coordinator", [network], *IN_A_NETWORK) for network in federation.networks]
    for place, role, networks, indicator, by, only in questions:
        client = Client(federation.account(place, role), Counter())
        want = oracle.figure(networks, by, **only)
        await _figure(verdict, client, f"{indicator}&by={by}", want)
        await client.http.aclose()
    return len(questions)


async def _figure(verdict: Verdict, client: Client, query: str, want: Figure) -> None:
    answer = await client.send("GET", f"/api/v1/figures?indicator={query}")
    if answer is None or not answer.is_success:
        verdict.figures += 1
        verdict.note(f"{query}: {'no answer' if answer is None else answer.text[:200]}")
        return
    dimensions = query.partition("&by=")[2].split(",")
    rows = answer.json()["rows"]
    found = {tuple(row[name] for name in dimensions): row["value"] for row in rows}
    if found != want or len(rows) != len(found):
        verdict.figures += 1
        cells = {cell: (want.get(cell, 0), found.get(cell, 0)) for cell in want.keys() | found.keys()}
        differing = {cell: pair for cell, pair in cells.items() if pair[0] != pair[1]}
        verdict.note(f"{client.account['region']} {query}: {dict(list(differing.items())[:5])} (want, found)")
