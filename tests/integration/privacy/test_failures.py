"""What no database takes is refused in German, and no failure writes identity into a log (design §3, class D)."""

import json
import logging
from typing import Any
from uuid import uuid4

import pytest

from shared.logs import DiscreetFormatter
from tests.support.owner import as_owner
from tests.support.recording import Caller

CANARY = "CANARY-Familienname"


@pytest.mark.parametrize("name", ["Anna\x00Beispiel", "Zeile\neins", "\ud800"], ids=["nul", "line break", "surrogate"])
async def test_a_text_no_database_takes_is_refused(counsellor: Caller, name: str) -> None:
    body = json.dumps({"name": name}).encode()
    headers = {"content-type": "application/json"}
    answer = await counsellor.send("PUT", f"persons/{uuid4()}", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "name"


async def test_a_failing_database_never_writes_a_name_into_the_log(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    as_owner(app, "ALTER TABLE person ADD CONSTRAINT broken CHECK (birth_year IS NULL)")
    with caplog.at_level(logging.INFO):
        answer = await counsellor.send("PUT", f"persons/{uuid4()}", json={"name": CANARY, "birth_year": 1990})
    assert answer.status_code == 500
    assert CANARY not in answer.text
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert any("IntegrityError" in line for line in lines)  # the failure itself is there to be found
    assert not [line for line in lines if CANARY in line]
