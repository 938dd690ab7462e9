"""The whole calibrated history, counted again from its files: every printed figure comes out, by whoever counts it.

A fitted history proves that nothing is lost, not that counting is right; that is proved by cases written by hand.
"""

import gc
from typing import Any

import pytest

from deploy.demo.history.__main__ import carriers_of
from deploy.demo.history.counts import networks, targets
from deploy.demo.history.files import files
from deploy.local.accounts import make_structure
from tests.support.recount import Recount
from tests.support.recount_questions import FAIR, RECOGNITION, ask

SEED = 2022
TARGETS = {target["id"]: target for target in targets()}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def recount() -> Recount:
    found = Recount()
    gc.disable()  # nothing made here is cyclic, and looking for cycles would take a third of the time
    try:
        for network in networks():
            for file in files(network, carriers_of(make_structure({}, [network])[network]), SEED):
                found.take(network, file.carrier, file.kind, file.content())
            found.close()
    finally:
        gc.enable()
    return found


def answer(recount: Recount, target: dict[str, Any], view: str) -> float:
    value = ask(recount, target, view)
    if target.get("qualifier") == "more_than":
        return value - 1
    if target.get("measure") != "share":
        return value
    whole = {name: wanted for name, wanted in target["filter"].items() if name not in ("occupation_group", "form")}
    return round(100 * value / ask(recount, target | {"filter": whole}, view), 1)


def test_there_are_all_targets() -> None:
    assert len(TARGETS) == len(targets()) == 172


def test_every_target_comes_out_in_the_networks(recount: Recount) -> None:
    found = {name: answer(recount, target, "network") for name, target in TARGETS.items()}
    assert found == {name: target["value"] for name, target in TARGETS.items()}


def test_every_target_comes_out_at_the_centre(recount: Recount) -> None:
    asked = {name: target for name, target in TARGETS.items() if target.get("answered_by") != "networks"}
    found = {name: answer(recount, target, "centre") for name, target in asked.items()}
    assert found == {name: target["value"] for name, target in asked.items()}


def test_printed_shares_come_out(recount: Recount) -> None:
    shown = 0
    for name, target in TARGETS.items():
        if "share_percent" in target:
            left = target["filter"]
            dropped = next(part for part in ("nationality", "area", "state") if part in left)
            whole = ask(recount, target | {"filter": {part: left[part] for part in left if part != dropped}})
            digits = 1 if dropped == "nationality" else 0
            assert round(100 * target["value"] / whole, digits) == target["share_percent"], name
            shown += 1
    assert shown == 18


# Typed by hand from the source, so that a wrong list of targets is found too.
OLD = {"indicator": "first_counsellings", "to": "2018-12", "as_of": "2019-01-15"}
NEW = {"indicator": "first_counsellings", "from": "2019-01", "to": "2022-09", "as_of": "2022-10-15"}
COUNSELLING = {"programme_line": RECOGNITION}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (OLD | {"filter": COUNSELLING}, 194_568),
        (OLD | {"filter": COUNSELLING | {"refugee_background": "yes"}}, 63_487),
        (NEW | {"filter": COUNSELLING}, 181_175),
        (NEW | {"filter": COUNSELLING | {"refugee_background": "yes"}}, 45_540),
        ({"indicator": "fair_integration_total", "to": "2022-06", "as_of": "2022-07-07"}, 58_988),
        ({"indicator": "qualification_entries"}, 32_439),
        ({"indicator": "qualification_successes"}, 20_853),
        ({"indicator": "intercultural_participants"}, 179_258),
        ({"indicator": "skilled_worker_participants"}, 35_572),
        ({"indicator": "transfers"}, 97),
        ({"indicator": "good_practice_sheets"}, 62),
        ({"indicator": "migrant_organisations", "from": "2019-01", "to": "2022-12"}, 22),
    ],
)
def test_sums_of_the_national_tables(recount: Recount, question: dict[str, Any], value: int) -> None:
    assert ask(recount, question) == value


@pytest.mark.parametrize("view", ["network", "centre"])
def test_a_stichtag_shows_what_was_known_and_today_the_same_as_the_printed_one(recount: Recount, view: str) -> None:
    firsts = OLD | {"filter": COUNSELLING}
    days = ("2019-01-15", "2019-02-20", "2026-11-24")
    assert [ask(recount, firsts | {"as_of": day}, view) for day in days] == [194_568, 194_548, 194_568]


