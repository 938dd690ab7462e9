"""Metrics and health of a process, and what is noted of a request. Labels are codes; never an id, a name or a text."""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.logs import ORIGIN, PASSED_ON

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[bool]]
Tell = Callable[[str, str, str], None]
"""Told method, route and status of a request when it is answered."""
Span = Callable[[str], AbstractContextManager[Tell]]
UNTOLD: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
"""FastAPI's own telemetry stays off, whatever the environment says: it would tell paths, queries and exceptions."""
REQUEST_ID = re.compile("[0-9a-f]{12}")


def gauge(name: str, text: str, *labels: str) -> Gauge:
    """A gauge by network and `labels`; of several processes the one that set it last counts."""
    return Gauge(name, text, ["network", *labels], multiprocess_mode="livemostrecent")


BY = ["network", "service"]
HTTP_SECONDS = Histogram("iq_http_request_seconds", "Time to answer a request", [*BY, "method", "route", "status"])
HTTP_IN_FLIGHT = Gauge("iq_http_requests_in_flight", "Requests being answered", BY, multiprocess_mode="livesum")
OUTBOX_PENDING = gauge("iq_outbox_pending", "Messages not yet delivered", "service", "destination")
OUTBOX_OLDEST = gauge("iq_outbox_oldest_seconds", "Age of the oldest of them", "service", "destination")
DELIVERED = Counter("iq_outbox_delivered_total", "Messages confirmed", ["network", "service", "destination"])
PARKED = Counter("iq_parked_messages_total", "Messages set aside with a reason", ["network", "service", "fate"])
INGESTED = Counter("iq_ingested_events_total", "Events taken in, by outcome", ["network", "service", "outcome"])
INGEST_LAG = gauge("iq_ingest_lag_messages", "Messages of a stream not yet taken in", "service", "stream")
PARKED_NOW = gauge("iq_parked_undecided", "Messages that stay aside until operations decide", "service", "stream")
PARKED_OLDEST = gauge("iq_parked_oldest_seconds", "Since the end of the oldest one's day", "service", "stream")
STREAM_BYTES = gauge("iq_stream_bytes", "Size of a stream", "service", "stream")
STREAM_MAX_BYTES = gauge("iq_stream_max_bytes", "Size at which a stream refuses messages", "service", "stream")
RECORD_TO_NATION = Histogram(
    "iq_record_to_nation_seconds",
    "Delay from recording to the hub's confirmation (stage `hub`), from there to the commit at the centre (`centre`)",
    ["network", "stage"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 60, 300, 3600, 86400),
)
REFUSED = Counter(
    "iq_refused_total",
    "Not believed: `wrong_stream`, confirmed by another stream; `foreign_source`, names another network than the hub",
    ["network", "service", "reason"],
)
NATS_ERRORS = Counter("iq_nats_errors_total", "Errors told by the broker's client", ["network", "service"])


def _untraced(_parent: str) -> AbstractContextManager[Tell]:
    return nullcontext(lambda *_: None)


class Measured:
    """Middleware that measures and logs every request by its route pattern, so that no id becomes a label or a line.

    It gives the request its id, which is logged, answered and passed on. At the `edge` what a caller sends along is
    nobody's word; a service takes the gateway's. `span` makes the request part of a trace.
    """

    def __init__(self, app: ASGIApp, network: str, service: str, span: Span = _untraced, *, edge: bool = False) -> None:
        self.app, self.labels, self.span, self.edge = app, (network, service), span, edge
        self.origin = {"network": network, "service": service}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        ORIGIN.set(self.origin)
        if scope["type"] != "http":  # what the lifespan starts inherits the origin
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), "500"  # a failure is answered further out
        sent = Headers(scope=scope)
        known = not self.edge and REQUEST_ID.fullmatch(sent.get("x-request-id", ""))
        request_id = known[0] if known else secrets.token_hex(6)
        ORIGIN.set(self.origin | {"request_id": request_id})
        PASSED_ON.set({"X-Request-ID": request_id})

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        parent = sent.get("traceparent", "") if known else ""
        with HTTP_IN_FLIGHT.labels(*self.labels).track_inprogress(), self.span(parent) as tell:
            try:
                await self.app(scope, receive, noted)
            finally:
                route = scope["route"].path if "route" in scope else "none"
                seconds = time.perf_counter() - started
                HTTP_SECONDS.labels(*self.labels, scope["method"], route, status).observe(seconds)
                tell(scope["method"], route, status)
                if route not in ("/healthz", "/readyz"):
                    fields = {"method": scope["method"], "route": route, "status": int(status)}
                    log.info("answered", extra={"fields": fields | {"milliseconds": round(seconds * 1000)}})


def observe(app: FastAPI, engine: AsyncEngine, service: str, *, edge: bool = False) -> None:
    """Measure, log and, where a receiver is named, trace every request of `app`, and what it asks of its database."""
    settings = app.state.settings
    span: Span = _untraced
    if settings.otlp_url:
        from shared import tracing  # noqa: PLC0415 - what is off costs no memory

        span = tracing.Tracing(engine, settings, service).request
    app.add_middleware(Measured, network=settings.network, service=service, span=span, edge=edge)


def add_health(app: FastAPI, alive: dict[str, Check], ready: dict[str, Check]) -> None:
    """Add `/healthz` (alive and making progress) and `/readyz` (can serve now) with their named checks.

    `/readyz?without=broker` leaves one out: who only asks leads no request away because the broker is gone.
    """

    async def answer(checks: dict[str, Check]) -> JSONResponse:
        # A failing check is an answer, whatever its cause.
        found = await asyncio.gather(*(check() for check in checks.values()), return_exceptions=True)
        results = {name: said is True for name, said in zip(checks, found, strict=True)}
        good = all(results.values())
        return JSONResponse({"status": "ok" if good else "failing", "checks": results}, 200 if good else 503)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return await answer(alive)

    @app.get("/readyz", include_in_schema=False)
    async def readyz(without: str = "") -> JSONResponse:
        return await answer({name: check for name, check in ready.items() if name != without})
