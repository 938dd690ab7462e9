"""Metrics, health and logs of a process. Labels are codes; never an id, a name or a text of a record."""

import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from prometheus_client import Counter, Gauge, Histogram
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Check = Callable[[], Awaitable[bool]]


def gauge(name: str, text: str, *labels: str) -> Gauge:
    """A gauge by network and `labels`; of several processes the one that set it last counts."""
    return Gauge(name, text, ["network", *labels], multiprocess_mode="livemostrecent")


HTTP_SECONDS = Histogram(
    "iq_http_request_seconds", "Time to answer a request", ["network", "service", "method", "route", "status"]
)
HTTP_IN_FLIGHT = Gauge(
    "iq_http_requests_in_flight", "Requests being answered now", ["network", "service"], multiprocess_mode="livesum"
)
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
    "Delay from recording to the nationwide figures: stage `hub` ends with the hub's confirmation, stage `centre` "
    "runs from there to the commit at the centre (no event carries a time of day across)",
    ["network", "stage"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 60, 300, 3600, 86400),
)
REFUSED = Counter(
    "iq_refused_total",
    "What was not believed: `wrong_stream`, a confirmation by another stream; `foreign_source`, a message that names "
    "another network than the hub does",
    ["network", "service", "reason"],
)
NATS_ERRORS = Counter("iq_nats_errors_total", "Errors told by the broker's client", ["network", "service"])


class DiscreetFormatter(logging.Formatter):
    """One line per event with UTC time; of a failure its types and places, never its message.

    A database quotes the row it refused in its message, and with it identity.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The line; what another handler kept of the failure is not used."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - named by the library
        """Types and places of the failure and of what caused it, the first cause first."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            kind = type(error)
            parts.insert(0, f"{''.join(traceback.format_tb(error.__traceback__))}{kind.__module__}.{kind.__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(parts)


def setup_logging() -> None:
    """Log to stderr; third parties from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("httpx2", "httpcore2", "uvicorn.access", "faststream", "nats"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class Measured:
    """Middleware that measures every request by its route pattern, so that no id becomes a label."""

    def __init__(self, app: ASGIApp, network: str, service: str) -> None:
        self.app, self.labels = app, (network, service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), "500"  # a failure is answered further out

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        with HTTP_IN_FLIGHT.labels(*self.labels).track_inprogress():
            try:
                await self.app(scope, receive, noted)
            finally:
                route = scope["route"].path if "route" in scope else "none"
                seconds = time.perf_counter() - started
                HTTP_SECONDS.labels(*self.labels, scope["method"], route, status).observe(seconds)


def observe(app: FastAPI, network: str, service: str) -> None:
    """Measure every request of `app`."""
    app.add_middleware(Measured, network=network, service=service)


def add_health(app: FastAPI, alive: dict[str, Check], ready: dict[str, Check]) -> None:
    """Add `/healthz` (alive and making progress) and `/readyz` (can serve now) with their named checks.

    `/readyz?without=broker` leaves one out: who only asks leads no request away because the broker is gone.
    """

    async def answer(checks: dict[str, Check]) -> JSONResponse:
        results: dict[str, bool] = {}
        for name, check in checks.items():
            try:
                results[name] = await check()
            except Exception:  # noqa: BLE001  # a failing check is an answer, whatever its cause
                results[name] = False
        good = all(results.values())
        return JSONResponse({"status": "ok" if good else "failing", "checks": results}, 200 if good else 503)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return await answer(alive)

    @app.get("/readyz", include_in_schema=False)
    async def readyz(without: str = "") -> JSONResponse:
        return await answer({name: check for name, check in ready.items() if name != without})
