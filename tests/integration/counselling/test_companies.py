"""Recording counsellings of companies over HTTP; who is new is typed by hand from the rule (contracts §4)."""

import asyncio
import json
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.owner import as_owner
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

COMPANY: dict[str, Any] = {
    "date": "2026-05-04",
    "programme_line": "skilled_worker_networks",
    "company_ref": "HRB 4711",
    "sector": "hospitality",
    "size_class": "small",
}


async def stand(app: Any, *keys: UUID) -> list[tuple[bool, int]]:
    """(is new, revision) of records, in the order asked for."""
    found = await rows(app, "SELECT company_id, company_is_new, revision FROM counselling_company")
    by_key = {key: (new, revision) for key, new, revision in found}
    return [by_key[key] for key in keys]


async def told(app: Any, key: UUID, destination: str = "up") -> list[dict[str, Any]]:
    """Bodies of a record's events, oldest first."""
    found = await rows(
        app,
        "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :key AND destination = :destination "
        "ORDER BY revision",
        key=key,
        destination=destination,
    )
    return [json.loads(text) for (text,) in found]


async def test_a_company_is_new_once_in_a_round_and_repeating_changes_nothing(app: Any, counsellor: Caller) -> None:
    first, second = uuid4(), uuid4()
    saved = await counsellor.put(f"companies/{first}", COMPANY)
    assert saved == {"company_id": str(first), "revision": 1, "company_is_new": True}
    assert await counsellor.put(f"companies/{first}", COMPANY) == saved
    later = await counsellor.put(f"companies/{second}", COMPANY | {"date": "2026-06-01", "participants": 3})
    assert (later["revision"], later["company_is_new"]) == (1, False)
    assert len(await rows(app, "SELECT 1 FROM outbox WHERE destination = 'up'")) == 2
    assert await rows(app, "SELECT action, count(*) FROM audit GROUP BY 1") == [("company.recorded", 2)]
    shown = (await counsellor.send("GET", f"companies/{second}")).json()
    assert (shown["participants"], shown["sector"], shown["company_is_new"]) == (3, "hospitality", False)
    assert not {"company_key", "carrier_id", "row_hash"} & shown.keys()


async def test_what_leaves_and_what_stays(app: Any, counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"companies/{key}", COMPANY)
    (lean,), (full,) = await told(app, key), await told(app, key, "region")
    recorded_on = lean.pop("recorded_on")
    assert lean == {
        "company_id": str(key),
        "revision": 1,
        "withdrawn": False,
        "month": "2026-05",
        "origin": "entered",
        "programme_line": "skilled_worker_networks",
        "company_is_new": True,
        "participants": 1,
    }
    more = {"date": "2026-05-04", "office_id": None, "sector": "hospitality", "size_class": "small"}
    assert full == lean | more | {"recorded_on": recorded_on}
    await eventually(lambda: rows(app, "SELECT 1 FROM delivered WHERE kind = 'company_counselled'"))


async def test_line_round_and_carrier_each_see_a_company_anew(app: Any, counsellor: Caller) -> None:
    await counsellor.put(f"companies/{uuid4()}", COMPANY)
    for change in (
        {"programme_line": "intercultural"},
        {"date": "2022-12-30"},  # in the round before
        {"company_ref": "HRB 4712"},
    ):
        assert (await counsellor.put(f"companies/{uuid4()}", COMPANY | change))["company_is_new"], change
    assert (await counsellor.put(f"companies/{uuid4()}", COMPANY | {"date": "2023-01-01"}))["company_is_new"]
    assert not (await counsellor.put(f"companies/{uuid4()}", COMPANY | {"date": "2022-12-31"}))["company_is_new"]
    stranger = counsellor.at(uuid4())
    assert (await stranger.put(f"companies/{uuid4()}", COMPANY))["company_is_new"]
    keys = await rows(app, "SELECT count(DISTINCT company_key) FROM counselling_company")
    assert keys == [(3,)]  # two companies here, one of them once more as another carrier's


