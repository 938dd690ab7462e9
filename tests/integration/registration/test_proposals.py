"""Proposals to a qualification: the newest revision wins, trainers they are made to see them, and it is noted."""

import json
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from nats.aio.msg import Msg

from services.registration.consumers import learn
from shared.contracts.counselling import QualificationProposed
from shared.contracts.envelope import ContractError, Envelope
from shared.contracts.registration import ProposalAnswered
from shared.contracts.registry import PROPOSAL, validate
from shared.messaging.ingest import Received
from shared.vocabulary import Role
from tests.support.recording import Caller, rows

PROFILE = {
    "nationality": "SY",
    "refugee_background": "yes",
    "gender": "female",
    "age_group": "30_54",
    "has_degree": "yes",
    "reference_occupation": "8130",
    "language": "ar",
}


def proposal(carrier: UUID, to: UUID, person: UUID, revision: int, *, withdrawn: bool = False) -> dict[str, Any]:
    """The body of an event; the same proposal for the same person."""
    ids = {"proposal_id": person, "carrier_id": carrier, "to_carrier_id": to, "person_id": person}
    day = "2026-05-04"
    own = {"revision": revision, "withdrawn": withdrawn, "recorded_on": day, "proposed_on": day}
    return {name: str(value) for name, value in ids.items()} | own | PROFILE


async def heard(app: Any, *bodies: dict[str, Any]) -> None:
    """Take events in, each in a transaction of its own."""
    for body in bodies:
        event = Received(
            Envelope(uuid4(), "rp", PROPOSAL.name),
            PROPOSAL,
            QualificationProposed(**body),
            body,
            Msg(None),  # type: ignore[arg-type]
        )
        async with app.state.sessions() as session, session.begin():
            await learn(session, [event])


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_revision_wins_in_any_order(app: Any, counsellor: Caller, order: tuple[int, ...]) -> None:
    carrier, to, person = counsellor.carrier or uuid4(), uuid4(), uuid4()
    bodies = [proposal(carrier, to, person, number, withdrawn=number == 2) for number in (1, 2, 3)]
    await heard(app, *(bodies[place] for place in (*order, *order)))
    assert await rows(app, "SELECT revision, withdrawn FROM qualification_proposal") == [(3, False)]


async def test_only_trainers_of_the_carrier_asked_see_who_is_proposed_and_it_is_noted(
    app: Any, counsellor: Caller
) -> None:
    person, to = uuid4(), uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Vorschlag, Vera", "phone": "0151 2345678"})
    own = counsellor.carrier or uuid4()
    await heard(app, proposal(own, to, person, 1), proposal(own, to, uuid4(), 1))
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, to)
    items = (await trainer.send("GET", "proposals")).json()["items"]
    assert sorted((item["name"] or "") for item in items) == ["", "Vorschlag, Vera"]
    assert {item["phone"] for item in items} == {None, "0151 2345678"}
    noted = "SELECT subject, carrier_id, listed FROM audit WHERE action = 'person.listed'"
    assert await rows(app, noted) == [("test-trainer", own, [person])]
    for other in (trainer.at(own), trainer.at(uuid4())):
        assert (await other.send("GET", "proposals")).json() == {"items": [], "total": 0}
    for role in (Role.COUNSELLOR, Role.ADMIN, Role.COORDINATOR):
        stranger = Caller(counsellor.client, counsellor.settings, role, to)
        assert (await stranger.send("GET", "proposals")).status_code == 403
    await heard(app, proposal(own, to, person, 2, withdrawn=True))
    assert [item["name"] for item in (await trainer.send("GET", "proposals")).json()["items"]] == [None]


def test_con_07_a_proposal_is_dead_wherever_it_would_go_up() -> None:
    with pytest.raises(ContractError, match="never leaves a network"):
        validate(PROPOSAL.name, proposal(uuid4(), uuid4(), uuid4(), 1), lean=True)


async def test_a_proposal_is_accepted_or_declined_with_a_reason_and_counselling_is_told_in_codes(
    app: Any, counsellor: Caller
) -> None:
    person, to, own = uuid4(), uuid4(), counsellor.carrier or uuid4()
    await heard(app, proposal(own, to, person, 1))
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, to)
    (due,) = (await trainer.send("GET", "due")).json()["items"]
    assert (due["title"], due["due"], due["link"]) == (
        "Ein Vorschlag wartet auf Ihre Antwort",
        "2026-05-18",
        "/vorschlaege",
    )
    path = f"proposals/{person}/answer"
    for wrong in ({"answer": "declined"}, {"answer": "accepted", "reason": "no_place"}):
        refused = await trainer.send("PUT", path, json=wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    assert (await trainer.at(own).send("PUT", path, json={"answer": "accepted"})).status_code == 404
    declined = {"answer": "declined", "reason": "no_place"}
    for answer in (declined, declined, {"answer": "accepted"}):
        assert (await trainer.send("PUT", path, json=answer)).status_code == 200
    (item,) = (await trainer.send("GET", "proposals")).json()["items"]
    assert (item["answer"], item["reason"]) == ("accepted", None)
    assert (await trainer.send("GET", "due")).json()["items"] == []
    sent = await rows(app, "SELECT destination, convert_from(body, 'utf8') FROM outbox ORDER BY seq")
    assert [destination for destination, _ in sent] == ["region"] * 2
    bodies = [json.loads(body) for _, body in sent]
    assert [(one["revision"], one["answer"], one["reason"]) for one in bodies] == [
        (1, "declined", "no_place"),
        (2, "accepted", None),
    ]
    assert bodies[0].keys() == ProposalAnswered.model_fields.keys()
    noted = "SELECT subject, entity_id, carrier_id FROM audit WHERE action = 'proposal.answered'"
    assert await rows(app, noted) == [("test-trainer", person, to)] * 2
    await heard(app, proposal(own, to, person, 2, withdrawn=True))
    assert (await trainer.send("PUT", path, json=declined)).status_code == 404
