"""The demo's records keep the rules that a network's own would keep (CNS-02, HSP-01, HSP-02)."""

import csv
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from deploy.demo.desk import APPOINTMENTS, Desk, workday
from deploy.demo.records import START, as_csv, meeting_rows, session_rows
from deploy.demo.seed import units
from deploy.local.accounts import make_structure

TODAY = date(2026, 11, 24)
OFFICES = ("rp-a-1", "rp-a-2")


@pytest.fixture(scope="module")
def sessions() -> list[dict[str, object]]:
    return session_rows("rp-a", OFFICES, 200, TODAY)


def test_records_lie_after_2022_and_never_in_the_future(sessions: list[dict[str, object]]) -> None:
    rows = [*sessions, *meeting_rows("rp-a", OFFICES, 20, TODAY)]
    assert all(START <= row["date"] <= row["recorded_on"] <= TODAY for row in rows)
    assert len({row["external_id"] for row in rows}) == len(rows) >= 220


def test_a_person_is_first_once_and_before_each_follow_up(sessions: list[dict[str, object]]) -> None:
    known = [row for row in sessions if row["person_ref"]]
    firsts = Counter(row["person_ref"] for row in known if row["session_type"] == "first")
    assert set(firsts.values()) == {1}
    seen: set[object] = set()
    for row in known:
        assert row["session_type"] == "first" or row["person_ref"] in seen
        seen.add(row["person_ref"])


def test_only_fair_integration_has_occasions(sessions: list[dict[str, object]]) -> None:
    lines = {row["programme_line"] for row in sessions if row["occasions"]}
    assert lines == {"fair_integration"}


def test_the_same_seed_gives_the_same_records_and_another_carrier_others(sessions: list[dict[str, object]]) -> None:
    assert session_rows("rp-a", OFFICES, 200, TODAY) == sessions
    assert session_rows("rp-b", OFFICES, 200, TODAY)[0]["date"] != sessions[0]["date"]


def test_the_file_is_what_the_import_takes(sessions: list[dict[str, object]]) -> None:
    lines = list(csv.DictReader(as_csv(sessions).decode().splitlines(), delimiter=";"))
    assert len(lines) == len(sessions)
    assert lines[0]["date"] == str(sessions[0]["date"])


def test_parents_of_the_structure_come_first() -> None:
    carrier = make_structure({}, ["rp"])["rp"][0]
    known: set[str] = set()
    kinds: Counter[str] = Counter()
    for structure_id, body in units(carrier):
        assert body.get("parent_id") is None or body["parent_id"] in known
        known.add(structure_id)
        kinds[body["kind"]] += 1
    assert kinds == {"carrier": 1, "sub_project": 6, "office": 2}


@pytest.mark.parametrize("ahead", range(5))
@pytest.mark.parametrize("day", [date(2026, 11, 23 + offset) for offset in range(7)])
def test_appointments_lie_on_working_days_when_the_office_is_open(day: date, ahead: int) -> None:
    found = workday(day, ahead + 1)
    assert found > day
    assert found.weekday() < 5
    assert all(at is None or ahead is not None for _, ahead, at, *_ in APPOINTMENTS)


def test_what_the_desk_records_is_the_same_each_time_and_other_elsewhere() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.asked: list[tuple[str, Any]] = []

        def request(self, _method: str, path: str, *, json: Any) -> None:
            self.asked.append((path, json))

    def recorded(carrier: str) -> list[tuple[str, Any]]:
        gateway = Recorder()
        desk = Desk(gateway, carrier)  # type: ignore[arg-type]  # all that it asks of a gateway here
        desk.appoint("an office", TODAY)
        desk.work(["a case", "another"], "rp", TODAY)
        return gateway.asked

    mine, other = recorded("rp-a"), recorded("sn-a")
    assert mine == recorded("rp-a")
    assert not {path for path, _ in mine} & {path for path, _ in other}
    keys = [path.rpartition("/")[2] for path, _ in mine]
    assert {UUID(key).version for key in keys} == {4}
    assert len(set(keys)) == len(keys)
