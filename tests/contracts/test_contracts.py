"""The published language: golden schemas, frozen samples, and what must never leave a network.

A schema changes only by adding an optional field; then the golden file changes with it, in the same commit.
"""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.contracts.base import Round
from shared.contracts.envelope import ContractError, EventName, parse_envelope
from shared.contracts.registry import EVENTS, EventType, validate
from shared.vocabulary import FUNDING_ROUNDS, ITEM_STATES, ItemKind, ItemState

GOLDEN = Path(__file__).parent / "schemas"
SAMPLES = Path(__file__).parent / "samples"
BODIES = [
    pytest.param(event, lean, id=f"{event.kind}.{'lean' if lean else 'full'}")
    for event in EVENTS.values()
    for lean in (True, False)
    if not lean or event.lean is not None
]
# Names of fields that identify or describe a person beyond what the lean row may hold (design §3, classes C to E).
FORBIDDEN_ON_UP = {
    "name",
    "contact",
    "birth_date",
    "birth_year",
    "gender",
    "age_group",
    "language",
    "occasions",
    "reference_occupation",
    "referral_target",
    "office_id",
    "carrier_id",
    "project_id",
    "offering_id",
    "date",
    "entered_on",
    "ended_on",
    "person_id",
    "person_ref",
    "person_key",
    "company_ref",
    "company_key",
    "sector",
    "size_class",
    "notes",
    "employment_status",
    "education_level",
    "exit_status",
    "esf_participant_id",
}


def schema(event: EventType, lean: bool) -> dict[str, Any]:
    model = event.lean if lean else event.full
    assert model is not None
    return model.model_json_schema()


def file_name(event: EventType, lean: bool) -> str:
    return f"{event.name.context}.{event.kind}.v{event.name.major}.{'lean' if lean else 'full'}.json"


@pytest.mark.parametrize(("event", "lean"), BODIES)
def test_schema_equals_the_golden_one(event: EventType, lean: bool) -> None:
    golden = json.loads((GOLDEN / file_name(event, lean)).read_text(encoding="utf-8"))
    assert schema(event, lean) == golden


@pytest.mark.parametrize(("event", "lean"), BODIES)
def test_frozen_sample_is_still_read(event: EventType, lean: bool) -> None:
    sample = json.loads((SAMPLES / file_name(event, lean)).read_text(encoding="utf-8"))
    found, body = validate(event.name, sample, lean=lean)
    assert found is event
    assert json.loads(body.model_dump_json()) == sample


@pytest.mark.parametrize("event", [event for event in EVENTS.values() if event.lean is not None], ids=lambda e: e.kind)
def test_con_07_no_identity_or_detail_leaves_a_network(event: EventType) -> None:
    assert event.lean is not None
    public = {"name"} if event.kind == "structure_changed" else set()
    assert not set(event.lean.model_fields) & (FORBIDDEN_ON_UP - public)


def sample(kind: str, context: str = "counselling") -> dict[str, Any]:
    return dict(json.loads((SAMPLES / f"{context}.{kind}.v1.lean.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        ({"gender": "female"}, "later"),
        ({"nationality": "Syrien"}, "dead"),
        ({"programme_line": "migration_service"}, "dead"),
        ({"revision": 0}, "dead"),
        ({"month": "2026-13"}, "dead"),
        ({"session_id": "42"}, "dead"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_fate(change: dict[str, Any], fate: str) -> None:
    with pytest.raises(ContractError) as refused:
        validate(EventName("counselling", "session_recorded"), sample("session_recorded") | change, lean=True)
    assert refused.value.fate == fate


def test_nothing_of_the_person_is_on_a_participation_that_leaves() -> None:
    body = sample("participation_recorded", "registration")
    for field in ("nationality", "refugee_background", "offering_id"):
        with pytest.raises(ContractError) as refused:
            validate(EventName("registration", "participation_recorded"), body | {field: "SY"}, lean=True)
        assert refused.value.fate == "later"


@pytest.mark.parametrize(
    "public",
    [
        {"mailbox": "anna.muster@example.org"},
        {"mailbox": "Anna Muster <kontakt@example.org>"},
        {"url": "mailto:anna.muster@example.org"},
        {"summary": "x" * 2001},
        {"person": "Anna Muster"},
    ],
)
def test_a_public_sheet_names_an_organisation_and_no_person(public: dict[str, str]) -> None:
    name, body = EventName("registration", "item_changed"), sample("item_changed", "registration")
    assert validate(name, body | {"public": {"title": "Beispiel", "mailbox": "kontakt@example.org"}}, lean=True)
    with pytest.raises(ContractError):
        validate(name, body | {"public": public}, lean=True)


def test_a_procedure_has_no_outcome_before_the_notice() -> None:
    name, body = EventName("counselling", "procedure_advanced"), sample("procedure_advanced")
    with pytest.raises(ContractError) as refused:
        validate(name, body | {"state": "under_assessment"}, lean=True)
    assert refused.value.fate == "dead"
    assert validate(name, body | {"state": "under_assessment", "outcome": None}, lean=True)


def test_the_rounds_of_an_item_are_those_of_the_programme() -> None:
    assert get_args(Round) == tuple(f"{first}-{last}" for first, last in FUNDING_ROUNDS)


def test_every_state_of_an_item_belongs_to_a_kind() -> None:
    assert set(ITEM_STATES) == set(ItemKind)
    assert {state for states in ITEM_STATES.values() for state in states} == set(ItemState)


def test_a_newer_major_and_an_unknown_event_wait_for_an_upgrade() -> None:
    for name in (EventName("counselling", "session_recorded", 2), EventName("counselling", "brand_new")):
        with pytest.raises(ContractError) as refused:
            validate(name, {}, lean=True)
        assert refused.value.fate == "later"


HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b11",
    "Nats-Msg-Id": "7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b11",
    "ce-source": "/de/rp/counselling",
    "ce-type": "iq.counselling.session_recorded.v1",
}


def test_region_comes_from_the_subject() -> None:
    envelope = parse_envelope("up.rp.counselling.session_recorded.v1", HEADERS)
    assert (envelope.region, envelope.name) == ("rp", EventName("counselling", "session_recorded"))


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("up.sn.counselling.session_recorded.v1", {}),
        ("up.rp.counselling.group_held.v1", {}),
        ("up.rp.counselling.session_recorded.v1.x", {}),
        ("up.rp.counselling.session_recorded.v1", {"ce-id": "x"}),
        ("up.rp.counselling.session_recorded.v1", {"Nats-Msg-Id": "7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b12"}),
        ("up.rp.counselling.session_recorded.v1", {"ce-specversion": "0.3"}),
        ("up.rp.counselling.session_recorded.v1", {"ce-source": "/de/sn/counselling"}),
    ],
)
def test_disagreeing_metadata_is_dead(subject: str, change: dict[str, str]) -> None:
    with pytest.raises(ContractError) as refused:
        parse_envelope(subject, HEADERS | change)
    assert refused.value.fate == "dead"
