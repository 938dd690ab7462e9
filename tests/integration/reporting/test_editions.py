"""Editions: frozen, protected, audited beside earlier ones, never changed, and compared with what is known now."""

import io
from typing import Any

import httpx2
import openpyxl
import pytest

from services.reporting.disclosure.published import TooMuchToCheckError
from services.reporting.edition_audit import judged, load_earlier
from shared.problems import Problem
from shared.vocabulary import Role
from tests.integration.reporting.conftest import Desk
from tests.support.recording import Caller

# 7 from Syria, 4 from Turkey, 1 from Iran in the second quarter of 2022; 6 of Rheinland-Pfalz, 6 of Sachsen.
SESSIONS: list[dict[str, Any]] = [
    {"event": "session", "name": f"{code}{number}", "region": region, "month": "2022-05", "nationality": code}
    for code, region, count in (("SY", "rp", 4), ("SY", "sn", 3), ("TR", "rp", 2), ("TR", "sn", 2), ("IR", "sn", 1))
    for number in [f"-{region}-{one}" for one in range(count)]
]
BY_NATION = {"indicator": "counselling_sessions", "by": ["nationality"], "from": "2022-04", "to": "2022-06"}
BY_REGION = {"indicator": "counselling_sessions", "by": "region", "from": "2022-04", "to": "2022-06"}


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """What the centre of these tests knows."""
    return SESSIONS


@pytest.fixture
def reader(app: Any, client: httpx2.AsyncClient) -> Caller:
    return Caller(client, app.state.settings, Role.READER)


async def make(caller: Caller, *tables: dict[str, Any], method: str = "minimum3", **more: Any) -> httpx2.Response:
    body = {"title": "Zweites Quartal 2022", "as_of": "2022-07-15", "method": method, "tables": list(tables)} | more
    return await caller.send("POST", "editions", json=body)


