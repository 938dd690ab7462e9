"""What is told of a run elsewhere: registrations as a number and a link; and the reminder of a run that is short."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.offers.telling import bring_up_to_date
from services.registration.run_tables import RegistrationRow
from services.registration.runs.store import count_registered
from shared import clock
from shared.clock import BERLIN
from shared.vocabulary import Role
from tests.support.recording import Caller, recording, rows

URL = "https://rp.example.org"
RUN: dict[str, Any] = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "published": True}
RUN |= {"cross_region": True, "starts_on": (clock.today() + timedelta(days=90)).isoformat()}
CANARY = {"house": "CANARY-Haus", "house_key": "canary", "topic": "CANARY-Thema", "email": "canary@example.org"}


@pytest.fixture
async def trainer(app: Any) -> AsyncIterator[Caller]:
    async with recording(app, Role.TRAINER) as caller:
        yield caller


def run(days: int, **values: Any) -> dict[str, Any]:
    """A run whose deadline is so many days away."""
    return RUN | {"deadline": (clock.now() + timedelta(days=days)).isoformat()} | values


async def register(app: Any, carrier: Any, run_id: UUID, *states: str) -> None:
    """Registrations in these states, as the enrolment keeps them."""
    common = {"run_id": run_id, "carrier_id": carrier, "source": "public", "submitted_at": clock.now()}
    async with app.state.sessions() as session, session.begin():
        for state in states:
            key = uuid4()
            mine = CANARY | {"house_key": str(key), "registration_id": key, "token_hash": str(key), "state": state}
            session.add(RegistrationRow(**common | mine))


async def told(app: Any) -> int:
    async with app.state.sessions() as session, session.begin():
        return await bring_up_to_date(session, "rp", URL)


async def lean(app: Any, key: UUID) -> dict[str, Any]:
    """The newest lean event of a run."""
    query = "SELECT convert_from(body, 'utf8') FROM outbox WHERE destination = 'up' AND entity_id = :key"
    (row,) = await rows(app, f"{query} ORDER BY revision DESC LIMIT 1", key=key)
    return dict(json.loads(row[0]))


async def test_registrations_are_told_as_a_number_once_however_many_came(app: Any, trainer: Caller) -> None:
    key, other = uuid4(), uuid4()
    made = await trainer.put(f"runs/{key}", run(20))
    await trainer.put(f"runs/{other}", run(20, cross_region=False, published=False))
    assert await told(app) == 1  # the link of the one that is open to all
    await register(app, trainer.carrier, key, "submitted", "submitted", "withdrawn", "rejected", "waiting", "accepted")
    assert await told(app) == 1
    assert await told(app) == 0  # nothing has changed since
    found = await lean(app, key)
    deadline = (clock.now() + timedelta(days=20)).astimezone(BERLIN).date()
    assert (found["registered"], found["revision"]) == (2, made["revision"] + 2)
    assert found["closes_on"] == deadline.isoformat()
    assert found["registration_url"] == f"{URL}/anmeldung/durchgang/{key}"
    assert (await lean(app, other))["registration_url"] is None
    async with app.state.sessions() as session:
        assert await count_registered(session, key) == 2
        assert await count_registered(session, other) == 0
    acts = await rows(app, "SELECT subject, revision FROM audit WHERE action = 'run.counted' ORDER BY revision")
    assert acts == [("offers", 2), ("offers", 3)]


async def test_nothing_of_who_registers_is_told(app: Any, trainer: Caller) -> None:
    key = uuid4()
    await trainer.put(f"runs/{key}", run(20))
    await register(app, trainer.carrier, key, "submitted")
    assert await told(app) == 1
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    acts = await rows(app, "SELECT audit::text FROM audit")
    assert len(sent) == 4  # two revisions, each for the network and for the hub
    assert not [text for (text,) in [*sent, *acts] if "canary" in text.lower()]


async def test_a_withdrawn_run_is_left_alone_and_a_decided_one_loses_its_link(app: Any, trainer: Caller) -> None:
    gone, decided = uuid4(), uuid4()
    for key in (gone, decided):
        await trainer.put(f"runs/{key}", run(20))
    await register(app, trainer.carrier, decided, "submitted")
    assert await told(app) == 2
    assert (await trainer.send("POST", f"runs/{gone}/withdraw")).status_code == 204
    async with app.state.sessions() as session, session.begin():
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE run_registration SET state = 'accepted'")
        await connection.exec_driver_sql(f"UPDATE training_run SET state = 'confirmed' WHERE run_id = '{decided}'")
    assert await told(app) == 1
    found = await lean(app, decided)
    assert (found["registered"], found["registration_url"]) == (0, None)
    assert (await lean(app, gone))["withdrawn"] is True


async def test_iko_07_a_run_that_is_short_is_due_for_its_own_carrier(app: Any, trainer: Caller) -> None:
    keys = {name: uuid4() for name in ("short", "enough", "far", "none")}
    for name, days in (("short", 14), ("enough", 3), ("far", 16), ("none", 1)):
        await trainer.put(f"runs/{keys[name]}", run(days, public_title=f"Durchgang {name}"))
    await register(app, trainer.carrier, keys["short"], "submitted", "withdrawn", "waiting")
    await register(app, trainer.carrier, keys["enough"], "submitted", "submitted", "submitted")
    due = (await trainer.send("GET", "due")).json()["items"]
    items = [item for item in due if item["kind"] == "run_short"]
    assert [(item["kind"], item["entity_id"]) for item in items] == [
        ("run_short", str(keys["none"])),
        ("run_short", str(keys["short"])),
    ]
    assert items[1]["title"] == "Durchgang „Durchgang short“: bisher eine Anmeldung, mindestens 3 nötig"
    assert items[0]["title"].endswith("bisher keine Anmeldungen, mindestens 3 nötig")
    assert items[1]["link"] == f"/durchgaenge/{keys['short']}"
    assert (await trainer.at(uuid4()).send("GET", "due")).json()["items"] == []
    admin = Caller(trainer.client, trainer.settings, Role.ADMIN, trainer.carrier)
    assert (await admin.send("GET", "due")).json()["items"] == []  # who only reads runs cannot mend it
