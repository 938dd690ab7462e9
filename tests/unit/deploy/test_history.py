"""The calibrated history as files: the same every time, taken by the import as they are, beside what the seed makes."""

import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from deploy.demo.history import checks
from deploy.demo.history.__main__ import carriers_of, main
from deploy.demo.history.counts import networks
from deploy.demo.history.dealing import deal, deal_round, shares, sizes_of_groups, split
from deploy.demo.history.files import HistoryFile, files
from deploy.demo.history.people import Person, Session
from deploy.demo.history.rows import Carrier
from deploy.demo.history.structure import Unit, structure
from deploy.demo.seed import units
from deploy.local.accounts import make_structure
from services.counselling.importing import GROUPS, SESSIONS
from services.registration.importing import ITEMS, MEETINGS, OFFERINGS, PARTICIPATIONS, STRUCTURE
from shared.importing.kinds import Kind
from shared.importing.mapping import match_header, read_header
from shared.importing.reader import read_lines
from shared.importing.scan import Scan
from shared.topology import load_topology

KINDS = ["structure", "offerings", "sessions", "groups", "meetings", "participations", "items"]


@cache
def saarland(seed: int = 2022) -> tuple[HistoryFile, ...]:
    return tuple(files("sl", carriers_of(make_structure({}, ["sl"])["sl"]), seed))


def digest(found: tuple[HistoryFile, ...]) -> str:
    return hashlib.sha256(b"".join(file.content() for file in found)).hexdigest()


def test_a_seed_gives_the_same_bytes_each_time_and_another_one_others() -> None:
    first = digest(saarland())
    saarland.cache_clear()
    assert digest(saarland()) == first
    assert digest(saarland(7)) != first


def test_files_come_in_the_order_of_sending() -> None:
    kinds = list(dict.fromkeys(file.kind for file in saarland()))
    assert kinds == KINDS
    names = [file.name for file in saarland() if file.carrier == "sl-a"]
    assert names == [
        "offerings.csv", "sessions.csv", "sessions.2.csv", "groups.csv", "meetings.csv", "participations.csv",
        "items.csv", "items.2.csv", "items.3.csv",
    ]  # fmt: skip
    assert {file.carrier for file in saarland()} == {None, "sl-a", "sl-b"}


def scan(file: HistoryFile, kind: Kind) -> Scan:
    lines = read_lines(io.BytesIO(file.content()), kind.title)
    header, rows = read_header(kind, lines)
    found = Scan(match_header(kind, header, {}), strict=True)
    assert found.plan.problems(strict=True) == []
    found.read(rows)
    return found


@pytest.mark.parametrize(
    "kind",
    [STRUCTURE, OFFERINGS, SESSIONS, GROUPS, MEETINGS, PARTICIPATIONS, ITEMS],
    ids=lambda kind: str(kind.name),
)
def test_the_import_takes_every_cell(kind: Kind) -> None:
    for file in saarland():
        if file.kind == kind.name:
            found = scan(file, kind)
            assert (found.rejected, found.errors, found.unknown) == (0, [], {})
            assert len(found.rows) == len(file.rows)


def test_a_changed_row_is_later_than_the_row_before_and_never_new() -> None:
    for carrier in ("sl-a", "sl-b"):
        for kind in ("sessions", "items"):
            sent = [file for file in saarland() if (file.carrier, file.kind) == (carrier, kind)]
            days: dict[Any, Any] = {row["external_id"]: row["recorded_on"] for row in sent[0].rows}
            for file in sent[1:]:
                for row in file.rows:
                    assert days[row["external_id"]] < row["recorded_on"]
                    days[row["external_id"]] = row["recorded_on"]


def test_names_of_records_are_unique_within_a_file() -> None:
    for file in saarland():
        assert len({row["external_id"] for row in file.rows}) == len(file.rows)


def test_records_name_the_offices_of_their_carrier_that_were_open() -> None:
    carriers = [Carrier("x-1", ("north", "south")), Carrier("x-2", ("east", "west"))]
    offices = {"x-1": {"north", "south"}, "x-2": {"east", "west"}}
    for file in files("sl", carriers, 1):
        if file.carrier and file.kind != "items" and "office" in file.rows[0]:
            assert {row["office"] for row in file.rows} <= offices[file.carrier]
    seeded = [body for carrier in make_structure({}, ["sl"])["sl"] for _, body in units(carrier)]
    assert {body["valid_from"] for body in seeded if body["kind"] == "office"} == {"2015-01-01"}


