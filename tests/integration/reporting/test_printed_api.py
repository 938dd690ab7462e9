"""The printed tables over the API of the centre's reporting, on a few facts."""

import io
from typing import Any

import httpx2
import openpyxl
import pytest

from services.reporting.app import create_app
from shared import clock
from shared.vocabulary import Role
from tests.support.apps import lone_settings
from tests.support.recording import Caller

FAIR = {"programme_line": "fair_integration", "month": "2021-03"}
# Three first counsellings to 2018-12 (one recorded after the printed Stichtag), one later, and Faire Integration.
EVENTS: list[dict[str, Any]] = [
    {"event": "session", "name": "a", "month": "2018-05", "nationality": "SY", "refugee_background": "yes"},
    {"event": "session", "name": "b", "month": "2018-06", "region": "sn", "nationality": "DE"},
    {"event": "session", "name": "c", "month": "2018-12", "recorded_on": "2019-02-01", "nationality": "SY"},
    {"event": "session", "name": "d", "month": "2021-09", "nationality": "TR"},
    {"event": "session", "name": "e", **FAIR},
    {"event": "session", "name": "f", **FAIR, "session_type": "follow_up"},
    {"event": "session", "name": "g", **FAIR, "session_type": "referral"},
    {"event": "group", "name": "h", "month": "2021-03", "participants": 7},
    {"event": "meeting", "name": "i", "month": "2021-03", "participants": 12},
]


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """What the centre of these tests knows."""
    return EVENTS


async def table(caller: Caller, name: str, **params: str) -> dict[str, Any]:
    answer = await caller.send("GET", f"tables/{name}", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def values(found: dict[str, Any]) -> dict[str, int | None]:
    return {cell["figure"]: cell["value"] for cell in found["cells"]}


async def test_the_list_names_thirteen_tables(coordination: Caller) -> None:
    items = (await coordination.send("GET", "tables")).json()["items"]
    assert [item["id"] for item in items] == [f"t{number:02d}" for number in range(1, 14)]
    assert items[0]["as_of"] == ["2019-01-15", "2022-10-15"]
    assert sum(item["figures"] for item in items) == 89


async def test_a_table_with_its_printed_stichtag(coordination: Caller) -> None:
    found = await table(coordination, "t01")
    assert found["heading"] == "Stichtage wie gedruckt: 15.01.2019 und 15.10.2022"
    assert values(found) == {
        "erstberatungen_2015_2018": 2,
        "erstberatungen_2015_2018_refugees": 1,
        "erstberatungen_2019_2022": 1,
        "erstberatungen_2019_2022_refugees": 0,
    }
    first = found["cells"][0]
    assert (first["printed"], first["equal"]) == (194568, False)
    assert found["cells"][1]["share"] == 50.0
    assert {code for code in ("rp", "sn", "by") if code in found["missing"]} == {"by"}
    assert found["questions"][0]["passport"]["as_of"] == "2019-01-15"


async def test_one_stichtag_for_all_networks(coordination: Caller) -> None:
    found = await table(coordination, "t01", stichtag="2021-06-30")
    assert found["heading"] == "ein Stichtag für alle Netzwerke: 30.06.2021"
    assert values(found)["erstberatungen_2015_2018"] == 3  # the late record is known by then
    assert values(found)["erstberatungen_2019_2022"] == 0  # September 2021 lies after the Stichtag
    assert {question["passport"]["as_of"] for question in found["questions"]} == {"2021-06-30"}


async def test_the_link_of_a_figure_gives_the_figure(coordination: Caller) -> None:
    for name in ("t01", "t02", "t04", "t08"):
        for cell in (await table(coordination, name))["cells"]:
            answer = await coordination.send("GET", f"figures?{cell['link']}")
            assert answer.json()["total"] == cell["value"], cell["figure"]


async def test_units_are_mixed_only_where_the_print_does(coordination: Caller) -> None:
    assert values(await table(coordination, "t04")) == {
        "fi_einzelberatungen": 2,
        "fi_verweisberatungen": 1,
        "fi_group_information_participants": 7,
        "fi_participants_total": 10,
    }


async def test_ranks_and_shares_of_nationalities(coordination: Caller) -> None:
    cells = {cell["figure"]: cell for cell in (await table(coordination, "t02"))["cells"]}
    germany, syria = cells["erstberatungen_2015_2018_germany"], cells["erstberatungen_2015_2018_syria"]
    assert (germany["rank"], germany["value"], germany["share"]) == (1, 1, 50.0)  # equal values: by code
    assert (syria["rank"], syria["printed_share"], syria["equal"]) == (2, 27.0, False)


async def test_a_day_in_the_past_knows_less(coordination: Caller) -> None:
    found = await table(coordination, "t01", known_at="2020-01-01")
    assert set(values(found).values()) == {0}
    assert len(found["missing"]) == 16


async def test_refusals(coordination: Caller) -> None:
    unknown = await coordination.send("GET", "tables/t14")
    assert (unknown.status_code, unknown.json()["errors"][0]["allowed"][0]) == (404, "t01")
    for wrong in ("2099-01-01", "gestern", "2022-13-01"):
        answer = await coordination.send("GET", "tables/t01", params={"stichtag": wrong})
        assert answer.status_code == 422, wrong
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.JURY, 403), (Role.OPERATIONS, 403)])
async def test_exact_figures_are_for_the_coordination(
    app: Any, client: httpx2.AsyncClient, role: Role, status: int
) -> None:
    for path in ("tables", "tables/all", "tables/t01"):
        assert (await Caller(client, app.state.settings, role).send("GET", path)).status_code == status


