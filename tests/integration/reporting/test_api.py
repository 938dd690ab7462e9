"""The API of reporting, as the gateway and scripts meet it."""

import csv
import io
from typing import Any

import httpx2
import openpyxl
import pytest
from prometheus_client import REGISTRY

from services.reporting.figures import Figures
from services.reporting.gauges import Gauges
from services.reporting.question import read_question
from shared import clock
from shared.vocabulary import Role
from tests.integration.reporting.conftest import Desk
from tests.support.recording import Caller

EVENTS: list[dict[str, Any]] = [
    {"event": "session", "name": "a", "month": "2022-08", "nationality": "SY"},
    {"event": "session", "name": "b", "month": "2022-09", "nationality": "SY"},
    {"event": "session", "name": "c", "month": "2022-09", "region": "sn", "nationality": "TR"},
    {"event": "group", "name": "g", "month": "2022-09", "participants": 7},
]


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """What the centre of these tests knows."""
    return EVENTS


async def test_figures_with_their_passport(coordination: Caller) -> None:
    today = clock.today().isoformat()
    parameters = {"indicator": "counselling_sessions", "by": "month", "from": "2022-01", "to": "2022-12"}
    answer = await coordination.send("GET", "figures", params=parameters)
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["indicator", "passport", "by", "rows", "total"]
    assert found["rows"] == [
        {"month": "2022-08", "value": 1, "share": 0.3333},
        {"month": "2022-09", "value": 2, "share": 0.6667},
    ]
    assert (found["indicator"], found["by"], found["total"]) == ("counselling_sessions", ["month"], 3)
    passport = found["passport"]
    assert (passport["as_of"], passport["known_at"], passport["unit"]) == (today, today, "sessions")
    assert passport["period"] == {"from": "2022-01", "to": "2022-12"}
    assert passport["coverage"] == {"networks": 2, "answered": 2, "records": 3, "expected": 3}


async def test_csv(coordination: Caller) -> None:
    parameters = {"indicator": "counselling_sessions", "by": "region", "file": "csv"}
    answer = await coordination.send("GET", "figures", params=parameters)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    table = list(csv.reader((line for line in lines if not line.startswith("#")), delimiter=";"))
    assert table == [["region", "value", "share"], ["rp", "2", "0,6667"], ["sn", "1", "0,3333"]]
    plain = await coordination.send("GET", "figures", params=parameters | {"dialect": "plain"})
    assert plain.text.splitlines()[-1] == "sn,1,0.3333"


async def test_xlsx(coordination: Caller) -> None:
    parameters = {"indicator": "group_participants", "file": "xlsx"}
    answer = await coordination.send("GET", "figures", params=parameters)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert list(book["Zahlen"].values) == [("value", "share"), (7, 1)]


async def test_refusals_are_problem_documents_in_german(coordination: Caller) -> None:
    wrong = {"indicator": "counselling_sessions", "by": "region,month,year,round", "as_of": "2099-01-01"}
    answer = await coordination.send("GET", "figures", params=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {error["field"] for error in problem["errors"]} == {"by", "as_of"}
    assert "Zukunft" in problem["detail"]
    unknown = await coordination.send("GET", "figures", params={"indicator": "x"})
    assert unknown.status_code == 404
    assert "counselling_sessions" in unknown.json()["errors"][0]["allowed"]
    word = await coordination.send("GET", "figures", params={"indicator": "group_participants", "file": "docx"})
    assert (word.status_code, word.json()["errors"][0]["allowed"]) == (422, ["json", "csv", "xlsx", "parquet"])
    injected = await coordination.send(
        "GET", "figures", params={"indicator": "counselling_sessions", "nationality": "SY') OR 1=1 --"}
    )
    assert injected.status_code == 422


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.COORDINATION, "figures?indicator=counselling_sessions", 200),
        (Role.READER, "figures?indicator=counselling_sessions", 403),
        (Role.JURY, "figures?indicator=counselling_sessions", 403),
        (Role.OPERATIONS, "figures?indicator=counselling_sessions", 403),
        (Role.READER, "indicators", 200),
        (Role.OPERATIONS, "coverage", 200),
        (Role.READER, "coverage", 403),
        (Role.OPERATIONS, "parked", 200),
        (Role.READER, "parked", 403),
    ],
)
async def test_who_may_ask(app: Any, client: httpx2.AsyncClient, role: Role, path: str, status: int) -> None:
    answer = await Caller(client, app.state.settings, role).send("GET", path)
    assert answer.status_code == status, answer.text


async def test_nobody_asks_without_a_token(client: httpx2.AsyncClient) -> None:
    for path in ("figures?indicator=counselling_sessions", "indicators", "coverage", "parked"):
        assert (await client.get(f"/api/v1/{path}")).status_code == 401


