"""What the centre tells a network and asks about a bucket: golden schemas, frozen samples (contracts §3)."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.counselling.publishing import RECORDS as COUNSELLING
from services.registration.publishing import RECORDS as REGISTRATION
from shared.contracts.registry import EVENTS
from shared.contracts.wanted import BucketsWanted, RecordsAsked, RecordsTold, wanted_subject

HERE = Path(__file__).parent
MODELS: dict[str, type[BaseModel]] = {
    "down.buckets_wanted.v1": BucketsWanted,
    "ask.records.asked": RecordsAsked,
    "ask.records.told": RecordsTold,
}


def read(folder: str, name: str) -> Any:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODELS)
def test_schema_equals_the_golden_one(name: str) -> None:
    assert MODELS[name].model_json_schema() == read("schemas", name)


@pytest.mark.parametrize("name", MODELS)
def test_frozen_sample_is_still_read(name: str) -> None:
    sample = read("samples", name)
    assert json.loads(MODELS[name].model_validate(sample).model_dump_json()) == sample


def test_a_record_is_named_by_its_random_id_revision_and_month_only() -> None:
    sample = read("samples", "down.buckets_wanted.v1")
    sample["kinds"]["session_recorded"]["ahead"][0]["nationality"] = "SY"
    with pytest.raises(ValidationError):
        BucketsWanted.model_validate(sample)


def test_subjects_at_the_hub_and_in_the_network() -> None:
    assert wanted_subject("counselling", "rp") == "down.rp.counselling.buckets_wanted.v1"
    assert wanted_subject("counselling") == "down.counselling.buckets_wanted.v1"


def test_every_kind_of_record_that_leaves_can_be_sent_again() -> None:
    leaving = {event.kind for event in EVENTS.values() if event.lean is not None}
    assert COUNSELLING.keys() | REGISTRATION.keys() == leaving