async def test_of_a_company_nobody_named_every_counselling_is_new(app: Any, counsellor: Caller) -> None:
    unnamed = {name: value for name, value in COMPANY.items() if name != "company_ref"}
    for _ in range(2):
        assert (await counsellor.put(f"companies/{uuid4()}", unnamed))["company_is_new"]
    assert await rows(app, "SELECT company_key FROM counselling_company") == [(None,), (None,)]


async def test_a_later_record_of_an_earlier_day_takes_its_place(app: Any, counsellor: Caller) -> None:
    later, earlier = uuid4(), uuid4()
    await counsellor.put(f"companies/{later}", COMPANY)
    assert (await counsellor.put(f"companies/{earlier}", COMPANY | {"date": "2026-03-01"}))["company_is_new"]
    assert await stand(app, later, earlier) == [(False, 2), (True, 1)]
    assert [(body["revision"], body["company_is_new"]) for body in await told(app, later)] == [(1, True), (2, False)]
    assert ("company.reordered", later, 2) in await rows(app, "SELECT action, entity_id, revision FROM audit")


async def test_a_record_corrected_twice_moves_and_comes_back(app: Any, counsellor: Caller) -> None:
    first, second = uuid4(), uuid4()
    await counsellor.put(f"companies/{first}", COMPANY)
    await counsellor.put(f"companies/{second}", COMPANY | {"date": "2026-06-01"})
    moved = COMPANY | {"company_ref": "HRB 9", "revision": 1}
    assert (await counsellor.put(f"companies/{first}", moved))["company_is_new"]
    assert await stand(app, first, second) == [(True, 2), (True, 2)]
    back = COMPANY | {"date": "2026-07-01", "revision": 2}
    assert not (await counsellor.put(f"companies/{first}", back))["company_is_new"]
    assert await stand(app, first, second) == [(False, 3), (True, 2)]
    stale = await counsellor.send("PUT", f"companies/{first}", json=COMPANY | {"revision": 2})
    assert stale.status_code == 409


async def test_withdrawing_the_new_one_makes_the_earliest_remaining_new(app: Any, counsellor: Caller) -> None:
    keys = [uuid4() for _ in range(3)]
    for key, day in zip(keys, ("2026-05-01", "2026-06-01", "2026-07-01"), strict=True):
        await counsellor.put(f"companies/{key}", COMPANY | {"date": day})
    for _ in range(2):
        gone = await counsellor.send("POST", f"companies/{keys[0]}/withdraw", json={"reason": "doppelt erfasst"})
        assert gone.status_code == 204
    assert await stand(app, *keys) == [(True, 2), (True, 2), (False, 1)]
    last = (await told(app, keys[0]))[-1]
    assert (last["revision"], last["withdrawn"], last["company_is_new"]) == (2, True, True)
    assert (await counsellor.put(f"companies/{keys[0]}", COMPANY | {"date": "2026-05-01", "revision": 2}))["revision"]
    assert await stand(app, *keys) == [(True, 3), (False, 3), (False, 1)]


async def test_five_records_of_one_company_at_the_same_moment_find_it_new_once(app: Any, counsellor: Caller) -> None:
    keys = [uuid4() for _ in range(5)]
    await asyncio.gather(*(counsellor.put(f"companies/{key}", COMPANY) for key in keys))
    assert sorted(new for new, _ in await stand(app, *keys)) == [False] * 4 + [True]


async def test_corrections_and_records_that_touch_each_other_all_come_through(app: Any, counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"companies/{key}", COMPANY)
    new = [counsellor.put(f"companies/{uuid4()}", COMPANY | {"date": f"2026-04-{day:02}"}) for day in range(1, 9)]
    corrected = counsellor.send("PUT", f"companies/{key}", json=COMPANY | {"participants": 5, "revision": 1})
    answer, *_ = await asyncio.gather(corrected, *new)
    assert answer.status_code in (200, 409)  # a derived revision may have come first
    found = await rows(app, "SELECT date::text FROM counselling_company WHERE company_is_new")
    assert found == [("2026-04-01",)]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"date": "2018-12-31"}, "date", "01.01.2019"),
        ({"date": "2017-10-31", "programme_line": "fair_integration"}, "date", "01.11.2017"),
        ({"date": "2099-01-01"}, "date", "Zukunft"),
        ({"participants": 0}, "participants", "zu klein"),
        ({"sector": "C"}, "sector", "manufacturing"),
        ({"office": "gibt-es-nicht"}, "office", "Strukturregister"),
        ({"company_ref": "x" * 101}, "company_ref", "zu lang"),
    ],
)
async def test_bad_input_names_field_and_problem(
    app: Any, counsellor: Caller, change: dict[str, Any], field: str, words: str
) -> None:
    answer = await counsellor.send("PUT", f"companies/{uuid4()}", json=COMPANY | change)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in json.dumps(error, ensure_ascii=False)
    assert await rows(app, "SELECT 1 FROM counselling_company") == []