def test_corrections_withdrawals_and_heirs_are_as_many_as_planted(recount: Recount) -> None:
    recount.db.execute("create index person on session (region, carrier, person)")
    same = "n.region = s.region and n.carrier = s.carrier and n.person = s.person and n.line = s.line and n.day = s.day"
    ((corrected,),) = recount.db.execute(
        f"select count(*) from session s join session n on {same} and n.since = s.until "
        "where s.type = 'first' and n.type = 'first' and s.nationality <> n.nationality and s.refugee = 'no'"
    )
    ((heirs,),) = recount.db.execute(
        f"select count(*) from session s join session n on {same} and n.since = s.until "
        "where s.type = 'follow_up' and n.type = 'first' and s.region = 'bw' and n.seen = 'no'"
    )
    ((gone,),) = recount.db.execute(
        "select count(*) from session s where s.until < '9999' and not exists "
        f"(select 1 from session n where {same} and n.since = s.until)"
    )
    assert (corrected, heirs, gone) == (3_000, 40, 340)


@pytest.mark.parametrize("day", ["2019-01-15", "2022-06-30", "2022-10-15", "2026-11-24"])
@pytest.mark.parametrize("view", ["", "centre_"])
def test_nobody_is_first_twice_or_followed_up_before(recount: Recount, day: str, view: str) -> None:
    wrong = recount.db.execute(
        "select region, carrier, person, line, day < '2019' as old, sum(type = 'first') as firsts, "
        "min(case when type = 'first' then day end) as first, min(day) as earliest from session "
        f"where type in ('first', 'follow_up') and {view}since <= ? and {view}until > ? "
        "group by 1, 2, 3, 4, 5 having firsts <> 1 or first > earliest",
        (day, day),
    )
    assert wrong.fetchall() == []


def test_nothing_lies_before_its_line_began(recount: Recount) -> None:
    starts = dict(recount.db.execute("select line, min(day) from session group by line"))
    assert starts[FAIR] >= "2017-11-01"
    assert starts[RECOGNITION] >= "2015-01-01"
    months = dict(recount.db.execute("select line, min(month) from meeting group by line"))
    assert months["skilled_worker_networks"] >= "2019-01"


@pytest.mark.parametrize(
    ("first", "last", "as_of", "top"),
    [
        ("2015-01-01", "2018-12-31", "2019-01-15", ["SY", "DE", "RU", "PL", "IR"]),
        ("2019-01-01", "2022-09-30", "2022-10-15", ["SY", "TR", "UA", "DE", "IR"]),
    ],
)
def test_the_five_largest_nationalities(recount: Recount, first: str, last: str, as_of: str, top: list[str]) -> None:
    ranked = recount.db.execute(
        "select nationality, count(*) from session where type = 'first' and line = ? and day between ? and ? "
        "and since <= ? and until > ? group by 1 order by 2 desc, 1 limit 6",
        (RECOGNITION, first, last, as_of, as_of),
    ).fetchall()
    assert [code for code, _ in ranked[:5]] == top
    assert ranked[5][1] < ranked[4][1]


@pytest.mark.parametrize(
    ("entered", "top"),
    [
        ("2015-2018", ["physician", "nurse", "engineer", "business_economist", "teacher"]),
        ("2019-2022", ["physician", "nurse", "engineer", "teacher", "educator"]),
    ],
)
def test_the_five_largest_occupation_groups(recount: Recount, entered: str, top: list[str]) -> None:
    ranked = recount.db.execute(
        "select occupation, count(*) from participation where round = ? and until > '9999' "
        "and occupation not in ('other', 'not_stated') group by 1 order by 2 desc, 1 limit 6",
        (entered,),
    ).fetchall()
    assert [group for group, _ in ranked[:5]] == top
    assert ranked[5][1] < ranked[4][1]


def test_ukrainians_come_with_the_war(recount: Recount) -> None:
    ((after,),) = recount.db.execute(
        "select count(*) from session where type = 'first' and nationality = 'UA' and line = ? and until > '9999' "
        "and day >= '2022-03-01'",
        (RECOGNITION,),
    )
    assert after == 9_000