async def test_indicators(coordination: Caller) -> None:
    found = {entry["code"]: entry for entry in (await coordination.send("GET", "indicators")).json()}
    entry = found["counselling_sessions"]
    assert entry["unit"] == "sessions"
    assert "gender" in entry["dimensions"]
    assert "gender" not in entry["answerable"]
    assert "gender" in entry["asked"]
    assert entry["unit_de"] == "Beratungen"
    assert entry["values"]["session_type"] == ["first", "follow_up", "referral", "short"]
    assert found["fair_integration_group_participants"]["valid_from"] == "2019-01-01"


async def test_coverage_without_heartbeats_is_what_is_held(coordination: Caller) -> None:
    unknown = {"last_heartbeat": None, "outbox_depth": None, "oldest_undelivered_seconds": None}
    assert (await coordination.send("GET", "coverage")).json() == {
        "networks": [
            {"region": "rp", "records": 3, "expected": 3} | unknown,
            {"region": "sn", "records": 1, "expected": 1} | unknown,
        ]
    }


async def test_nothing_is_loaded_from_elsewhere(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs")).status_code == 404
    assert (await client.get("/redoc")).status_code == 404
    described = (await client.get("/openapi.json")).json()
    names = {parameter["name"] for parameter in described["paths"]["/api/v1/figures"]["get"]["parameters"]}
    assert {"indicator", "by", "from", "to", "as_of", "known_at", "top"} <= names
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"


async def test_health(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert ready.json() == {"status": "ok", "checks": {"database": True, "broker": True}}


async def test_answers_are_remembered_only_while_nothing_changes(app: Any) -> None:
    figures: Figures = app.state.figures
    today = clock.today()
    question = read_question([("indicator", "counselling_sessions")], "de", today)
    closed = read_question([("indicator", "counselling_sessions"), ("known_at", "2024-01-01")], "de", today)
    assert ((await figures.answer(question, today))["total"], (await figures.answer(closed, today))["total"]) == (3, 0)
    await Desk(app.state.sessions, "de").keep([{"event": "session", "name": "d", "month": "2022-09"}])
    found = await figures.answer(question, today)
    assert (found["total"], found["passport"]["coverage"]["records"]) == (4, 4)
    assert (await figures.answer(closed, today))["total"] == 0


async def test_gauges_follow_the_facts(app: Any) -> None:
    gauges = Gauges(app.state.figures)
    await gauges.refresh()

    def shown(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(name, labels)

    line = {"network": "rp", "programme_line": "recognition_counselling"}
    assert shown("iq_sessions", **line, session_type="first") == 2
    group = {"network": "rp", "programme_line": "fair_integration", "format": "information"}
    assert shown("iq_participants", **group) == 7
    correction = {"revision": 2, "session_type": "short", "recorded_on": "2022-10-01"}
    await Desk(app.state.sessions, "de").keep([EVENTS[0] | correction, EVENTS[1] | correction])
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("INSERT INTO ingest_cursor VALUES ('UP_RP', 2)")
    await gauges.refresh()
    assert shown("iq_sessions", **line, session_type="first") == 0
    assert shown("iq_sessions", **line, session_type="short") == 2


async def test_two_links_are_compared(coordination: Caller) -> None:
    a = "indicator=counselling_sessions&from=2022-08&to=2022-08"
    b = "http://127.0.0.1:8000/api/v1/figures?indicator=counselling_sessions&from=2022-09&to=2022-09"
    found = (await coordination.send("GET", "compare", params={"a": a, "b": b})).json()
    assert found["comparable"] is True
    assert found["a"]["period"] == {"from": "2022-08", "to": "2022-08"}
    units = {"a": a, "b": "indicator=group_participants"}
    refused = (await coordination.send("GET", "compare", params=units)).json()
    assert refused["comparable"] is False
    assert "zählt Beratungen, die andere Teilnehmende" in refused["sentence"]
    persons = "indicator=persons_new_to_programme&round="
    rounds = {"a": f"{persons}2015-2018", "b": f"{persons}2019-2022"}
    assert "Förderrunden" in (await coordination.send("GET", "compare", params=rounds)).json()["sentence"]
    nonsense = await coordination.send("GET", "compare", params={"a": a, "b": "hello"})
    assert (nonsense.status_code, nonsense.json()["errors"][0]["field"]) == (422, "b")


async def test_completeness_is_a_figure(coordination: Caller) -> None:
    found = (await coordination.send("GET", "figures?indicator=completeness&by=region,service")).json()
    assert found["rows"] == [
        {"region": "rp", "service": "counselling", "value": 3, "share": 1.0, "base": 3},
        {"region": "sn", "service": "counselling", "value": 1, "share": 1.0, "base": 1},
    ]
