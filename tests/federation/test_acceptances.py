"""Accepted editions travel down as state, repeated until confirmed: nothing is lost in a cut (contracts §3)."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.reporting.acceptances import Noting
from services.reporting.tables import EditionRow
from shared.contracts.editions import AcceptedEdition, EditionsPublished
from tests.integration.reporting.test_asking import Country, country  # noqa: F401  # a fixture
from tests.integration.reporting.test_submissions import MANY, arrived, keep_everywhere, submitted
from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(90)
OPEN = "SELECT count(*) FROM acceptance WHERE confirmed_at IS NULL"


async def state_of(country: Country, network: str, key: str) -> str:  # noqa: F811
    caller = country.coordination if network == "de" else country.staff[network]
    return str((await caller.send("GET", f"editions/{key}")).json()["state"])


async def confirmed(country: Country) -> bool:  # noqa: F811
    return await rows(country.apps["de"], OPEN) == [(0,)]


async def accepted_in_a_cut(
    country: Country,  # noqa: F811
    federation: Federation,
    key: str,
    patch: pytest.MonkeyPatch,
) -> None:
    """Accept an edition; the network's broker goes away between acceptance and arrival."""
    acceptances = country.apps["de"].state.accepting.acceptances
    wake = acceptances.wake

    def cut_and_wake() -> None:
        federation.regions["rp"].stop()
        wake()

    patch.setattr(acceptances, "wake", cut_and_wake)
    answer = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert answer.status_code == 200, answer.text
    patch.undo()


@pytest.mark.own_brokers
async def test_what_was_accepted_in_a_cut_arrives_after_it(
    country: Country,  # noqa: F811
    federation: Federation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    await accepted_in_a_cut(country, federation, key, monkeypatch)
    await asyncio.sleep(1.0)  # some rounds in which nobody hears
    assert (await state_of(country, "de", key), await state_of(country, "rp", key)) == ("published", "submitted")
    assert await rows(country.apps["de"], OPEN) == [(1,)]
    federation.regions["rp"].start()
    await arrived(country, key)
    days = [await rows(country.apps[name], "SELECT hash, published_on FROM edition") for name in ("rp", "de")]
    assert days[0] == days[1]
    await eventually(lambda: confirmed(country), 30.0)


async def test_a_network_that_was_set_back_is_told_again(country: Country) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    assert (await country.coordination.send("POST", f"submissions/rp/{key}/accept")).status_code == 200
    await arrived(country, key)
    await eventually(lambda: confirmed(country), 30.0)
    async with country.apps["rp"].state.sessions() as session, session.begin():
        back = "UPDATE edition SET state = 'submitted', published_on = NULL"
        await (await session.connection()).exec_driver_sql(back)
    assert (await country.coordination.send("GET", "submissions")).json()["items"] == []  # accepted long ago
    await arrived(country, key)


async def test_an_edition_that_its_network_has_lost_is_listed_on_both_sides_and_told_no_longer(
    country: Country,  # noqa: F811
) -> None:
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    assert (await country.coordination.send("POST", f"submissions/rp/{key}/accept")).status_code == 200
    await eventually(lambda: confirmed(country), 30.0)
    assert (await country.coordination.send("GET", "acceptances")).json() == []
    # As if it had been restored from an older backup before the acceptance arrived.
    async with country.apps["rp"].state.sessions() as session, session.begin():
        row = await session.get(EditionRow, UUID(key))
        kept = row.model_dump()
        await session.delete(row)
    async with country.apps["de"].state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("UPDATE acceptance SET confirmed_at = NULL")
    acceptances = country.apps["de"].state.accepting.acceptances
    acceptances.wake()

    async def listed() -> bool:
        callers = (country.coordination, country.staff["rp"])
        found = [(await caller.send("GET", "acceptances")).json() for caller in callers]
        return [[(one["region"], one["edition_id"], one["title"]) for one in side] for side in found] == [
            [("rp", key, "Zweites Quartal")],
            [("rp", key, None)],
        ]

    await eventually(listed, 30.0)
    assert await acceptances.tell(country.apps["de"].state.messaging.broker) is False  # nothing is left to tell
    assert await state_of(country, "de", key) == "published"
    # It is found in a better backup, where it waits for its acceptance: that heals it.
    async with country.apps["rp"].state.sessions() as session, session.begin():
        session.add(EditionRow(**kept | {"state": "submitted", "published_on": None}))
    assert (await country.coordination.send("GET", "submissions")).json()["items"] == []
    await arrived(country, key)
    for caller in (country.coordination, country.staff["rp"]):
        assert (await caller.send("GET", "acceptances")).json() == []


@pytest.mark.parametrize(
    "body",
    [
        b"no state",
        json.dumps({"editions": [{"edition_id": "x", "hash": "", "published_on": ""}]}).encode(),
        EditionsPublished(
            editions=(AcceptedEdition(edition_id=UUID(int=7), hash="0" * 64, published_on=date(2022, 7, 20)),)
        ).model_dump_json().encode(),
    ],
)  # fmt: skip
async def test_what_is_no_acceptance_of_an_own_edition_publishes_nothing(country: Country, body: bytes) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    noting = Noting(country.apps["rp"].state.sessions, "rp")
    await noting.hear(body)
    other: dict[str, Any] = {"editions": [{"edition_id": key, "hash": "0" * 64, "published_on": "2022-07-20"}]}
    await noting.hear(json.dumps(other).encode())
    assert json.loads(await noting.noted(json.dumps(other).encode())) == {"noted": [], "unknown": [key]}
    assert json.loads(await noting.noted(body))["noted"] == []
    assert await state_of(country, "rp", key) == "submitted"
