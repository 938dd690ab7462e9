"""One request through gateway and service: its id, its lines in the log, its spans, and nothing of anybody in them."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, TraceFlags
from psycopg import sql
from sqlalchemy import make_url

from shared.database import make_engine
from shared.logs import NOISY, ORIGIN, PASSED_ON, DiscreetFormatter
from shared.tracing import ALLOWED, Discreet, Tracing
from tests.integration.gateway.conftest import Gateway
from tests.support.apps import lone_settings
from tests.support.canaries import canary, finds, person
from tests.support.canary_walk import ALONG
from tests.support.owner import as_owner, owner_of
from tests.support.receiver import Receiver, receiving
from tests.support.waiting import eventually

ID = re.compile("[0-9a-f]{12}")
FOREIGN = ALONG | {"x-request-id": "c" * 12}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the environment names, to us and to FastAPI's own telemetry, which would tell too much."""
    with receiving() as found:
        monkeypatch.setenv("IQ_OTLP_URL", found.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url.removesuffix("/v1/traces"))
        yield found


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as a process writes it."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    handler.setFormatter(DiscreetFormatter())
    levels = {name: logging.getLogger(name).level for name in ("", *NOISY)}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.WARNING if name else logging.INFO)
    yield text
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def lines(logged: io.StringIO, request_id: str) -> list[dict[str, Any]]:
    """The lines of one request, which ends after the caller has its answer."""

    def found() -> list[dict[str, Any]]:
        every = [json.loads(line) for line in logged.getvalue().splitlines()]
        mine = [line for line in every if line.get("request_id") == request_id]
        ended = any(line["message"] == "answered" and line["service"] == "gateway" for line in mine)
        return mine if ended else []

    return await eventually(found, 5)


def away(app: FastAPI, *, gone: bool) -> None:
    """Take a service's database away, or bring it back."""
    name = make_url(app.state.settings.database_url).database or ""
    with owner_of(str(make_url(app.state.settings.database_url).set(database="postgres"))) as owner:
        allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
        owner.execute(allow.format(sql.Identifier(name), sql.Literal(not gone)))
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


async def test_a_request_is_one_trace_and_tells_nothing_of_a_person(
    receiver: Receiver, logged: io.StringIO, network: Gateway
) -> None:
    client, registration = network.client, network.behind["registration"]
    headers = await network.as_role("counsellor") | FOREIGN

    async def put(body: dict[str, Any]) -> tuple[int, str, Any]:
        answer = await client.put(f"/api/v1/persons/{uuid4()}", json=body, headers=headers)
        return answer.status_code, answer.headers["x-request-id"], answer.json()

    saved = await put(person())
    refused = await put(person() | {"nationality": canary("nationality"), "birth_date": canary("birth")})
    as_owner(registration, "ALTER TABLE person ADD CONSTRAINT broken CHECK (revision < 0) NOT VALID")
    broken = await put(person())
    as_owner(registration, "ALTER TABLE person DROP CONSTRAINT broken")
    away(registration, gone=True)
    lost = await put(person())
    away(registration, gone=False)
    missing = await client.get(f"/{canary('path')}", params={"q": canary("query")}, headers=headers)
    assert [status for status, *_ in (saved, refused, broken, lost)] == [200, 422, 500, 503]
    assert {body["request_id"] == given for _, given, body in (refused, broken, lost)} == {True}
    ids = {given for _, given, _ in (saved, refused, broken, lost)} | {missing.headers["x-request-id"]}
    assert len(ids) == 5
    assert all(ID.fullmatch(given) for given in ids)
    assert FOREIGN["x-request-id"] not in ids  # minted, never the caller's

    def whole() -> list[dict[str, Any]]:
        answered = [span for span in receiver.spans if "http.route" in span["told"]]
        return receiver.spans if sum(span["told"]["http.route"] != "none" for span in answered) >= 9 else []

    spans = await eventually(whole, 10)
    _check_spans(spans, await lines(logged, saved[1]))
    assert not [span for span in spans if span["more"] or set(span["told"]) - ALLOWED]
    (failure,) = [line for line in await lines(logged, broken[1]) if "error" in line]
    assert (failure["error"], failure["service"]) == ("sqlalchemy.exc.IntegrityError", "registration")
    (failure,) = [line for line in await lines(logged, lost[1]) if "error" in line]
    assert (failure["message"], failure["service"], failure.get("stack")) == ("database away", "registration", None)
    assert finds(bytes(receiver.passed)) == finds(logged.getvalue().encode()) == {}
    assert b"/v1/logs" not in receiver.passed


