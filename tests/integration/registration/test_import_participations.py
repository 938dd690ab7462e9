"""Participations from a file: entry and end are two revisions; expected by hand (contracts §4, §5)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from tests.support.imports import Register

HEADER = (
    "external_id;offering;entered_on;person_ref;nationality;gender;birth_year;reference_occupation;form;"
    "ended_on;result;success;ended_recorded_on;recorded_on;withdrawn_on"
)
RUNNING = "P1;APQ-1;2018-12-31;CANARY-7;SY;w;1990;8130;Kurs;;;;;2019-01-08;"
ENDED = "P1;APQ-1;2018-12-31;CANARY-7;SY;w;1990;8130;Kurs;2019-03-15;beendet;full_equivalence;2019-04-02;2019-01-08;"


def told(event: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(event[name] for name in names)


STATE = ("revision", "withdrawn", "recorded_on", "month_ended", "result", "success")


async def test_a_row_with_an_end_becomes_an_entry_and_an_end_across_the_border_of_a_round(admin: Register) -> None:
    assert await admin.file("participations", HEADER, ENDED) == (1, 0, [])
    entry, end = await admin.events("participation_recorded")
    common = {
        "participation_id": entry["participation_id"],
        "withdrawn": False,
        "origin": "imported",
        "programme_line": "qualification",
        "month_entered": "2018-12",
        "delivery": "not_stated",
        "form": "course",
        "came_from_counselling": "not_stated",
    }
    assert entry == common | {
        "revision": 1,
        "recorded_on": "2019-01-08",
        "month_ended": None,
        "result": None,
        "success": None,
    }
    assert end == common | {
        "revision": 2,
        "recorded_on": "2019-04-02",
        "month_ended": "2019-03",
        "result": "finished",
        "success": "full_equivalence",
    }
    _, full = await admin.events("participation_recorded", "region")
    assert told(full, "nationality", "gender", "age_group", "reference_occupation", "carrier_id") == (
        "SY",
        "female",
        "18_29",  # 2018 - 1990
        "8130",
        str(admin.carrier),
    )
    assert full["refugee_background"] == "not_stated"


async def test_the_end_without_a_day_of_its_own_is_recorded_by_the_later_of_both(admin: Register) -> None:
    rows = (
        "A;X;2020-01-10;;;;;;;2020-06-30;;;;2020-02-01;",
        "B;X;2020-01-10;;;;;;;2020-06-30;;;;2020-08-01;",
    )
    assert await admin.file("participations", HEADER, *rows) == (2, 0, [])
    days = [told(event, "revision", "recorded_on") for event in await admin.events("participation_recorded")]
    assert days == [(1, "2020-02-01"), (2, "2020-06-30"), (1, "2020-08-01"), (2, "2020-08-01")]


async def test_an_end_that_comes_with_a_later_file_is_the_second_revision(admin: Register) -> None:
    await admin.file("participations", HEADER, RUNNING)
    assert await admin.file("participations", HEADER, RUNNING) == (0, 1, [])
    assert await admin.file("participations", HEADER, ENDED) == (1, 0, [])
    assert await admin.file("participations", HEADER, ENDED) == (0, 1, [])
    assert [told(event, *STATE) for event in await admin.events("participation_recorded")] == [
        (1, False, "2019-01-08", None, None, None),
        (2, False, "2019-04-02", "2019-03", "finished", "full_equivalence"),
    ]


async def test_an_end_that_comes_without_a_day_was_recorded_today(admin: Register) -> None:
    await admin.file("participations", HEADER, RUNNING)
    await admin.file("participations", HEADER, ENDED.replace("2019-04-02", ""))
    last = (await admin.events("participation_recorded"))[-1]
    assert told(last, "revision", "recorded_on") == (2, clock.today().isoformat())


async def test_a_changed_row_with_a_new_day_tells_entry_and_end_anew(admin: Register) -> None:
    await admin.file("participations", HEADER, RUNNING)
    await admin.file("participations", HEADER, ENDED.replace(";SY;", ";IQ;").replace("2019-01-08", "2019-02-01"))
    events = await admin.events("participation_recorded", "region")
    assert [told(event, "revision", "recorded_on", "month_ended", "nationality") for event in events] == [
        (1, "2019-01-08", None, "SY"),
        (2, "2019-02-01", None, "IQ"),
        (3, "2019-04-02", "2019-03", "IQ"),
    ]


@pytest.mark.parametrize(
    ("change", "day"),
    [
        ({"full_equivalence": "qualification_adequate", "2019-04-02": "2020-02-03"}, "2020-02-03"),
        ({"full_equivalence": "qualification_adequate", "2019-01-08": "2020-02-03"}, "2020-02-03"),
        # Equal days say nothing of when the change was recorded: today.
        ({"full_equivalence": "qualification_adequate"}, "today"),
        # Never before the revision it corrects.
        ({"full_equivalence": "qualification_adequate", "2019-01-08": "2019-02-01"}, "2019-04-02"),
    ],
)
async def test_a_later_truth_about_an_ended_participation_is_one_revision(
    admin: Register, change: dict[str, str], day: str
) -> None:
    await admin.file("participations", HEADER, ENDED)
    row = ENDED
    for old, new in change.items():
        row = row.replace(old, new)
    assert await admin.file("participations", HEADER, row) == (1, 0, [])
    *_, last = await admin.events("participation_recorded")
    expected = clock.today().isoformat() if day == "today" else day
    assert told(last, "revision", "recorded_on", "month_ended", "success") == (
        3,
        expected,
        "2019-03",
        "qualification_adequate",
    )


async def test_days_that_a_row_repeats_stay_today_however_often_it_changes(admin: Register) -> None:
    for success in ("full_equivalence", "qualification_adequate", "none"):
        row = ENDED.replace("full_equivalence", success)
        assert await admin.file("participations", HEADER, row) == (1, 0, [])
    events = await admin.events("participation_recorded")
    today = clock.today().isoformat()
    assert [told(event, "revision", "recorded_on", "success") for event in events] == [
        (1, "2019-01-08", None),
        (2, "2019-04-02", "full_equivalence"),
        (3, today, "qualification_adequate"),
        (4, today, "none"),
    ]


async def test_a_withdrawn_participation_leaves_on_that_day_and_may_come_back(admin: Register) -> None:
    await admin.file("participations", HEADER, ENDED)
    assert await admin.file("participations", HEADER, ENDED + "2020-05-04") == (1, 0, [])
    events = await admin.events("participation_recorded")
    assert told(events[-1], "revision", "withdrawn", "recorded_on") == (4, True, "2020-05-04")
    assert await admin.file("participations", HEADER, ENDED) == (1, 0, [])
    (row,) = await admin.rows("SELECT revision, withdrawn FROM participation")
    assert tuple(row) == (5, False)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("P;X;2019-01-01;;;;;;;;;;;2018-12-31;", "recorded_on", "vor dem Datum des Eintrags"),
        ("P;X;2099-01-01;;;;;;;;;;;;", "entered_on", "liegt in der Zukunft"),
        ("P;X;2004-12-31;;;;;;;;;;;;", "entered_on", "gab es das Förderprogramm noch nicht"),
        ("P;X;2019-01-01;;;;2020;;;;;;;;", "birth_year", "kann nicht stimmen"),
        ("P;X;2019-01-01;;;;;;;2018-12-31;;;;;", "ended_on", "vor dem Eintritt am 01.01.2019"),
        ("P;X;2019-01-01;;;;;;;2099-01-01;;;;;", "ended_on", "liegt in der Zukunft"),
        ("P;X;2019-01-01;;;;;;;;beendet;;;;", "result", "dessen Datum fehlt"),
        ("P;X;2019-01-01;;;;;;;;;;2019-05-01;;", "ended_recorded_on", "dessen Datum fehlt"),
        ("P;X;2019-01-01;;;;;;;2019-05-01;abgebrochen;full_equivalence;;2019-01-02;", "success", "abgebrochene"),
        ("P;X;2019-01-01;;;;;;;2019-05-02;;;2019-05-01;2019-01-02;", "ended_recorded_on", "an dem es war"),
        ("P;X;2019-01-01;;;;;;;2019-05-02;;;2099-01-01;2019-01-02;", "ended_recorded_on", "in der Zukunft"),
        ("P;X;2019-01-01;;;;;;;2019-05-02;;;2019-06-01;2019-07-01;", "ended_recorded_on", "vor dem 01.07.2019"),
        ("P;X;2019-01-01;;;;;;;2019-05-02;;;2019-06-01;2019-01-02;2019-05-03", "withdrawn_on", "vor dem Erfassungs"),
        ("P;X;2019-01-01;;Syrrien;;;;;;;;;;", "nationality", "nicht vorgesehen"),
        ("P;;2019-01-01;;;;;;;;;;;;", "offering", "Pflicht"),
    ],
)
async def test_an_impossible_row_is_rejected_and_creates_nothing(
    admin: Register, row: str, column: str, words: str
) -> None:
    outcome = await admin.file("participations", HEADER, row)
    ((line, named, message),) = outcome.rejected
    assert (line, named) == (2, column)
    assert words in message
    assert await admin.rows("SELECT 1 FROM participation UNION ALL SELECT 1 FROM offering") == []


async def test_a_row_older_than_the_stored_state_is_rejected(admin: Register) -> None:
    await admin.file("participations", HEADER, RUNNING)
    row = RUNNING.replace(";SY;", ";IQ;").replace("2019-01-08", "2019-01-05")
    ((_, column, message),) = (await admin.file("participations", HEADER, row)).rejected
    assert (column, "älter als der gespeicherte Stand vom 08.01.2019" in message) == ("recorded_on", True)


async def test_an_unknown_offering_is_created_once_and_a_known_one_gives_its_line(admin: Register) -> None:
    described = "external_id;programme_line;form\nIK-1;intercultural;Kurs"
    assert await admin.file("offerings", *described.splitlines()) == (1, 0, [])
    rows = [f"{number};{code};2020-01-10;;;;;;;;;;;;" for number, code in enumerate(("NEU", "NEU", "IK-1"))]
    assert await admin.file("participations", HEADER, *rows) == (3, 0, [])
    found = await admin.rows("SELECT external_id, programme_line, form FROM offering ORDER BY external_id")
    assert [tuple(row) for row in found] == [
        ("IK-1", "intercultural", "course"),
        ("NEU", "qualification", "not_stated"),
    ]
    events = await admin.events("participation_recorded")
    assert [event["programme_line"] for event in events] == ["qualification", "qualification", "intercultural"]


async def test_a_line_that_never_leaves_takes_its_participations_along(admin: Register) -> None:
    await admin.file("offerings", "external_id;programme_line", "MFD-1;migration_service")
    assert await admin.file("participations", HEADER, "1;MFD-1;2020-01-10;;;;;;;;;;;;") == (1, 0, [])
    assert await admin.rows("SELECT 1 FROM outbox") == []


async def test_ids_are_known_within_a_carrier_and_twice_in_a_file_only_once(admin: Register) -> None:
    outcome = await admin.file("participations", HEADER, RUNNING, ENDED)
    assert outcome.accepted == 1
    assert outcome.rejected == [
        (3, "external_id", "Die Kennung steht schon in Zeile 2. Bitte eine der Zeilen entfernen.")
    ]
    assert await admin.at(uuid4()).file("participations", HEADER, RUNNING) == (1, 0, [])
    found = await admin.rows("SELECT participation.person_key FROM participation")
    assert len({key for (key,) in found}) == 2  # the same reference is another person at another carrier


async def test_the_reference_to_a_person_is_nowhere_but_hashed(
    admin: Register, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        await admin.file("participations", HEADER, ENDED, ENDED.replace("P1", "P2"))
    tables = await admin.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        text = (
            "string_agg(t::text, '')" if table != "outbox" else "string_agg(convert_from(body, 'utf8') || headers, '')"
        )
        ((content,),) = await admin.rows(f"SELECT coalesce({text}, '') FROM {table} t")
        assert "CANARY" not in content, table
    assert "CANARY" not in caplog.text
    keys = await admin.rows("SELECT person_key FROM participation")
    assert len({key for (key,) in keys}) == 1
    assert keys[0][0].startswith("r:")
    for destination in ("up", "region"):
        assert "person" not in str(await admin.events("participation_recorded", destination))


async def test_generated_participations_say_so(admin: Register) -> None:
    await admin.file("participations", HEADER, RUNNING, origin="synthetic")
    (event,) = await admin.events("participation_recorded")
    assert event["origin"] == "synthetic"


async def test_thousands_of_rows_are_written_whole(admin: Register) -> None:
    rows = [f"{n};APQ-{n % 9};2018-05-02;p{n};SY;w;1980;8130;Kurs;2018-09-03;;;;2018-05-03;" for n in range(2_500)]
    assert await admin.file("participations", HEADER, *rows) == (2_500, 0, [])
    for destination in ("up", "region"):
        events = await admin.events("participation_recorded", destination)
        assert len({(event["participation_id"], event["revision"]) for event in events}) == len(events) == 5_000
    assert await admin.rows("SELECT count(*) FROM audit") == [(5_011,)]  # nine offerings, the file, its errors
    assert date.fromisoformat(events[0]["recorded_on"]) == date(2018, 5, 3)