async def test_another_carrier_neither_sees_nor_changes_a_record(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"companies/{key}", COMPANY)
    stranger = counsellor.at(uuid4())
    for method, path, more in (
        ("GET", f"companies/{key}", {}),
        ("PUT", f"companies/{key}", {"json": COMPANY | {"revision": 1, "participants": 2}}),
        ("POST", f"companies/{key}/withdraw", {"json": {"reason": "fremd"}}),
    ):
        assert (await stranger.send(method, path, **more)).status_code == 404
    assert (await stranger.send("GET", "companies")).json()["total"] == 0
    assert (await counsellor.send("GET", "companies?month=2026-05")).json()["total"] == 1
    assert (await counsellor.send("GET", "companies?month=2026-06")).json()["total"] == 0


async def test_roles(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"companies/{key}", COMPANY)
    for role, reads, writes in ((Role.ADMIN, 200, 403), (Role.TRAINER, 403, 403), (Role.COORDINATOR, 403, 403)):
        other = Caller(counsellor.client, counsellor.settings, role, counsellor.carrier)
        assert (await other.send("GET", f"companies/{key}")).status_code == reads
        assert (await other.send("PUT", f"companies/{key}", json=COMPANY | {"revision": 1})).status_code == writes


async def test_the_migration_service_publishes_nothing(app: Any, counsellor: Caller) -> None:
    await counsellor.put(f"companies/{uuid4()}", COMPANY | {"programme_line": "migration_service"})
    assert await rows(app, "SELECT 1 FROM outbox") == []


CANARY = "CANARY-Betriebsnummer-17"
TEXTS = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


async def everything_stored(app: Any) -> str:
    """All rows of all tables as text, messages as they were sent."""
    tables = [name for (name,) in await rows(app, TEXTS)]
    found = [str(row) for name in tables for row in await rows(app, f"SELECT t::text FROM {name} t")]
    messages = await rows(app, "SELECT subject || headers::text || convert_from(body, 'utf8') FROM outbox")
    return "\n".join(found + [str(row) for row in messages])


def break_table(app: Any) -> None:
    """From now on no company can be saved."""
    as_owner(app, "ALTER TABLE counselling_company ADD CHECK (false) NOT VALID")


async def test_the_reference_of_a_company_is_found_nowhere(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    file = f"external_id;date;programme_line;company_ref\nU-1;4.5.2026;HSP 4;{CANARY}\n".encode()
    with caplog.at_level(logging.DEBUG):
        key = uuid4()
        await counsellor.put(f"companies/{key}", COMPANY | {"company_ref": CANARY})
        await counsellor.put(f"companies/{key}", COMPANY | {"company_ref": CANARY, "participants": 2, "revision": 1})
        await counsellor.send("POST", f"companies/{key}/withdraw", json={"reason": "Probe"})
        answer = await admin.send("POST", "imports/companies", content=file, headers={"content-type": "text/csv"})
        path = f"imports/companies/{answer.json()['import_id']}"

        async def done() -> bool:
            return bool((await admin.send("GET", path)).json()["state"] == "done")

        await eventually(done)
        break_table(app)
        failed = await counsellor.send("PUT", f"companies/{uuid4()}", json=COMPANY | {"company_ref": CANARY})
        assert failed.status_code == 500
        assert CANARY not in failed.text
    assert await rows(app, "SELECT count(DISTINCT company_key) FROM counselling_company") == [(1,)]
    assert CANARY not in await everything_stored(app)
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert any("IntegrityError" in line for line in lines)  # the failure itself is there to be found
    assert not [line for line in lines if CANARY in line]
