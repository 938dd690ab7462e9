"""Retention: a dry run says what a run does, nothing outside a rule is touched, whoever has anything younger stays."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.rights import journal
from shared.clock import today
from shared.rights.expiry import Figures
from shared.rights.journal import read
from tests.conftest import MakeDatabase
from tests.support.clock import clock_at
from tests.support.keeping import SHORTEST, YEARS_LATER, Keeping, execute, keeping
from tests.support.owner import as_owner
from tests.support.planting import Network, Planted, plant
from tests.support.recording import contents, rows

pytestmark = pytest.mark.timeout(120)
LINE = {"programme_line": "recognition_counselling"}
RUNS = "SELECT rule, count FROM retention_run WHERE count > 0 ORDER BY rule"


@pytest.fixture
def journaled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal, and an operator's file by which persons are kept for a year."""
    (tmp_path / "rp.toml").write_text(SHORTEST)
    for name, file in (("IQ_RETENTION", "rp.toml"), ("IQ_ERASURE_JOURNAL", "rp.jsonl")):
        monkeypatch.setenv(name, str(tmp_path / file))
    return tmp_path / "rp.jsonl"


@pytest.fixture
async def keeper(network: Network, database: MakeDatabase) -> AsyncIterator[Keeping]:
    """Runs over the network."""
    async with keeping(network, database("gateway")) as found:
        yield found


async def close(network: Network, hers: Planted) -> None:
    """Close the case, so that nothing of somebody is open."""
    revision = (await network.counsellor.send("GET", f"cases/{hers.case}")).json()["revision"]
    answer = await network.counsellor.send("POST", f"cases/{hers.case}/close", json={"revision": revision})
    assert answer.status_code == 200, answer.text


async def registered(network: Network, name: str) -> UUID:
    """Somebody who was never counselled."""
    person = uuid4()
    await network.desk.put(f"persons/{person}", {"name": name})
    await network.known(person)
    return person


async def merged(network: Network, name: str) -> list[UUID]:
    """Somebody who was recorded twice, and became one."""
    one, other = [await registered(network, f"{name}{number}, Eine") for number in range(2)]
    answer = await network.desk.send("POST", f"persons/{one}/merge", json={"other": str(other)})
    assert answer.is_success, answer.text
    return [one, other]


async def stand(network: Network) -> dict[str, Any]:
    """What all tables hold, but for the logs of transport."""
    moving = ("delivered", "ingest_cursor", "centre_state", "audit_seal", "inbox")
    found = {name: await contents(app) for name, app in network.apps.items()}
    return {
        f"{service}.{name}": held
        for service, tables in found.items()
        for name, held in tables.items()
        if name not in moving
    }


async def test_who_has_nothing_younger_goes_by_the_path_of_erasure_and_everybody_else_stays(
    network: Network, keeper: Keeping, journaled: Path
) -> None:
    hers, recorded = await plant(network, "Xqzweg"), today()
    await close(network, hers)
    still_open = await registered(network, "Xqzoffen, Eine")
    await network.counsellor.put(f"sessions/{uuid4()}", LINE | {"date": "2026-05-04", "person_id": str(still_open)})
    never = await registered(network, "Xqznie, Eine")
    twice, half = await merged(network, "Xqzzwei"), await merged(network, "Xqzhalb")
    came, changed = await registered(network, "Xqzkam, Eine"), await registered(network, "Xqzneu, Eine")
    assert await keeper.run(applied=False) == {}
    with clock_at(YEARS_LATER):
        day = f"{YEARS_LATER:%Y-%m-%d}"
        for person in (came, half[0]):  # of her other id, counselling has nothing
            await network.counsellor.put(f"sessions/{uuid4()}", LINE | {"date": day, "person_id": str(person)})
        await network.desk.put(f"persons/{changed}", {"name": "Xqzneu, Andere", "revision": 1})
        await network.known(changed, 2)  # and with it all that was told before
        before, counted = await stand(network), await network.of_counselling(SESSIONS)
        dry = await keeper.run(applied=False)
        assert await stand(network) == before
        assert dry == {"persons": Figures(4, recorded, dry["persons"].newest)}
        assert await keeper.run(applied=True) == dry
        await network.forgotten(hers.person)
        assert await keeper.run(applied=True) == {}
    assert await network.tables_with("Xqzweg", "Xqznie", "Xqzzwei") == set()
    gone = {hers.person, never, *twice}
    assert {entry.person_id for entry in read(journaled)} == gone
    assert {entry.reason for entry in read(journaled)} == {"retention"}
    left = {person for (person,) in await rows(network.apps["registration"], "SELECT person_id FROM person")}
    assert left == {still_open, *half, came, changed}
    assert await network.of_counselling(SESSIONS) == counted
    assert await rows(network.apps["registration"], RUNS) == [("persons", 4)]
    acts = "SELECT entity_id FROM audit WHERE action = 'person.erased' AND subject = 'retention'"
    assert {key for (key,) in await rows(network.apps["registration"], acts)} == gone


