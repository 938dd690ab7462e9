"""Decisions of the board on their way to a network and back as facts, whatever was away or set back meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.registration.app import create_app as create_registration
from services.reporting.app import create_app as create_reporting
from shared.vocabulary import Role
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.good_practice import decide, propose
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(90)
QUICK = {"heartbeat_seconds": 0.3, "batch_wait_seconds": 0.02}
FACT = (
    "SELECT revision, body->>'state', body->>'decision' FROM fact JOIN fact_body USING (region, kind, entity_id, "
    "revision) WHERE kind = 'item_changed' AND entity_id = :item ORDER BY revision DESC LIMIT 1"
)
# What an old backup of the network does not know: the decision, the revision that followed it, that it was delivered.
OLD = (
    "UPDATE item SET revision = 1, state = 'proposed', decision = NULL WHERE item_id = :item",
    "DELETE FROM item_decision WHERE item_id = :item",
    "DELETE FROM outbox WHERE entity_id = :item AND revision > 1",
    """UPDATE delivered d SET revision = 1, digest = o.digest FROM outbox o
    WHERE o.entity_id = d.entity_id AND o.destination = 'up' AND d.entity_id = :item""",
)


@dataclass
class Country:
    """Registration of rp and reporting of the centre."""

    trainer: Caller
    coordination: Caller
    registration: Any
    centre: Any

    async def proposed(self) -> UUID:
        """A proposal that the centre knows."""
        item = await propose(self.trainer)
        await eventually(lambda: rows(self.centre, FACT, item=item))
        return item

    async def decide(self, item: UUID, revision: int = 1, **values: Any) -> None:
        """Decide at the centre."""
        await decide(self.centre.state.sessions, item, revision, **values)

    async def until(self, item: UUID, state: str, decision: str, seconds: float = 20) -> int:
        """The revision of the centre's fact as soon as it shows a state and the decision."""

        async def shown() -> list[Any]:
            return [row for row in await rows(self.centre, FACT, item=item) if row[1:] == (state, decision)]

        return int((await eventually(shown, seconds))[0][0])

    async def standing(self, item: UUID) -> str:
        """How far the centre says that the decision is."""
        found = (await self.coordination.send("GET", "sheet-transfers/decisions")).json()
        return str(next(one["standing"] for one in found if one["item_id"] == str(item)))

    async def settled(self, item: UUID) -> None:
        """Wait until the decision has arrived."""

        async def arrived() -> bool:
            return await self.standing(item) == "arrived"

        await eventually(arrived, 30)


@pytest.fixture
async def country(federation: Federation, database: Callable[[str], str]) -> AsyncIterator[Country]:
    async with AsyncExitStack() as stack:
        registration = create_registration(federation.settings("rp", database("registration"), **QUICK))
        centre = create_reporting(federation.settings("de", database("reporting"), **QUICK))
        clients = [
            await stack.enter_async_context(serving(app, app.state.settings.port)) for app in (registration, centre)
        ]
        trainer = Caller(clients[0], registration.state.settings, Role.TRAINER)
        yield Country(trainer, Caller(clients[1], centre.state.settings, Role.COORDINATION, None), registration, centre)


async def test_gp_07_a_decision_is_told_until_the_centre_s_own_facts_show_it(country: Country) -> None:
    item = await country.proposed()
    await country.decide(item)
    assert await country.until(item, "selected", "1") == 2
    await country.settled(item)
    await asyncio.sleep(1.0)  # some rounds: nothing more is told, and nothing changes
    assert (await rows(country.centre, FACT, item=item))[0][0] == 2
    await country.decide(item, 2, state="reopened")
    await country.decide(item, 3, outcome="not_selected", reasons="Nach neuer Prüfung nicht übertragbar.")
    assert await country.until(item, "not_selected", "3") == 3
    shown = (await country.trainer.send("GET", f"items/{item}")).json()
    assert shown["board"]["reasons"] == "Nach neuer Prüfung nicht übertragbar."


async def test_a_proposal_withdrawn_meanwhile_stays_withdrawn_and_is_listed(country: Country) -> None:
    item = await country.proposed()
    await country.trainer.send("POST", f"items/{item}/withdraw", json={"reason": "doppelt"})
    await country.decide(item)

    async def listed() -> bool:
        return await country.standing(item) == "withdrawn"

    await eventually(listed)
    await asyncio.sleep(0.7)
    assert (await country.trainer.send("GET", f"items/{item}")).json()["withdrawn"] is True


async def test_a_network_that_was_set_back_to_an_old_backup_is_told_again(country: Country) -> None:
    item = await country.proposed()
    await country.decide(item)
    await country.until(item, "selected", "1")
    await country.settled(item)
    async with country.registration.state.sessions() as session, session.begin():
        connection = await session.connection()
        for statement in OLD:
            await connection.execute(text(statement), {"item": item})
    assert (await country.trainer.send("GET", f"items/{item}")).json()["state"] == "proposed"

    async def again() -> bool:
        shown = (await country.trainer.send("GET", f"items/{item}")).json()
        return shown["state"] == "selected" and shown["board"] is not None

    await eventually(again, 30)

    async def agreed() -> bool:
        shown = (await country.trainer.send("GET", f"items/{item}")).json()
        newest = (await rows(country.centre, FACT, item=item))[0]
        return tuple(newest) == (shown["revision"], "selected", "1")

    await eventually(agreed, 20)
    await country.settled(item)
    assert not await rows(country.centre, "SELECT 1 FROM parked")


async def test_a_centre_that_was_set_back_learns_from_the_network_and_decides_anew(country: Country) -> None:
    item = await country.proposed()
    await country.decide(item)
    await country.until(item, "selected", "1")
    async with country.centre.state.sessions() as session, session.begin():
        connection = await session.connection()
        for table in ("board_decision", "fact_body", "fact"):
            await connection.execute(text(f"DELETE FROM {table}"))
    await country.until(item, "selected", "1", 30)  # its buckets come again
    await country.decide(item, 1, outcome="not_selected")
    assert await country.until(item, "not_selected", "1") == 3


@pytest.mark.own_brokers
async def test_what_was_decided_while_a_network_was_cut_off_reaches_it_afterwards(
    country: Country, federation: Federation
) -> None:
    item = await country.proposed()
    federation.regions["rp"].stop()
    await country.decide(item)
    await asyncio.sleep(1.0)  # some rounds in which it hears nothing
    assert await country.standing(item) == "underway"
    federation.regions["rp"].start()
    await country.until(item, "selected", "1", 40)
    await country.settled(item)