async def published(caller: Caller, *tables: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = await make(caller, *tables, **more)
    assert made.status_code == 201, made.text
    key = made.json()["edition_id"]
    answer = await caller.send("POST", f"editions/{key}/publish")
    assert answer.status_code == 200, answer.text
    return dict((await caller.send("GET", f"editions/{key}")).json())


async def test_one_and_two_are_hidden_and_so_is_what_would_tell_them(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION)
    (table,) = edition["tables"]
    rows = {row["nationality"]: row["value"] for row in table["rows"]}
    assert rows["IR"] is None  # the one person from Iran
    # With the total of 12, a second hidden row is needed; Turkey is the smaller of the two.
    assert (rows["TR"], rows["SY"], table["total"]) == (None, 7, 12)
    assert [row.get("suppressed") for row in table["rows"]] == [True, None, True]
    assert table["passport"]["status"] == "edition"
    assert table["passport"]["as_of"] == "2022-07-15"
    assert table["passport"]["coverage"] == {"networks": 2, "answered": 2, "records": 0, "expected": 0}  # of twelve
    assert len(edition["hash"]) == 64


async def test_rounded_counts_are_neighbouring_multiples_of_five_everywhere_the_same(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION, BY_REGION, method="rounded")
    nations, regions = edition["tables"]
    true = {"SY": 7, "TR": 4, "IR": 1}
    for row in nations["rows"]:
        assert row["value"] % 5 == 0
        assert abs(row["value"] - true[row["nationality"]]) < 5
    assert nations["total"] == regions["total"]  # the same twelve records
    again = await published(coordination, BY_NATION, method="rounded", title="Noch einmal")
    assert again["tables"][0]["rows"] == nations["rows"]
    assert all(row["share"] is None for row in nations["rows"])  # below a base of 25


async def test_everyone_reads_what_is_published_and_nobody_else_a_draft(coordination: Caller, reader: Caller) -> None:
    key = (await make(coordination, BY_NATION)).json()["edition_id"]
    assert (await reader.send("GET", f"editions/{key}")).status_code == 404
    assert (await reader.send("GET", "editions")).json() == []
    assert (await reader.send("POST", f"editions/{key}/publish")).status_code == 403
    assert (await coordination.send("POST", f"editions/{key}/publish")).status_code == 200
    assert (await reader.send("GET", f"editions/{key}")).json()["state"] == "published"
    assert [entry["title"] for entry in (await reader.send("GET", "editions")).json()] == ["Zweites Quartal 2022"]
    again = await coordination.send("POST", f"editions/{key}/publish")
    assert (again.status_code, "ändert sich nicht mehr" in again.json()["detail"]) == (409, True)
    assert (await reader.send("GET", f"editions/{key}/changes")).status_code == 403


async def test_an_edition_never_changes_and_its_changes_are_told_in_words(app: Any, coordination: Caller) -> None:
    before = await published(coordination, BY_REGION)
    desk = Desk(app.state.sessions, "de")
    late = [
        {"event": "session", "name": f"late{one}", "region": "sn", "month": "2022-06", "recorded_on": "2022-09-01"}
        for one in range(3)
    ]
    corrected = SESSIONS[0] | {"revision": 2, "session_type": "process", "recorded_on": "2022-09-02"}
    withdrawn = SESSIONS[4] | {"revision": 2, "withdrawn": True, "recorded_on": "2022-09-03"}
    await desk.keep([*late, corrected, withdrawn])
    assert (await coordination.send("GET", f"editions/{before['edition_id']}")).json() == before
    told = (await coordination.send("GET", f"editions/{before['edition_id']}/changes")).json()
    (table,) = told["tables"]
    assert [entry["sentence"] for entry in table["networks"]] == [
        "Rheinland-Pfalz: −1, davon 1 Korrektur",
        "Sachsen: +2, davon 3 verspätet erfasst, 1 Rücknahme",
    ]


@pytest.mark.parametrize(
    ("table", "more", "field", "words"),
    [
        (BY_NATION | {"to": "2022-07"}, {}, "tables.1.to", "läuft am Stichtag"),
        (BY_REGION | {"by": "quarter", "to": "2022-07"}, {}, "tables.1.to", "endet am 30.09.2022"),
        ({"indicator": "counselling_sessions"}, {}, "tables.1.to", "fehlt das Ende"),
        (BY_NATION | {"by": ["colour"]}, {}, "tables.1.by", "gibt es bei diesem Indikator nicht"),
        (BY_NATION | {"nationality": "SY' OR 1=1"}, {}, "tables.1.nationality", "gibt es bei dieser Dimension nicht"),
        (BY_NATION, {"as_of": "2099-01-01"}, "as_of", "Zukunft"),
        (BY_NATION | {"top": 3}, {}, "tables.1.top", "Rangfolge verrät"),
        (
            {"indicator": "intercultural_participants", "by": "target_group", "to": "2022-06"},
            {},
            "tables.1.target_group",
            "mehrere Werte",
        ),
        (
            {"indicator": "fair_integration_individual", "occasion": "pay", "to": "2022-06"},
            {},
            "tables.1.occasion",
            "gibt es bei diesem Indikator nicht",
        ),
    ],
)
async def test_refused_with_the_table_and_the_field(
    coordination: Caller, table: dict[str, Any], more: dict[str, Any], field: str, words: str
) -> None:
    answer = await make(coordination, table, **more)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["errors"][0]["field"] == field
    assert words in problem["errors"][0]["problem"]


async def test_what_an_earlier_edition_would_help_to_find_out_is_hidden_too(coordination: Caller) -> None:
    whole = {"indicator": "counselling_sessions", "from": "2022-01", "to": "2022-06"}
    first = await published(coordination, whole)
    assert first["tables"][0]["total"] == 12
    # The same without Iran is 11: beside the first edition it would tell of one person.
    second = await published(coordination, whole | {"nationality": ["SY", "TR"]})
    assert (second["tables"][0]["total"], second["tables"][0]["suppressed"]) == (None, True)


async def test_what_counts_no_people_is_shown_exactly(app: Any, coordination: Caller) -> None:
    await Desk(app.state.sessions, "de").keep(
        [{"event": "meeting", "name": "m", "month": "2022-05", "participants": 9, "recorded_on": "2022-05-20"}]
    )
    edition = await published(coordination, BY_REGION | {"indicator": "meetings_held"})
    assert edition["tables"][0]["rows"] == [{"region": "rp", "value": 1, "share": 1.0}]


async def test_a_draft_is_submitted_once(coordination: Caller) -> None:
    key = (await make(coordination, BY_NATION)).json()["edition_id"]
    assert (await coordination.send("POST", f"editions/{key}/submit")).json()["state"] == "submitted"
    again = await coordination.send("POST", f"editions/{key}/submit")
    assert (again.status_code, "schon eingereicht" in again.json()["detail"]) == (409, True)


async def test_files(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION)
    text = await coordination.send("GET", f"editions/{edition['edition_id']}?file=csv")
    lines = text.content.decode("utf-8-sig").splitlines()
    assert "# title: Zweites Quartal 2022" in lines
    assert "IR;gesperrt;gesperrt" in lines
    book = openpyxl.load_workbook(
        io.BytesIO((await coordination.send("GET", f"editions/{edition['edition_id']}?file=xlsx")).content)
    )
    assert book.sheetnames == ["Tabelle 1", "Zahlenpass"]
    assert list(book["Tabelle 1"].values)[1] == ("IR", "gesperrt", "gesperrt")


async def test_a_preview_names_who_is_missing_and_what_jumps_and_keeps_nothing(app: Any, coordination: Caller) -> None:
    # 30 in each of four quarters, then 12 only: in Rheinland-Pfalz and Sachsen together; Sachsen alone jumps.
    usual = [
        {"event": "session", "name": f"usual{month}{one}", "region": "sn", "month": month}
        for month in ("2021-05", "2021-08", "2021-11", "2022-02")
        for one in range(30)
    ]
    await Desk(app.state.sessions, "de").keep(usual)
    body = {"title": "Vorschau", "as_of": "2022-07-15", "method": "rounded", "tables": [BY_REGION]}
    answer = await coordination.send("POST", "editions/preview", json=body)
    assert answer.status_code == 200, answer.text
    texts = [remark["text"] for remark in answer.json()["remarks"]]
    assert any(text.startswith("Sachsen: 6 ist auffällig") and text.endswith("um 30.") for text in texts)
    assert any("Bremen" in text and "nie gemeldet" in text for text in texts)
    assert not any(text.startswith("Rheinland-Pfalz:") for text in texts)
    assert answer.json()["tables"][0]["rows"]
    assert (await coordination.send("GET", "editions")).json() == []


async def test_the_audit_knows_every_published_edition_by_its_title(app: Any, coordination: Caller) -> None:
    await published(coordination, BY_NATION)
    async with app.state.sessions() as session:
        earlier = await load_earlier(session)
    assert [table.name for table in earlier.tables] == ["Zweites Quartal 2022, Tabelle 1"]
    known = earlier.domains_with({"nationality": frozenset({"XX"}), "session_type": frozenset({"first"})})
    assert {"SY", "XX"} <= known["nationality"]  # of both: a leak may run through either
    assert known["session_type"] == {"first"}
    assert "rp" in known["region"]


async def test_a_published_table_that_cannot_be_true_makes_no_failure(app: Any, coordination: Caller) -> None:
    whole = {"indicator": "counselling_sessions", "from": "2022-01", "to": "2022-06"}
    await published(coordination, whole)
    async with app.state.sessions() as session, session.begin():
        lie = "UPDATE edition SET described = jsonb_set(jsonb_set(described, '{0,total}', '3'), '{0,rows,0,1}', '3')"
        await (await session.connection()).exec_driver_sql(lie)
    answer = await make(coordination, BY_REGION, method="rounded")
    assert (answer.status_code, "widersprechen" in answer.json()["detail"]) == (409, True), answer.text


async def test_too_much_to_check_is_said_with_a_remedy() -> None:
    with pytest.raises(Problem) as caught, judged(7):
        raise TooMuchToCheckError
    assert caught.value.status == 422
    assert caught.value.errors[0].remedy
