"""A line of the log: its fields, and what no line ever says."""

import asyncio
import contextvars
import json
import logging
import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from deploy.local.paths import ROOT
from services.gateway.settings import GatewaySettings
from services.registration.enrolment.settings import EnrolmentSettings
from services.registration.mailing.settings import MailSettings
from shared.logs import ORIGIN, DiscreetFormatter
from shared.settings import Settings

CANARY = "Frau Kanarienvogel"


def failure() -> BaseException:
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            raise LookupError(f"key {CANARY}\nDETAIL: {CANARY}") from error
    except LookupError as error:
        return error


def record(message: str, *args: Any, error: BaseException | None = None, **more: Any) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("services.x", logging.WARNING, __file__, 1, message, args, info)
    made.__dict__.update(more)
    return made


def line(made: logging.LogRecord) -> dict[str, Any]:
    text = DiscreetFormatter().format(made)
    assert "\n" not in text
    return dict(json.loads(text))


def test_a_line_is_one_object_with_these_fields_and_no_others() -> None:
    told = line(record("relay %s: %d", "up", 3, color_message=CANARY, person=CANARY))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {"level": "WARNING", "logger": "services.x", "message": "relay up: 3"}


def test_the_time_is_utc() -> None:
    assert line(record("x", created=1_700_000_000.25))["time"] == "2023-11-14T22:13:20.250Z"


def test_a_failure_is_told_by_its_types_and_places() -> None:
    told = line(record("not stored", error=failure()))
    assert (told["message"], told["error"]) == ("not stored", "builtins.LookupError")
    assert told["stack"].index("builtins.ValueError") < told["stack"].index("builtins.LookupError")
    assert "test_logs.py" in told["stack"]
    assert CANARY not in json.dumps(told)


def test_what_a_library_quotes_of_a_failure_is_left_out() -> None:
    error = failure()
    told = line(record(f"LookupError: {error}", error=error))  # as FastStream writes it
    assert told["message"] == "LookupError: …"
    told = line(record(f"Task exception was never retrieved\nfuture: <Task exception={error!r}>", error=error))
    assert told["message"] == "Task exception was never retrieved"


def test_a_line_for_people_holds_the_same() -> None:
    text = DiscreetFormatter(text=True).format(record("not stored", error=failure(), created=0.0))
    assert text.startswith("1970-01-01T00:00:00.000Z WARNING services.x not stored builtins.LookupError ")
    assert CANARY not in text


async def test_a_task_says_whose_request_it_began_in() -> None:
    async def later() -> dict[str, Any]:
        await asyncio.sleep(0)
        return line(record("x"))

    async def answering(request_id: str) -> dict[str, Any]:
        ORIGIN.set({"network": "rp", "service": "counselling", "request_id": request_id})
        return await asyncio.create_task(later())

    first, second = await asyncio.gather(answering("a" * 12), answering("b" * 12))
    assert (first["request_id"], second["request_id"]) == ("a" * 12, "b" * 12)
    assert contextvars.copy_context().get(ORIGIN) is None


@pytest.mark.parametrize("kind", [Settings, GatewaySettings, MailSettings, EnrolmentSettings])
def test_a_setting_that_is_missing_or_wrong_is_named_and_the_others_are_not_quoted(
    kind: type[BaseSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, field in kind.model_fields.items():
        prefix = str(kind.model_config["env_prefix"])
        monkeypatch.setenv(f"{prefix}{name.upper()}", CANARY)
        if field.annotation is int:
            wrong = name
    with pytest.raises(ValidationError) as refused:
        kind()
    assert wrong in str(refused.value)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(("asked", "start"), [("json", '{"time": "'), ("text", "20")])
def test_a_process_that_traces_nothing_loads_nothing_for_it_and_logs_as_asked(asked: str, start: str) -> None:
    script = (
        "import logging, sys, warnings, shared.telemetry; from shared.logs import setup_logging; setup_logging();"
        "assert 'opentelemetry.sdk' not in sys.modules; warnings.warn('old'); logging.getLogger('nats').info('noise')"
    )
    environment = {"IQ_LOG": asked, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    (told,) = run.stderr.splitlines()
    assert told.startswith(start)
    assert "py.warnings" in told
