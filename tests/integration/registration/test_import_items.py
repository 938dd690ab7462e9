"""Offerings, meetings and items from files; expected by hand (contracts §4, §5)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from tests.support.imports import Register

OFFERINGS = (
    "external_id;programme_line;format;form;delivery;topic;target_groups;office;starts;ends;recorded_on;withdrawn_on"
)
COURSE = "APQ-1;qualification;;Kurs;Blended Learning;;;;2018-03-01;2018-09-30;2018-02-01;"
MEETINGS = "external_id;date;programme_line;format;participants;offering;number;recorded_on;withdrawn_on"
ITEMS = "external_id;item_kind;state;round;area;delivery;route;offering;recorded_on;withdrawn_on"
TODAY = clock.today().isoformat()


async def offering(admin: Register, code: str) -> tuple[Any, ...]:
    statement = (
        "SELECT revision, withdrawn, recorded_on::text, programme_line, form, delivery, carrier_id, origin "
        "FROM offering WHERE external_id = :code"
    )
    ((*found,),) = await admin.rows(statement, code=code)
    return tuple(found)


async def test_an_offering_is_kept_changed_and_withdrawn_and_says_nothing_to_anyone(admin: Register) -> None:
    assert await admin.file("offerings", OFFERINGS, COURSE) == (1, 0, [])
    common = ("qualification", "course", "blended", admin.carrier, "imported")
    assert await offering(admin, "APQ-1") == (1, False, "2018-02-01", *common)
    assert await admin.file("offerings", OFFERINGS, COURSE) == (0, 1, [])
    changed = COURSE.replace("2018-09-30", "2018-10-31").replace("2018-02-01", "2018-03-05")
    assert await admin.file("offerings", OFFERINGS, changed) == (1, 0, [])
    assert await offering(admin, "APQ-1") == (2, False, "2018-03-05", *common)
    assert await admin.file("offerings", OFFERINGS, changed + "2018-04-01") == (1, 0, [])
    assert await offering(admin, "APQ-1") == (4, True, "2018-04-01", *common)
    assert await admin.rows("SELECT 1 FROM outbox") == []


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("A;qualification;;;;;;nirgends;;;;", "office", "steht nicht im Strukturregister Ihres Trägers"),
        ("A;qualification;;;;;;;2018-03-01;2018-02-28;;", "ends", "Das Ende liegt vor dem Beginn"),
        ("A;Bastelkurs;;;;;;;;;;", "programme_line", "nicht vorgesehen"),
    ],
)
async def test_an_impossible_offering_is_rejected(admin: Register, row: str, column: str, words: str) -> None:
    ((line, named, message),) = (await admin.file("offerings", OFFERINGS, row)).rejected
    assert (line, named) == (2, column)
    assert words in message


async def test_an_offering_in_use_keeps_its_line_and_stays_but_may_be_described(admin: Register) -> None:
    await admin.file("participations", "external_id;offering;entered_on", "P1;APQ-1;2018-03-01")
    other = COURSE.replace("qualification", "intercultural")
    ((_, column, message),) = (await admin.file("offerings", OFFERINGS, other)).rejected
    assert (column, "schon Teilnahmen im Handlungsfeld „Qualifizierung“" in message) == ("programme_line", True)
    ((_, column, _),) = (await admin.file("offerings", OFFERINGS, COURSE + "2020-01-01")).rejected
    assert column == "withdrawn_on"
    # It only came up in a participation, today: that is not held against the day of its own row.
    assert await admin.file("offerings", OFFERINGS, COURSE) == (1, 0, [])
    assert (await offering(admin, "APQ-1"))[:5] == (2, False, TODAY, "qualification", "course")


async def test_a_withdrawn_offering_takes_no_participation(admin: Register) -> None:
    await admin.file("offerings", OFFERINGS, COURSE + "2018-04-01")
    rows = ("external_id;offering;entered_on", "P1;APQ-1;2018-05-01")
    ((_, column, message),) = (await admin.file("participations", *rows)).rejected
    assert (column, "wurde zurückgezogen" in message) == ("offering", True)


async def test_a_meeting_belongs_to_an_offering_of_its_carrier_or_is_rejected(admin: Register) -> None:
    await admin.file("offerings", OFFERINGS, "IK-1;intercultural;;;;;;;;;;")
    row = "M1;2021-05-04;intercultural;Schulung;12;IK-1;1;2021-05-05;"
    assert await admin.file("meetings", MEETINGS, row, row.replace("M1", "M2").replace("IK-1", "")) == (2, 0, [])
    assert await admin.file("meetings", MEETINGS, row) == (0, 1, [])
    ((offering_id,),) = await admin.rows("SELECT offering_id FROM offering")
    events = await admin.events("meeting_held", "region")
    assert [event["offering_id"] for event in events] == [str(offering_id), None]
    assert "offering_id" not in (await admin.events("meeting_held"))[0]
    for register, code in ((admin, "IK-2"), (admin.at(uuid4()), "IK-1")):
        ((line, column, message),) = (
            await register.file("meetings", MEETINGS, row.replace("M1", "M3").replace("IK-1", code))
        ).rejected
        assert (line, column) == (2, "offering")
        assert f"„{code}“ gibt es bei Ihrem Träger nicht" in message


async def test_a_changed_or_withdrawn_meeting_is_its_next_revision(admin: Register) -> None:
    row = "M1;2021-05-04;intercultural;Schulung;12;;2;2021-05-05;"
    await admin.file("meetings", MEETINGS, row)
    await admin.file(
        "meetings", MEETINGS, row.replace(";12;", ";9;").replace("2021-05-05", "2021-06-01") + "2021-07-01"
    )
    events = await admin.events("meeting_held")
    assert [(e["revision"], e["withdrawn"], e["recorded_on"], e["participants"]) for e in events] == [
        (1, False, "2021-05-05", 12),
        (2, False, "2021-06-01", 9),
        (3, True, "2021-07-01", 9),
    ]
    assert [event["new_participants"] for event in events] == [0, 0, 0]  # not its first meeting


async def test_the_history_of_a_transfer_is_one_file_per_state(admin: Register) -> None:
    await admin.file("offerings", OFFERINGS, COURSE)
    planned = "T1;Verstetigung;geplant;;;Blended Learning;;APQ-1;2021-03-01;"
    started = planned.replace("geplant", "begonnen").replace("2021-03-01", "2021-11-15")
    completed = "T1;Verstetigung;abgeschlossen;;health;Blended Learning;AZAV;APQ-1;2022-09-20;"
    for row in (planned, started, completed):
        assert await admin.file("items", ITEMS, row) == (1, 0, [])
    assert await admin.file("items", ITEMS, completed) == (0, 1, [])
    events = await admin.events("item_changed")
    assert [(e["revision"], e["recorded_on"], e["state"], e["area"], e["route"]) for e in events] == [
        (1, "2021-03-01", "planned", None, None),
        (2, "2021-11-15", "started", None, None),
        (3, "2022-09-20", "completed", "health", "azav"),
    ]
    assert events == await admin.events("item_changed", "region")
    assert events[0] == {
        "item_id": events[0]["item_id"],
        "revision": 1,
        "withdrawn": False,
        "recorded_on": "2021-03-01",
        "item_kind": "transfer",
        "state": "planned",
        "round": None,
        "area": None,
        "delivery": "blended",
        "route": None,
        "public": None,
    }
    ((code,),) = await admin.rows(
        "SELECT offering.external_id FROM item JOIN offering ON item.offering_id = offering.offering_id"
    )
    assert code == "APQ-1"


async def test_the_round_of_an_example_is_its_field_and_not_the_day_it_was_recorded(admin: Register) -> None:
    rows = (
        "G1;good_practice;published;2015-2018;;;;;2019-05-02;",
        "G2;Good Practice;veröffentlicht;2019–2022;;;;;2019-05-02;",
    )
    assert await admin.file("items", ITEMS, *rows) == (2, 0, [])
    assert [event["round"] for event in await admin.events("item_changed")] == ["2015-2018", "2019-2022"]
    assert {event["delivery"] for event in await admin.events("item_changed")} == {"not_stated"}


async def test_a_changed_item_is_recorded_later_or_today_and_is_withdrawn_on_its_day(admin: Register) -> None:
    row = "T1;transfer;planned;;;;;;2021-03-01;"
    await admin.file("items", ITEMS, row)
    older = row.replace("planned", "started").replace("2021-03-01", "2021-02-01")
    ((_, column, _),) = (await admin.file("items", ITEMS, older)).rejected
    assert column == "recorded_on"
    await admin.file("items", ITEMS, row + "2021-09-01")
    await admin.file("items", ITEMS, row.replace("planned", "started"))
    events = await admin.events("item_changed")
    assert [(e["revision"], e["withdrawn"], e["recorded_on"], e["state"]) for e in events] == [
        (1, False, "2021-03-01", "planned"),
        (2, False, "2021-09-01", "planned"),
        (3, True, "2021-09-01", "planned"),
        (4, False, TODAY, "started"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (
            "I;transfer;published;;;;;;;",
            "state",
            "„Verstetigung“ kann nicht „veröffentlicht“ sein. Möglich sind: geplant",
        ),
        ("I;good_practice;completed;;;;;;;", "state", "kann nicht „abgeschlossen“ sein"),
        ("I;transfer;planned;2016-2018;;;;;;", "round", "nicht vorgesehen"),
        ("I;transfer;planned;;;;;APQ-9;;", "offering", "„APQ-9“ gibt es bei Ihrem Träger nicht"),
        ("I;transfer;planned;;;;;;2099-01-01;", "recorded_on", "liegt in der Zukunft"),
        ("I;transfer;planned;;;;;;2020-01-02;2020-01-01", "withdrawn_on", "vor dem Erfassungsdatum"),
    ],
)
async def test_an_impossible_item_is_rejected(admin: Register, row: str, column: str, words: str) -> None:
    ((line, named, message),) = (await admin.file("items", ITEMS, row)).rejected
    assert (line, named) == (2, column)
    assert words in message


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("offerings", (OFFERINGS, COURSE, COURSE)),
        ("items", (ITEMS, "I;transfer;planned;;;;;;;", "I;transfer;started;;;;;;;")),
        ("meetings", (MEETINGS, *["M1;2021-05-04;intercultural;Schulung;12;;1;;"] * 2)),
    ],
)
async def test_an_id_stands_in_a_file_once_and_is_free_at_another_carrier(
    admin: Register, kind: str, lines: tuple[str, ...]
) -> None:
    outcome = await admin.file(kind, *lines)
    assert (outcome.accepted, [(line, column) for line, column, _ in outcome.rejected]) == (1, [(3, "external_id")])
    assert await admin.at(uuid4()).file(kind, *lines[:2]) == (1, 0, [])
    assert await admin.file(kind, *lines[:2]) == (0, 1, [])


async def test_an_offering_of_another_carrier_is_not_an_offering(admin: Register) -> None:
    await admin.file("offerings", OFFERINGS, COURSE)
    stranger = admin.at(UUID(int=7))
    ((_, column, _),) = (await stranger.file("items", ITEMS, "I;transfer;planned;;;;;APQ-1;;")).rejected
    assert column == "offering"
    await stranger.file("participations", "external_id;offering;entered_on", "P1;APQ-1;2018-03-01")
    found = await admin.rows("SELECT carrier_id, row_hash IS NULL FROM offering ORDER BY 2")
    assert [tuple(row) for row in found] == [(admin.carrier, False), (UUID(int=7), True)]
