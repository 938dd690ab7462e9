"""A Good Practice proposal of a network that is up in a sitting at the centre, in tests over a local run."""

import time
from uuid import uuid4

import httpx2

from shared.clock import today

SECONDS = 20.0


def proposed(trainer: httpx2.Client, coordinator: httpx2.Client) -> str:
    """A proposal of a specialist unit whose texts are released; its id."""
    unit = {"kind": "specialist_unit", "code": "FS-GREMIUM", "name": "Fachstelle", "valid_from": "2020-01-01"}
    coordinator.put(f"/api/v1/structure/{uuid4()}", json=unit).raise_for_status()
    values = {"title": "Willkommensmappe", "unit": unit["code"], "round": "2023-2028", "carrier": "Träger Beispiel"}
    values |= {"short_description": "Eine Mappe in vier Sprachen.", "mailbox": "kontakt@traeger.example"}
    item = str(uuid4())
    trainer.put(f"/api/v1/items/{item}", json={"item_kind": "good_practice", "values": values}).raise_for_status()
    trainer.post(f"/api/v1/items/{item}/submit", json={"revision": 1}).raise_for_status()
    seen = {"revision": 2, "seen_as_public": True}
    coordinator.post(f"/api/v1/items/{item}/release", json=seen).raise_for_status()
    return item


def up(coordination: httpx2.Client, region: str, item: str) -> str:
    """A sitting in which a proposal is up, as soon as the centre knows its texts; the sitting's id."""
    until = time.monotonic() + SECONDS
    ready = False
    while not ready:
        assert time.monotonic() < until, "the centre does not know the proposal"
        found = coordination.get("/api/v1/board/proposals?limit=500").raise_for_status().json()["items"]
        ready = any(one["item_id"] == item and one["ready"] for one in found)
        time.sleep(0 if ready else 0.2)
    body = {"title": "Herbstsitzung", "day": f"{today()}", "proposals": [{"region": region, "item_id": item}]}
    key = str(uuid4())
    coordination.put(f"/api/v1/board/sittings/{key}", json=body).raise_for_status()
    return key
