"""Runs of programmes: planned, changed, told to the network and to the hub without anything of a person."""

import json
from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.recording import Caller, rows

RUN: dict[str, Any] = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "starts_on": "2027-03-04"}


async def test_a_run_is_planned_changed_and_told_as_months_and_places(app: Any, counsellor: Caller) -> None:
    trainer, key = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier), uuid4()
    made = await trainer.put(f"runs/{key}", RUN)
    assert (made["state"], made["min_places"], made["max_places"]) == ("announced", 3, 8)
    assert (await trainer.put(f"runs/{key}", RUN))["revision"] == 1
    assert (await trainer.put(f"runs/{key}", RUN | {"max_places": 6, "revision": 1}))["revision"] == 2
    told = await rows(app, "SELECT destination, convert_from(body, 'utf8') FROM outbox WHERE revision = 2")
    lean = next(json.loads(body) for destination, body in told if destination == "up")
    assert {name: lean[name] for name in ("month_from", "max_places", "accepted", "state")} == {
        "month_from": "2027-03",
        "max_places": 6,
        "accepted": 0,
        "state": "announced",
    }
    stranger = trainer.at(uuid4())
    assert (await stranger.send("GET", f"runs/{key}")).status_code == 404
    assert (await stranger.send("POST", f"runs/{key}/withdraw")).status_code == 404
    assert (await trainer.send("POST", f"runs/{key}/withdraw")).status_code == 204
    assert (await trainer.send("GET", "runs")).json()["total"] == 0


async def test_a_run_whose_days_and_sizes_do_not_fit_is_refused(counsellor: Caller) -> None:
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    wrong: dict[str, Any] = {"ends_on": "2027-03-01", "min_places": 9, "published": True}
    answer = await trainer.send("PUT", f"runs/{uuid4()}", json=RUN | wrong)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"ends_on", "min_places", "deadline"}
    general = RUN | {"programme": "general"}
    answer = await trainer.send("PUT", f"runs/{uuid4()}", json=general)
    assert [error["field"] for error in answer.json()["errors"]] == ["programme_line"]
