"""Traces of requests within a network, sent to an OTLP receiver; imported only where `IQ_OTLP_URL` names one.

A span is told here, word by word, what it carries. Instrumentation that others make collects paths, queries, addresses
and statements first, for us to drop; that of SQLAlchemy is made for 2.0. Nothing is traced outside of a request, so
that a trace ends at the outbox (design 3).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.logs import ORIGIN, PASSED_ON
from shared.settings import Settings
from shared.telemetry import Tell

W3C = TraceContextTextMapPropagator()
ALLOWED = {"http.request.method", "http.route", "http.response.status_code", "db.system.name"}
KEPT = ("context", "parent", "resource", "kind", "start_time", "end_time", "instrumentation_scope")
PATIENCE_SECONDS = 2  # a receiver that is away holds up the end of a process so long, and its requests never
FAILED = Status(StatusCode.ERROR)


class Tracing:
    """Spans of one service's requests and of the statements they send to its database."""

    def __init__(self, engine: AsyncEngine, settings: Settings, service: str) -> None:
        sampler, place = ParentBased(TraceIdRatioBased(settings.trace_share)), {"network": settings.network}
        provider = TracerProvider(sampler, Resource({"service.name": service, **place}))
        provider.add_span_processor(Discreet(OTLPSpanExporter(settings.otlp_url, timeout=PATIENCE_SECONDS)))
        self.tracer = provider.get_tracer("iq")
        logging.getLogger("opentelemetry").setLevel(logging.ERROR)  # not each try while the receiver is away
        for name, heard in ("before_cursor_execute", self._ask), ("after_cursor_execute", _answered):
            event.listen(engine.sync_engine, name, heard)
        event.listen(engine.sync_engine, "handle_error", _failed)

    @contextmanager
    def request(self, parent: str) -> Iterator[Tell]:
        """A span around a request that belongs to the trace of `parent`, the gateway's `traceparent`, if it has one."""
        with self.tracer.start_as_current_span(
            "request", W3C.extract({"traceparent": parent}, Context()), SpanKind.SERVER, record_exception=False
        ) as span:
            if span.is_recording():
                ORIGIN.set(ORIGIN.get() | {"trace_id": format_trace_id(span.get_span_context().trace_id)})
            passed = dict(PASSED_ON.get())
            W3C.inject(passed)
            PASSED_ON.set(passed)

            def tell(method: str, route: str, status: str) -> None:
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.request.method": method, "http.route": route})
                span.set_attribute("http.response.status_code", int(status))
                if status >= "500":
                    span.set_status(FAILED)

            yield tell

    def _ask(self, *asked: Any) -> None:
        """Of a statement its first word."""
        _connection, _cursor, statement, _parameters, context, _many = asked
        if get_current_span().is_recording():
            word, told = statement.split(None, 1)[0].upper(), {"db.system.name": "postgresql"}
            context.iq_span = self.tracer.start_span(word, None, SpanKind.CLIENT, told)


def _answered(*asked: Any) -> None:
    if span := getattr(asked[4], "iq_span", None):
        span.end()


def _failed(context: ExceptionContext) -> None:
    if span := getattr(context.execution_context, "iq_span", None):
        span.set_status(FAILED)
        span.end()


class Discreet(BatchSpanProcessor):
    """Sends of every span what it may carry, whoever put more on it."""

    def on_end(self, span: ReadableSpan) -> None:
        """Keep it for sending: no other attribute, no event (it holds what a failure says), no link, no description."""
        kept = {name: getattr(span, name) for name in KEPT}
        attributes = {name: value for name, value in (span.attributes or {}).items() if name in ALLOWED}
        super().on_end(ReadableSpan(span.name, attributes=attributes, status=Status(span.status.status_code), **kept))