SESSIONS = "SELECT session_id, session_type, seen_before, revision FROM counselling_session ORDER BY session_id"


async def test_a_backup_brings_nobody_back_whom_a_period_has_erased(
    network: Network, keeper: Keeping, journaled: Path
) -> None:
    app = network.apps["registration"]
    person = await registered(network, "Xqzweg, Eine")
    as_owner(app, "CREATE TABLE backup AS SELECT * FROM person")
    with clock_at(YEARS_LATER):
        assert (await keeper.run(applied=True))["persons"].count == 1
    for restored in ("DELETE FROM erased_person", "INSERT INTO person SELECT * FROM backup", "DROP TABLE backup"):
        as_owner(app, restored)
    async with app.state.sessions() as session, session.begin():
        await journal.replay(session, read(journaled), "key")
    assert await rows(app, "SELECT 1 FROM person") == []
    assert await rows(app, "SELECT person_id FROM erased_person") == [(person,)]


async def test_who_is_found_younger_at_the_last_moment_is_not_erased(network: Network) -> None:
    person = await registered(network, "Xqzbleibt, Eine")
    group = {"carrier_id": str(network.desk.carrier), "persons": [str(person)], "last_day": "2000-01-01"}
    operator = network.operator()
    answer = await operator.send(
        "POST",
        "retention/persons/erase",
        json={"run_id": str(uuid4()), "groups": [group, group | {"persons": [str(uuid4())]}]},
    )
    assert (answer.status_code, answer.json()) == (200, {"erased": 0})
    assert len(await network.tables_with("Xqzbleibt")) > 0


IMPORT = """
    INSERT INTO import_job (id, kind, carrier_id, requested_by, state, strict, origin, rows, accepted, unchanged,
        rejected, progress, attempts, detail, header, mapping, unmapped, created_at)
    VALUES (:id, 'sessions', :carrier, 'admin', :state, false, 'imported', 1, 0, 0,
        1, 100, 1, '', '[]', '{}', '{}', :at)
"""
ERROR = 'INSERT INTO import_error (job_id, row, "column", value, message) VALUES (:id, 2, :column, :column, :column)'
PARKED = """
    INSERT INTO parked (stream, sequence, subject, fate, reason, headers, body, parked_on)
    VALUES ('REGION', 1, 's', :fate, :reason, '{}', '', :day)
"""


async def test_each_service_lets_go_what_is_due_and_nothing_of_the_last_day(network: Network, keeper: Keeping) -> None:
    last, over = today() - timedelta(days=90), today() - timedelta(days=91)
    for app in network.apps.values():
        sessions = app.state.sessions
        for state, day in (("done", over), ("failed", over), ("done", last), ("needs_mapping", over)):
            values = {"id": uuid4(), "state": state, "at": noon(day), "carrier": network.desk.carrier}
            await execute(sessions, IMPORT, **values)
            await execute(sessions, ERROR, id=values["id"], column=f"{state}-{day}")
        for fate, day in (("dead", over), ("dead", last), ("later", over)):
            await execute(sessions, PARKED, fate=fate, reason=f"{fate}-{day}", day=day)
    due = {"imports": Figures(4, over, over), "parked": Figures(2, over, over)}
    before = await stand(network)
    assert await keeper.run(applied=False) == due
    assert await stand(network) == before
    assert await keeper.run(applied=True) == due
    assert await keeper.run(applied=True) == {}
    after = await stand(network)
    touched = {name.partition(".")[2] for name in before if before[name] != after[name]}
    assert touched == {"import_job", "import_error", "parked", "retention_run", "audit"}
    for app in network.apps.values():
        kept = [value for (value,) in await rows(app, 'SELECT "column" FROM import_error ORDER BY 1')]
        assert kept == [f"done-{last}", f"needs_mapping-{over}"]
        assert await rows(app, "SELECT reason FROM parked ORDER BY 1") == [(f"dead-{last}",), (f"later-{over}",)]
        assert await rows(app, RUNS) == [("imports", 2), ("parked", 1)]
        acts = "SELECT subject, carrier_id, cardinality(listed) FROM audit WHERE action = 'import.expired'"
        assert await rows(app, acts) == [("retention", network.desk.carrier, 2)]


