"""Logs: one JSON object per line on stderr, or plain lines (`IQ_LOG=text`); what a failure says is never written."""

import json
import logging
import os
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

NOISY = ("httpx2", "httpcore2", "uvicorn.access", "faststream", "nats")
ORIGIN: ContextVar[dict[str, str]] = ContextVar("ORIGIN")
"""Where a line comes from: network, service, within a request its id and trace; a task inherits it from its starter."""
PASSED_ON: ContextVar[dict[str, str]] = ContextVar("PASSED_ON")
"""Headers that keep a request together on its way to the services."""


def request_id() -> str:
    """Id of the request that is being answered; empty outside of one."""
    return ORIGIN.get({}).get("request_id", "")


def setup_logging() -> None:
    """Log to stderr; third parties from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter(text=os.environ.get("IQ_LOG") == "text"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(capture=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


class DiscreetFormatter(logging.Formatter):
    """One line per event with UTC time; of a failure its types and places, never its message.

    A database quotes the row it refused in its message, and with it identity. Fields are these and no others, whatever
    a library adds to its records.
    """

    def __init__(self, *, text: bool = False) -> None:
        super().__init__()
        self.text = text

    def format(self, record: logging.LogRecord) -> str:
        """The line; what another handler kept of the failure is not used."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname,
            "logger": record.name,
            "message": self.formatMessage(record),
            **ORIGIN.get({}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            entry["error"] = named(record.exc_info[1])
            entry["stack"] = self.formatException(record.exc_info)
        return " ".join(map(str, entry.values())) if self.text else json.dumps(entry, ensure_ascii=False)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - named by the library
        """What is said, without what libraries quote of a failure: FastStream its message, asyncio a line for it."""
        message = record.getMessage()
        if record.exc_info and (quoted := str(record.exc_info[1])):
            message = message.replace(quoted, "…")
        return message.partition("\n")[0]

    def formatException(self, ei: Any) -> str:  # noqa: N802 - named by the library
        """Types and places of the failure and of what caused it, the first cause first."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + named(error))
            error = error.__cause__ or error.__context__
        return "\n".join(parts)


def named(error: BaseException) -> str:
    """The type of a failure."""
    return f"{type(error).__module__}.{type(error).__qualname__}"
