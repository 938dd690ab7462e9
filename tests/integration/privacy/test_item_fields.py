"""What stays inside of an item is in no message, audit or log; what is public leaves once it is released (PDB-04)."""

import json
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.item_tables import ItemRow
from services.registration.items.kinds import COLUMNS, ItemField, kinds
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.recording import Caller, rows

FREE = ("text", "lines", "mailbox", "url")
TOLD = {"item_id", "revision", "withdrawn", "recorded_on", "item_kind", "state", "round", "area", "delivery", "route"}
TOLD |= {"decision"}
OF_THE_ROW = {"carrier_id", "origin", "external_id", "row_hash", "row_recorded_on", "offering_id", "run_id"}
INSIDE = {"details", "review", "released_on", "reason"}
CODES = {"programme": "iko", "topic": "recognition", "house_type": "job_centre", "round": "2019-2022"}


def canary(one: ItemField) -> str | None:
    """A text that tells its field, in the form that the field asks for."""
    sign = f"canary-{one.name}".replace("_", "-")
    typed = {"mailbox": f"{sign}@haus.example", "url": f"https://haus.example/{sign}"}
    return typed.get(one.kind, sign) if one.kind in FREE else CODES.get(one.name)


def signs(kind: str, *, public: bool) -> list[str]:
    """The canaries of the fields of a kind that are, or are not, part of the public sheet."""
    found = [one for one in kinds()[kind].fields if bool(one.part) is public and one.kind in FREE]
    return [f"canary-{one.name}".replace("_", "-") for one in found]


def test_every_column_of_an_item_is_told_or_stays() -> None:
    assert set(ItemRow.model_fields) == TOLD | OF_THE_ROW | INSIDE | {"public_sheet"}
    assert set(COLUMNS) - {"offering", "run"} <= TOLD


async def texts(app: Any, item: UUID) -> str:
    query = "SELECT convert_from(body, 'utf8') || headers::text FROM outbox WHERE entity_id = :item"
    return " ".join(text for (text,) in await rows(app, query, item=item))


@pytest.mark.parametrize("kind", ["project", "good_practice"])
async def test_public_parts_leave_when_released_and_the_rest_never(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    coordinator = Caller(counsellor.client, counsellor.settings, Role.COORDINATOR, None)
    unit = {"kind": "specialist_unit", "code": "FS-1", "name": "Fachstelle", "valid_from": "2020-01-01"}
    item, values = uuid4(), {one.name: text for one in kinds()[kind].fields if (text := canary(one))}
    with caplog.at_level(logging.DEBUG):
        if kind == "good_practice":
            await coordinator.put(f"structure/{uuid4()}", unit)
            values |= {"unit": "FS-1"}
        await trainer.put(f"items/{item}", {"item_kind": kind, "values": values})
        before = await texts(app, item)
        assert (await trainer.send("POST", f"items/{item}/submit", json={"revision": 1})).status_code == 200
        given = {"revision": 2, "reason": "canary-reason"}
        assert (await coordinator.send("POST", f"items/{item}/return", json=given)).status_code == 200
        assert (await trainer.send("POST", f"items/{item}/submit", json={"revision": 3})).status_code == 200
        seen = {"revision": 4, "seen_as_public": True}
        assert (await coordinator.send("POST", f"items/{item}/release", json=seen)).status_code == 200
    assert "canary" not in before
    after = await texts(app, item)
    assert [sign for sign in signs(kind, public=True) if sign not in after] == []
    inside = [*signs(kind, public=False), "canary-reason"]
    assert [sign for sign in inside if sign in after] == []
    kept = json.dumps([str(text) for (text,) in await rows(app, "SELECT audit::text FROM audit")])
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in ("canary", "FS-1"):
        assert sign not in kept
        assert not [line for line in lines if sign in line]
