"""Erasure of somebody whom only a carrier's list knows: the records stay, nothing leads from one to another."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.counselling.rights.replaying import replay as replay_counselling
from services.registration.rights import journal
from shared.clock import today
from shared.importing.rows import person_ref_key
from shared.rights.journal import ReferenceEntry, read
from shared.vocabulary import Role
from tests.support.planting import Network
from tests.support.recording import Caller, rows

SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "nationality": "SY"}
REFERENCE = "Aktenzeichen 4711"
LINKED = "SELECT count(person_key), count(*) FROM counselling_session"
UP = "SELECT count(*) FROM outbox WHERE destination = 'up'"
ACTS = "SELECT action, subject FROM audit WHERE action LIKE 'reference.%'"
UNIT = {"kind": "carrier", "code": "T-1", "name": "Träger", "valid_from": "2020-01-01"}


async def counselled(network: Network) -> UUID:
    """Two sessions of the reference and one of another, at a carrier of the register; its id."""
    carrier = network.counsellor.carrier
    assert carrier is not None
    for reference in (REFERENCE, REFERENCE, "Aktenzeichen 1"):
        await network.counsellor.put(f"sessions/{uuid4()}", SESSION | {"person_ref": reference})
    coordinator = coordinators(network)["registration"]
    await coordinator.put(f"structure/{carrier}", UNIT)
    return carrier


def coordinators(network: Network) -> dict[str, Caller]:
    """A coordinator, who belongs to no carrier, at both services."""
    own = {"registration": network.desk, "counselling": network.counsellor}
    return {name: replace(caller, role=Role.COORDINATOR, carrier=None) for name, caller in own.items()}


async def erase(network: Network, carrier: UUID, reference: str = REFERENCE) -> list[int]:
    """Erase in both services; how many records each says."""
    body = {"carrier_id": str(carrier), "person_ref": f" {reference} "}
    found = []
    for name, caller in coordinators(network).items():
        more = {"reason": "wish"} if name == "registration" else {}
        answer = await caller.send("POST", "references/erase", json=body | more)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["erased"])
    return found


async def test_the_link_goes_the_records_stay_and_each_service_says_who_did_it(
    network: Network, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.jsonl"
    monkeypatch.setenv("IQ_ERASURE_JOURNAL", str(path))
    carrier = await counselled(network)
    told = await network.of_counselling(UP)
    assert await erase(network, carrier) == [0, 2]
    assert await erase(network, carrier) == [0, 0]
    assert await network.of_counselling(LINKED) == [(1, 3)]
    assert await network.of_counselling(UP) == told  # nothing of it goes up
    who = [("reference.erased", "test-coordinator")] * 2
    for app in network.apps.values():
        assert await rows(app, ACTS) == who
    assert await network.tables_with(REFERENCE) == set()
    assert REFERENCE not in caplog.text
    key = network.counsellor.settings.signing_key.get_secret_value()
    hashed = person_ref_key(carrier, REFERENCE, key)
    assert read(path) == [ReferenceEntry(carrier, hashed, today(), "wish")]
    assert REFERENCE not in path.read_text()
    assert set(json.loads(path.read_text())) == {"carrier_id", "reference", "erased_on", "reason"}


async def test_only_a_coordinator_does_it_and_only_at_a_carrier_there_is(network: Network) -> None:
    carrier = await counselled(network)
    body = {"carrier_id": str(carrier), "person_ref": REFERENCE, "reason": "wish"}
    assert (await network.desk.send("POST", "references/erase", json=body)).status_code == 403
    unknown = await coordinators(network)["registration"].send(
        "POST", "references/erase", json=body | {"carrier_id": str(uuid4())}
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "carrier_id")
    assert await network.of_counselling(LINKED) == [(3, 3)]


async def test_a_backup_from_before_brings_the_link_back_and_the_journal_takes_it_again(network: Network) -> None:
    carrier = await counselled(network)
    key = network.counsellor.settings.signing_key.get_secret_value()
    entry = ReferenceEntry(carrier, person_ref_key(carrier, REFERENCE, key), today(), "wish")
    for name, replay in (("registration", journal.replay), ("counselling", replay_counselling)):
        for _ in range(2):
            async with network.apps[name].state.sessions() as session, session.begin():
                await replay(session, [entry], key)
    assert await network.of_counselling(LINKED) == [(1, 3)]
    kept = "SELECT journaled, reason FROM erased_reference"
    assert await rows(network.apps["registration"], kept) == [(True, "wish")]
    hashes = "SELECT hashed FROM tombstone WHERE hashed LIKE 'r:%'"
    for app in network.apps.values():
        assert await rows(app, hashes) == [(entry.reference,)]