async def test_nobody_asks_without_a_token(client: httpx2.AsyncClient) -> None:
    for path in ("tables", "tables/all", "tables/t01"):
        assert (await client.get(f"/api/v1/{path}")).status_code == 401


def test_a_network_has_no_national_tables() -> None:
    paths = create_app(lone_settings("rp", "postgresql+psycopg://x", "nats://127.0.0.1:1")).openapi()["paths"]
    assert "/api/v1/figures" in paths
    assert not any(path.startswith("/api/v1/tables") for path in paths)


async def test_csv(coordination: Caller) -> None:
    answer = await coordination.send("GET", "tables/t02", params={"file": "csv"})
    assert 'filename="t02_wie-gedruckt.csv"' in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "# stichtag: Stichtag wie gedruckt: 15.01.2019" in lines
    assert any(line.startswith("# note: Iran: 1.984") for line in lines)
    assert "# nationality.as_of: 2019-01-15" in lines
    head, first = [line for line in lines if not line.startswith("#")][:2]
    assert head.startswith("Kennung;Gruppe;Zeile;Einheit;Wert;gedruckt;Abgleich;Anteil in Prozent")
    assert first.startswith("erstberatungen_2015_2018_syria;;Syrien;Erstberatungen;1;52570;weicht ab;50,0;27,0;2;;")


async def test_xlsx_of_all_tables(coordination: Caller) -> None:
    answer = await coordination.send("GET", "tables/all", params={"file": "xlsx", "stichtag": "2022-12-31"})
    assert 'filename="tabellen_2022-12-31.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Übersicht", *(f"t{number:02d}" for number in range(1, 14)), "Zahlenpass"]
    rows = list(book["t08"].values)
    assert rows[0][0] == "t08 Interkulturelle Kompetenzentwicklung nach Format"
    assert "ein Stichtag für alle Netzwerke: 31.12.2022" in str(rows[1][0])
    assert rows[3][:8] == (
        "intercultural_trainings",
        None,
        "Schulungen (eigene und als aktive Partner)",
        "Teilnehmende",
        12,
        94819,
        "weicht ab",
        100,
    )
    assert any("162.667" in str(row[0]) for row in rows)
    passports = list(book["Zahlenpass"].values)
    assert passports[0][:3] == ("Tabelle", "Frage", "Frage als Adresse")
    assert ("t01", "old") in [row[:2] for row in passports]


async def test_a_table_asked_twice_is_the_same(coordination: Caller) -> None:
    first = await table(coordination, "t03")
    assert await table(coordination, "t03") == first
    assert first["known_at"] == clock.today().isoformat()
