"""No field of a person's record is in a message, the audit or the log (class D); a new field needs its canary."""

import logging
from typing import Any
from uuid import uuid4

import pytest

from services.registration.tables import PersonRow
from shared.logs import DiscreetFormatter
from tests.support.canaries import without_drawn
from tests.support.recording import Caller, rows

CANARIES: dict[str, Any] = {
    "family_name": "CANARY-Familie",
    "given_names": "CANARY-Vorname",
    "original_name": "КАНАРЕЙКА",
    "birth_date": "1931-07-29",
    "phone": "CANARY 0987",
    "email": "canary@example.org",
    "address": "CANARY-Weg 7",
    "contact_way": "messenger",
    "languages": [{"language": "tg", "level": "a2"}],
    "interpreter_needed": "yes",
    "has_degree": "yes",
    "german_level": "c2",
    "qualifications": [{"title": "CANARY-Abschluss", "level": "doctorate", "country": "TV", "year": 1957}],
}
# What a message may hold: which record, and the profile counselling knows.
TOLD = {
    "person_id",
    "carrier_id",
    "revision",
    "withdrawn",
    "recorded_on",
    "nationality",
    "refugee_background",
    "gender",
}
DERIVED = {"name", "search_name", "keys_version", "birth_year"}
SIGNS = ["canary", "КАНАРЕЙКА", "kanar", "1931", "0987", "messenger", '"tg"', '"c2"', "doctorate", '"tv"', "1957"]


def test_every_field_has_its_canary() -> None:
    assert set(PersonRow.model_fields) == CANARIES.keys() | TOLD | DERIVED


async def test_no_field_of_a_person_leaves_the_register(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    keep, other = uuid4(), uuid4()
    with caplog.at_level(logging.DEBUG):
        for key in (keep, other):
            await counsellor.put(f"persons/{key}", CANARIES)
        await counsellor.put(f"persons/{keep}", CANARIES | {"address": "CANARY-Weg 8", "revision": 1})
        for act in ("merge", "unmerge"):
            await counsellor.send("POST", f"persons/{keep}/{act}", json={"other": str(other)})
        await counsellor.send("GET", "persons/similar", params={"name": "CANARY Familie"})
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) == 5
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in SIGNS:
        for text in [text for (text,) in (*sent, *acts)] + lines:
            assert sign.lower() not in without_drawn(text).lower(), f"{sign}: {text}"
