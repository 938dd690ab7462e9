"""A receiver of traces: a small OTLP/HTTP server that keeps what it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.ports import HOST


class Receiver(ThreadingHTTPServer):
    """Serves until it is closed; `passed` are all bytes it was sent, addresses and headers included."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Keeping)
        self.passed, self.exports = bytearray(), list[bytes]()
        self.url = f"http://{HOST}:{self.server_port}/v1/traces"

    @property
    def spans(self) -> list[dict[str, Any]]:
        """The spans: what a receiver would show of each."""
        found = []
        for content in list(self.exports):
            for part in ExportTraceServiceRequest.FromString(content).resource_spans:
                place = _values(part.resource.attributes)
                for scope in part.scope_spans:
                    found += [_shown(span, place) for span in scope.spans]
        return found


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def _shown(span: Any, place: dict[str, Any]) -> dict[str, Any]:
    told = _values(span.attributes)
    ids = {"trace": span.trace_id.hex(), "id": span.span_id.hex(), "parent": span.parent_span_id.hex()}
    failed, more = span.status.code == 2, (*span.events, *span.links, span.status.message, span.trace_state)
    return {
        "name": span.name,
        **ids,
        "failed": failed,
        "place": place,
        "told": told,
        "more": [one for one in more if one],
    }


class _Keeping(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:  # named by the library
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.passed += f"{self.path}\n{self.headers}\n".encode() + content
        self.server.exports.append(content)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
