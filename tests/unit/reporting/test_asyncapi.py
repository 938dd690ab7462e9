"""The AsyncAPI document: every event that leaves a network, and nothing that stays in it."""

import json
import re

from services.reporting.asyncapi import document


def test_every_reference_leads_somewhere() -> None:
    found = document("0.1.0")
    schemas = found["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found)):
        assert name in schemas
    for operation in found["operations"].values():
        assert operation["channel"]["$ref"].rsplit("/", 1)[1] in found["channels"]


def test_channels_are_those_of_the_hub() -> None:
    addresses = {channel["address"] for channel in document("0.1.0")["channels"].values()}
    assert addresses == {
        "up.{region}.counselling.session_recorded.v1",
        "up.{region}.counselling.group_held.v1",
        "up.{region}.counselling.procedure_advanced.v1",
        "up.{region}.registration.contact_persons_counted.v1",
        "up.{region}.registration.item_changed.v1",
        "up.{region}.counselling.company_counselled.v1",
        "up.{region}.registration.meeting_held.v1",
        "up.{region}.registration.participation_recorded.v1",
        "up.{region}.registration.run_changed.v1",
        "up.{region}.registration.structure_changed.v1",
        "hb.{region}.{context}.v1",
    }


def test_no_full_event_is_described() -> None:
    assert "PersonChanged" not in json.dumps(document("0.1.0"))
    assert "gender" not in json.dumps(document("0.1.0"))