def noon(day: date) -> Any:
    """An instant of a day."""
    return YEARS_LATER.replace(year=day.year, month=day.month, day=day.day)


AGE_CASE = "UPDATE counselling_case SET state = :state, closed_on = :day WHERE case_id = :key"
AGE_SESSION = "UPDATE counselling_session SET date = :day, recorded_on = :day WHERE session_id = :key"


async def test_confidential_data_goes_three_years_after_the_case_was_closed(network: Network, keeper: Keeping) -> None:
    sessions = network.apps["counselling"].state.sessions
    last, over = date(today().year - 3, today().month, today().day), None
    over = last - timedelta(days=1)
    cases = {}
    for state, day in (("closed", over), ("closed", last), ("open", None)):
        person = await registered(network, "Beispiel, Eine")
        await network.counsellor.put(f"sessions/{uuid4()}", LINE | {"date": "2026-05-04", "person_id": str(person)})
        case = (await network.counsellor.send("GET", f"cases?person_id={person}")).json()["items"][0]["case_id"]
        content = {"residence_status": "tolerated", "reason": "conversation"}
        await network.counsellor.put(f"cases/{case}/sensitive", content)
        await execute(sessions, AGE_CASE, state=state, day=day, key=UUID(case))
        cases[UUID(case)] = day
    due = {"confidential": Figures(1, over, over)}
    assert await keeper.run(applied=False) == due
    assert await keeper.run(applied=True) == due
    kept = {case for (case,) in await network.of_counselling("SELECT case_id FROM sensitive_record")}
    assert kept == {case for case, day in cases.items() if day != over}
    assert await network.of_counselling("SELECT count(*) FROM counselling_case") == [(3,)]
    acts = "SELECT subject, listed FROM audit WHERE action = 'sensitive.expired'"
    assert await network.of_counselling(acts) == [("retention", [case for case, day in cases.items() if day == over])]


async def test_an_imported_reference_goes_when_all_under_it_is_old(network: Network, keeper: Keeping) -> None:
    sessions, counsellor = network.apps["counselling"].state.sessions, network.counsellor
    over = date(today().year - 10, today().month, today().day) - timedelta(days=1)
    keys: dict[str, list[str]] = {"Xqzalt": [], "Xqzjung": []}
    for reference, aged in (("Xqzalt", True), ("Xqzalt", True), ("Xqzjung", True), ("Xqzjung", False)):
        key = str(uuid4())
        await counsellor.put(f"sessions/{key}", LINE | {"date": "2026-05-04", "person_ref": reference})
        keys[reference].append(key)
        if aged:
            await execute(sessions, AGE_SESSION, day=over, key=UUID(key))
    due = {"imported_references": Figures(2, over, over)}
    assert await keeper.run(applied=False) == due
    assert await keeper.run(applied=True) == due
    found = await network.of_counselling("SELECT session_id, person_key IS NULL, erased FROM counselling_session")
    assert {str(key): (bare, erased) for key, bare, erased in found} == {
        **dict.fromkeys(keys["Xqzalt"], (True, True)),
        **dict.fromkeys(keys["Xqzjung"], (False, False)),
    }
    # Whoever comes back after the period is new, even if that is told late.
    assert await network.of_counselling("SELECT erased_on FROM tombstone WHERE hashed LIKE 'r:%'") == [(over,)]


NAME = """
    INSERT INTO account_name (subject, name, role, carriers, seen_at) VALUES (:name, :name, 'counsellor', '[]', :at)
"""
FAILURE = "INSERT INTO sign_in_failure (username, count, last_at) VALUES (:name, 1, :at)"


async def test_the_gateway_lets_go_old_names_of_accounts_and_failed_sign_ins(network: Network, keeper: Keeping) -> None:
    month = today() - timedelta(days=30)
    for name, day in (("last day", month), ("over", month - timedelta(days=1))):
        await execute(keeper.sessions, FAILURE, name=name, at=noon(day))
        await execute(keeper.sessions, NAME, name=name, at=noon(day))
    assert set(await keeper.run(applied=False)) == {"sign_in_failures"}
    assert (await keeper.run(applied=True))["sign_in_failures"].count == 1
    async with keeper.sessions() as session:
        connection = await session.connection()
        left = (await connection.exec_driver_sql("SELECT username FROM sign_in_failure")).all()
        assert [tuple(row) for row in left] == [("last day",)]
        assert len((await connection.exec_driver_sql("SELECT 1 FROM account_name")).all()) == 2
    assert network.apps