@pytest.mark.parametrize("network", networks())
def test_added_structure_goes_beside_the_seeded_one(network: str) -> None:
    seeded = [body for carrier in make_structure({}, [network])[network] for _, body in units(carrier)]
    added = structure(network)
    assert not {unit.code for unit in added} & {body["code"] for body in seeded}
    assert not any(body["carrier_is_migrant_organisation"] for body in seeded)
    known: set[str] = set()
    for unit in added:
        assert unit.parent in {"", *known}
        assert (unit.valid_from == date(2019, 1, 1)) == unit.migrant_organisation
        assert len(unit.code) <= 40
        known.add(unit.code)


def test_there_is_a_history_for_every_network() -> None:
    assert set(networks()) == set(load_topology())
    with pytest.raises(ValueError, match="xx: no history"):
        next(files("xx", [], 1))


def test_the_command_writes_a_folder_per_network_and_carrier(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["history", str(tmp_path), "--networks", "sl"])
    main()
    assert (tmp_path / "sl" / "structure.csv").read_bytes() == saarland()[0].content()
    assert (tmp_path / "sl" / "sl-b" / "sessions.2.csv").exists()


def test_cards_are_dealt_without_one_left_or_two_alike_in_a_hand() -> None:
    hands = deal_round({"pay": 3, "dismissal": 2, "other": 1}, 4, random.Random(1))
    assert sorted(card for hand in hands for card in hand) == ["dismissal"] * 2 + ["other"] + ["pay"] * 3
    assert all(hand and len(set(hand)) == len(hand) for hand in hands)
    assert sorted(map(len, hands)) == [1, 1, 2, 2]
    with pytest.raises(ValueError, match="cannot be dealt"):
        deal_round({"pay": 5}, 4, random.Random(1))
    dealt = deal("aabbbc", {"x": 2, "y": 4}, random.Random(1))
    assert sorted(dealt["x"] + dealt["y"]) == list("aabbbc")
    with pytest.raises(ValueError, match="3 values for 4 places"):
        deal("abc", {"x": 4}, random.Random(1))


def test_totals_are_kept_when_they_are_divided() -> None:
    assert split(11, 3) == [4, 4, 3]
    assert shares(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    for total in range(4, 200):
        groups = sizes_of_groups(total, 4, 25, random.Random(total))
        assert sum(groups) == total
        assert all(4 <= size <= 25 for size in groups)


def person_of(ref: str) -> Person:
    return Person(ref, 0, "female", 1980, "yes", "de", "")


def sessions_of(*kinds: tuple[str, str]) -> Iterator[Session]:
    who = person_of("p1")
    for kind, day in kinds:
        on = date.fromisoformat(day)
        yield Session(on, on, "recognition_counselling", kind, who, "SY", "yes", "phone")


def test_a_second_first_in_a_round_is_refused() -> None:
    once = list(sessions_of(("first", "2015-02-01"), ("follow_up", "2015-03-01"), ("first", "2019-02-01")))
    checks.check_sessions("rp", once)
    with pytest.raises(ValueError, match=r"rp, p1, as of 2019-01-15: not one first"):
        checks.check_sessions("rp", [*once, replace(once[0], day=date(2016, 1, 1), recorded_on=date(2016, 1, 1))])


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ([("follow_up", "2015-03-01")], "not one first"),
        ([("follow_up", "2015-03-01"), ("first", "2015-04-01")], "not one first"),
        ([("first", "2018-03-01"), ("follow_up", "2019-03-01")], "not one first"),
    ],
)
def test_a_follow_up_without_a_first_before_it_is_refused(kinds: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checks.check_sessions("rp", list(sessions_of(*kinds)))


def test_days_that_cannot_be_are_refused() -> None:
    (session,) = sessions_of(("first", "2015-02-01"))
    with pytest.raises(ValueError, match="recorded on 2015-01-31, before its day 2015-02-01"):
        checks.check_sessions("rp", [replace(session, recorded_on=date(2015, 1, 31))])
    with pytest.raises(ValueError, match="before the start"):
        checks.check_sessions("rp", [replace(session, programme_line="fair_integration")])
    with pytest.raises(ValueError, match="not later than its record"):
        checks.check_sessions("rp", [replace(session, changed_on=session.day)])
    with pytest.raises(ValueError, match="the seed has this unit"):
        checks.check_structure([Unit(kind="office", code="rp-a-1", name="x")], ["rp-a"])


def test_a_count_that_misses_the_printed_sum_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.PRINTED, "firsts 2015-2018", 194_567)
    with pytest.raises(ValueError, match="firsts 2015-2018: 194568 instead of 194567"):
        checks.check_solution.__wrapped__()
