"""Events in tests: written short, read by the real code as if they came from the broker."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from nats.aio.msg import Msg

from shared.contracts.envelope import headers
from shared.contracts.registry import (
    COMPANY,
    CONTACT_PERSONS,
    GROUP,
    ITEM,
    MEETING,
    PARTICIPATION,
    PERSON,
    PROCEDURE,
    RUN,
    SESSION,
    STRUCTURE,
    EventType,
)
from shared.messaging.ingest import Received, read

EVENTS: dict[str, EventType] = {
    "session": SESSION,
    "group": GROUP,
    "company": COMPANY,
    "meeting": MEETING,
    "structure": STRUCTURE,
    "person": PERSON,
    "participation": PARTICIPATION,
    "item": ITEM,
    "contact_persons": CONTACT_PERSONS,
    "procedure": PROCEDURE,
    "run": RUN,
}
CARRIER = "00000000-0000-4000-8000-00000000000c"
LEAN: dict[str, dict[str, Any]] = {
    "session": {
        "programme_line": "recognition_counselling",
        "session_type": "first",
        "seen_before": "no",
        "nationality": "SY",
        "refugee_background": "no",
        "recorded_on": None,
        "origin": "entered",
    },
    "group": {"programme_line": "fair_integration", "group_type": "information", "origin": "entered"},
    "company": {
        "programme_line": "skilled_worker_networks",
        "company_is_new": True,
        "participants": 1,
        "origin": "entered",
    },
    "meeting": {
        "programme_line": "intercultural",
        "format": "training",
        "role": "own",
        "number": 1,
        "origin": "entered",
    },
    "structure": {
        "kind": "office",
        "parent_id": None,
        "programme_line": None,
        "carrier_is_migrant_organisation": False,
        "valid_to": None,
    },
    "person": {"nationality": "SY", "refugee_background": "no", "gender": "female", "carrier_id": CARRIER},
    "participation": {
        "origin": "imported",
        "programme_line": "qualification",
        "month_ended": None,
        "result": None,
        "success": None,
        "delivery": "not_stated",
        "form": "not_stated",
        "came_from_counselling": "not_stated",
    },
    "item": {
        "item_kind": "transfer",
        "state": "planned",
        "round": None,
        "area": None,
        "delivery": "not_stated",
        "route": None,
        "public": None,
    },
    "contact_persons": {"mandated": 0},
    "procedure": {"state": "counselled", "outcome": None},
    "run": {
        "programme": "iko",
        "state": "registration_open",
        "month_from": "2027-03",
        "month_to": "2028-05",
        "min_places": 3,
        "max_places": 8,
        "accepted": 0,
        "waiting": 0,
        "cross_region": True,
        "public_title": "IKÖ 4.0",
        "recorded_on": "2026-11-20",
    },
}
FULL: dict[str, dict[str, Any]] = {
    "session": {
        "carrier_id": CARRIER,
        "office_id": None,
        "project_id": None,
        "channel": None,
        "mobile": False,
        "outreach": False,
        "language": None,
        "gender": "not_stated",
        "age_group": "not_stated",
        "has_degree": "not_stated",
        "reference_occupation": None,
        "occasions": [],
        "referral_target": None,
    },
    "group": {"carrier_id": CARRIER, "office_id": None, "topic": None, "language": None},
    "company": {"office_id": None, "sector": None, "size_class": None},
    "meeting": {
        "carrier_id": CARRIER,
        "offering_id": None,
        "office_id": None,
        "topic": None,
        "target_groups": [],
        "units": None,
    },
    "participation": {
        "offering_id": "00000000-0000-4000-8000-0000000000aa",
        "carrier_id": CARRIER,
        "nationality": "SY",
        "refugee_background": "no",
        "gender": "not_stated",
        "age_group": "not_stated",
        "reference_occupation": None,
    },
    "procedure": {"office_id": None, "reference_occupation": None},
    "run": {"offering_id": None},
}
WITHOUT_DAY = {"structure", "person", "participation", "item", "contact_persons", "procedure", "run"}


def entity(name: str) -> UUID:
    """The id of a record that a test calls by a name."""
    return uuid5(NAMESPACE_URL, name)


def body(kind: str, name: str, values: dict[str, Any], *, lean: bool) -> dict[str, Any]:
    """Body of an event about the record `name`; what is left out is as common as possible.

    A month without `recorded_on` is recorded on its 15th day where a day is needed; of a participation the last of its
    months. An item has no month: it names its day.
    """
    event = EVENTS[kind]
    values = dict(values)
    found: dict[str, Any] = {event.id_field: str(entity(name)), "revision": 1, "withdrawn": False}
    found |= LEAN[kind] | ({} if lean else FULL.get(kind, {}))
    if "office" in values:
        values["office_id"] = str(entity(values.pop("office")))
    if "name_" in values:  # the unit's own name, not the test's
        values["name"] = values.pop("name_")
    found |= values
    if kind not in WITHOUT_DAY and not lean:
        found.setdefault("date", f"{found['month']}-15")
    if found.get("recorded_on") is None and not (lean and kind == "session"):
        month = found.get("month") or found.get("month_ended") or found.get("month_entered")
        found["recorded_on"] = found.get("valid_from") or f"{month}-15"
    if kind == "meeting":
        found.setdefault("new_participants", found["participants"] if found["number"] == 1 else 0)
    return found


def message(kind: str, region: str, content: dict[str, Any], *, lean: bool) -> Msg:
    """The event as a message of its stream."""
    event = EVENTS[kind]
    subject = event.name.hub_subject(region) if lean else event.name.regional_subject(region)
    head = headers(uuid4(), region, event.name, datetime(2026, 11, 1, tzinfo=UTC))
    return Msg(_client=None, subject=subject, data=json.dumps(content).encode(), headers=head)  # type: ignore[arg-type]


def received(kind: str, region: str, content: dict[str, Any], *, lean: bool) -> Received:
    """The event as the ingest reads it. Raises ContractError when it does not fit its contract."""
    return read(message(kind, region, content, lean=lean), lean=lean)
