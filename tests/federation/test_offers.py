"""Runs on their way: from one network to the centre, and from there to the others, whatever was away meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.app import create_app as create_registration
from services.registration.mailing.settings import MailSettings
from services.registration.offers import telling
from services.registration.run_tables import RegistrationRow
from services.reporting.app import create_app as create_reporting
from services.reporting.offers import Hearing
from shared import clock
from shared.vocabulary import Role
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(90)
QUICK = {"heartbeat_seconds": 0.3, "batch_wait_seconds": 0.02}
RUN: dict[str, Any] = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "published": True}
RUN |= {"cross_region": True, "starts_on": (clock.today() + timedelta(days=90)).isoformat()}
RUN |= {"deadline": (clock.now() + timedelta(days=10)).isoformat()}
FACTS = "SELECT revision, body->>'max_places' FROM fact JOIN fact_body USING (region, kind, entity_id, revision) "
FACTS += "WHERE region = 'rp' AND kind = 'run_changed' AND entity_id = :key ORDER BY revision"


@dataclass
class Country:
    """Registration of rp, and reporting of rp, sn and the centre; who asks each of them."""

    trainer: Caller
    registration: Any
    reporting: dict[str, Any]
    staff: dict[str, Caller]

    async def offered(self, network: str) -> dict[str, Any]:
        """What a network was told, by run."""
        found = (await self.staff[network].send("GET", "offers")).json()["items"]
        return {item["run_id"]: item for item in found}

    async def planned(self, **values: Any) -> UUID:
        """A run that is open to every Land, as soon as sn knows it with its link."""
        key = uuid4()
        await self.trainer.put(f"runs/{key}", RUN | values)
        await self.until("sn", key, lambda offer: offer and offer["registration_url"])
        return key

    async def change(self, key: UUID, **values: Any) -> None:
        """Change the plan of a run."""
        revision = (await self.trainer.send("GET", f"runs/{key}")).json()["revision"]
        await self.trainer.put(f"runs/{key}", RUN | values | {"revision": revision})

    async def until(self, network: str, key: UUID, check: Callable[[Any], bool], seconds: float = 20) -> Any:
        """The offer as soon as it is as asked for; `check` gets None while there is none."""

        async def found() -> list[Any]:
            offer = (await self.offered(network)).get(str(key))
            return [offer] if check(offer) else []

        return (await eventually(found, seconds))[0]


@pytest.fixture
async def country(
    federation: Federation, database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Country]:
    monkeypatch.setattr(telling, "SECONDS", 0.2)
    async with AsyncExitStack() as stack:
        mail = MailSettings(public_url="https://rp.example.org")
        registration = create_registration(federation.settings("rp", database("registration"), **QUICK), mail)
        apps = {
            code: create_reporting(federation.settings(code, database("reporting"), **QUICK))
            for code in ("de", "rp", "sn")
        }
        clients = {
            app: await stack.enter_async_context(serving(app, app.state.settings.port))
            for app in (registration, *apps.values())
        }
        staff = {
            code: Caller(
                clients[app], app.state.settings, Role.COORDINATION if code == "de" else Role.COORDINATOR, None
            )
            for code, app in apps.items()
        }
        trainer = Caller(clients[registration], registration.state.settings, Role.TRAINER)
        yield Country(trainer, registration, apps, staff)


async def test_a_run_planned_in_a_network_is_a_fact_at_the_centre_and_comes_again_when_it_is_lost(
    country: Country,
) -> None:
    key, centre = uuid4(), country.reporting["de"]
    plan = RUN | {"published": False, "cross_region": False}  # nothing but its plan changes
    await country.trainer.put(f"runs/{key}", plan)
    await eventually(lambda: rows(centre, FACTS, key=key))
    await country.trainer.put(f"runs/{key}", plan | {"max_places": 6, "revision": 1})

    async def both() -> bool:
        return await rows(centre, FACTS, key=key) == [(1, "8"), (2, "6")]

    await eventually(both)
    async with centre.state.sessions() as session, session.begin():
        for table in ("fact_body", "fact"):
            await (await session.connection()).exec_driver_sql(f"DELETE FROM {table}")
    # Two heartbeats that differ, then the newest revision from the table of the network (publishing.RECORDS).
    await eventually(lambda: rows(centre, FACTS, key=key), 30)
    assert await rows(centre, FACTS, key=key) == [(2, "6")]

    async def settled() -> bool:
        states = await rows(country.registration, "SELECT told->'kinds'->'run_changed' FROM centre_state")
        return bool(states) and states[0][0]["held"] == 1 and not states[0][0]["buckets"]

    await eventually(settled, 20)
    assert not await rows(centre, "SELECT 1 FROM parked")
    (coverage,) = (await country.staff["de"].send("GET", "coverage")).json()["networks"]
    assert (coverage["records"], coverage["expected"]) == (1, 1)


async def test_an_offer_reaches_the_others_follows_its_changes_and_goes_when_it_is_withdrawn(country: Country) -> None:
    inside = uuid4()
    await country.trainer.put(f"runs/{inside}", RUN | {"cross_region": False, "published": False})
    key = await country.planned()
    offer = (await country.offered("sn"))[str(key)]
    assert (offer["region"], offer["max_places"], offer["registered"]) == ("rp", 8, 0)
    assert offer["registration_url"] == f"https://rp.example.org/anmeldung/durchgang/{key}"
    assert set(await country.offered("sn")) == set(await country.offered("de")) == {str(key)}
    assert await country.offered("rp") == {}  # it knows its own
    house = {"house": "CANARY-Haus", "house_key": "canary", "source": "public", "token_hash": "x"}
    async with country.registration.state.sessions() as session, session.begin():
        mine = {"registration_id": uuid4(), "run_id": key, "carrier_id": country.trainer.carrier}
        session.add(RegistrationRow(**house | mine | {"state": "submitted", "submitted_at": clock.now()}))
    await country.until("sn", key, lambda offer: offer and offer["registered"] == 1)

    async def short() -> bool:
        told = {code: (await country.staff[code].send("GET", "offers/short")).json()["items"] for code in country.staff}
        found = {(one["run"]["run_id"], one["run"]["registered"], one["cross_region"]) for one in told["rp"]}
        expected = {(str(key), 1, True), (str(inside), 0, False)}
        return (found, told["de"], told["sn"]) == (expected, told["rp"], [])

    await eventually(short)
    states = await rows(country.reporting["sn"], "SELECT state::text FROM offers_told")
    assert "canary" not in str(states).lower()
    async with country.registration.state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("DELETE FROM run_registration")
    assert (await country.trainer.send("POST", f"runs/{key}/withdraw")).status_code == 204
    await country.until("sn", key, lambda offer: offer is None)


@pytest.mark.own_brokers
async def test_what_changed_while_a_network_was_cut_off_reaches_it_afterwards(
    country: Country, federation: Federation
) -> None:
    key = await country.planned()
    federation.regions["sn"].stop()
    await country.change(key, max_places=5)
    await country.until("de", key, lambda offer: offer and offer["max_places"] == 5)
    await asyncio.sleep(1.0)  # some rounds in which it hears nothing
    assert (await country.offered("sn"))[str(key)]["max_places"] == 8  # what it knew last is still shown
    federation.regions["sn"].start()
    await country.until("sn", key, lambda offer: offer and offer["max_places"] == 5, 40)


@pytest.mark.own_brokers
async def test_after_the_hub_was_away_the_state_comes_again(country: Country, federation: Federation) -> None:
    key = await country.planned()
    federation.hub.stop()
    await country.change(key, max_places=5)
    federation.hub.start()
    await country.until("sn", key, lambda offer: offer and offer["max_places"] == 5, 40)


async def test_a_network_that_lost_what_it_was_told_is_told_again(country: Country) -> None:
    key, sessions = await country.planned(), country.reporting["sn"].state.sessions
    async with sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("DELETE FROM offers_told")
    await country.until("sn", key, bool)
    before = await rows(country.reporting["sn"], "SELECT digest, state FROM offers_told")
    for nonsense in (b"no state", b'{"offers": [{"region": "x"}], "waiting": {}}'):
        await Hearing(sessions, "sn").hear(nonsense)
    assert await rows(country.reporting["sn"], "SELECT digest, state FROM offers_told") == before