def _check_spans(spans: list[dict[str, Any]], told: list[dict[str, Any]]) -> None:
    """Gateway, service and statements of the request that was saved hang together, and its lines name their trace."""
    by_service = {line["service"]: line for line in told if line["message"] == "answered"}
    assert {name: line["route"] for name, line in by_service.items()} == {
        "gateway": "/api/v1/persons/{rest:path}",
        "registration": "/api/v1/persons/{person_id}",
    }
    (trace,) = {line["trace_id"] for line in by_service.values()}
    mine = [span for span in spans if span["trace"] == trace]
    (gateway,) = [span for span in mine if span["name"] == "PUT /api/v1/persons/{rest:path}"]
    (service,) = [span for span in mine if span["name"] == "PUT /api/v1/persons/{person_id}"]
    assert (gateway["parent"], service["parent"]) == ("", gateway["id"])
    assert gateway["place"] == {"service.name": "gateway", "network": "rp"}
    assert service["place"] == {"service.name": "registration", "network": "rp"}
    statements = {span["name"] for span in mine if span["parent"] == service["id"]}
    assert {"SELECT", "INSERT"} <= statements <= {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SHOW"}  # or connects
    failed = {span["name"] for span in spans if span["failed"]}
    assert failed == {"PUT /api/v1/persons/{rest:path}", "PUT /api/v1/persons/{person_id}", "INSERT"}
    roots = [span for span in spans if not span["parent"]]
    assert not [span for span in roots if "http.route" not in span["told"]]  # nothing is traced outside of a request


async def test_a_page_of_a_problem_names_its_id(logged: io.StringIO, gateway: Gateway) -> None:
    await gateway.sign_in("counsellor")
    page = await gateway.client.get("/gibt-es-nicht", headers={"x-request-id": "c" * 12})
    given = page.headers["x-request-id"]
    assert page.status_code == 404
    assert f"<code>{given}</code>" in page.text
    assert given != "c" * 12
    (line,) = await lines(logged, given)
    assert (line["method"], line["route"], line["status"]) == ("GET", "none", 404)
    assert isinstance(line["milliseconds"], int)
    page = await gateway.client.get(f"/personen/{uuid4()}")
    (away,) = [line for line in await lines(logged, page.headers["x-request-id"]) if "error" in line]
    assert (away["message"], away["error"]) == ("registration away", "httpx2.ConnectError")
    as_owner(gateway.app, "ALTER TABLE sign_in RENAME TO gone")  # what no code of ours foresees
    page = await gateway.client.get("/sitzungen")
    as_owner(gateway.app, "ALTER TABLE gone RENAME TO sign_in")
    assert page.status_code == 500
    assert f"<code>{page.headers['x-request-id']}</code>" in page.text
    assert [line["status"] for line in await lines(logged, page.headers["x-request-id"]) if "status" in line] == [500]


async def test_who_asks_whether_it_lives_fills_no_log(logged: io.StringIO, gateway: Gateway) -> None:
    assert (await gateway.client.get("/healthz")).status_code == 200
    assert "/healthz" not in logged.getvalue()


def test_what_others_put_on_a_span_does_not_leave() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    processor = Discreet(exporter)
    provider.add_span_processor(processor)
    link = Link(SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1)), {"user.id": canary("user")})
    told = {"url.path": canary("path"), "db.statement": canary("statement"), "http.route": "/x"}
    with (
        pytest.raises(ValueError, match=canary("error")[:3]),
        provider.get_tracer("x").start_as_current_span("x", attributes=told, links=[link]),
    ):
        raise ValueError(canary("error"))
    processor.force_flush()
    (span,) = exporter.get_finished_spans()
    provider.shutdown()
    assert (dict(span.attributes or {}), list(span.events), list(span.links)) == ({"http.route": "/x"}, [], [])
    assert span.status.description is None
    assert finds(span.to_json().encode()) == {}


async def test_what_the_gateway_does_not_send_no_service_sends() -> None:
    def tracing(service: str, share: float) -> Tracing:
        url = "postgresql+psycopg://nobody@nowhere/nothing"  # never asked
        asked = lone_settings("rp", url, "", otlp_url="http://nowhere/v1/traces", trace_share=share)
        return Tracing(make_engine(url), asked, service)

    ORIGIN.set({})
    PASSED_ON.set({"X-Request-ID": "a" * 12})
    with tracing("gateway", 0.0).request(""):
        passed = PASSED_ON.get()
    assert passed["X-Request-ID"] == "a" * 12
    assert int(passed["traceparent"][-2:], 16) & TraceFlags.SAMPLED == 0
    with tracing("registration", 1.0).request(passed["traceparent"]):
        assert "trace_id" not in ORIGIN.get()
