"""What the centre asks about a finding, and what a network answers: golden schemas, frozen samples, no free text."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts.follow_ups import (
    MOST_FOLLOW_UPS,
    FollowUp,
    FollowUpsAsked,
    FollowUpsNoted,
    FollowUpsTold,
    follow_up_subject,
)

HERE = Path(__file__).parent
MODELS: dict[str, type[BaseModel]] = {
    "down.follow_ups_asked.v1": FollowUpsTold,
    "ask.follow_ups.asked": FollowUpsAsked,
    "ask.follow_ups.noted": FollowUpsNoted,
}
LARGEST_ANSWER = 900_000  # bytes, services/reporting/exchange.py


def read(folder: str, name: str) -> Any:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODELS)
def test_schema_equals_the_golden_one(name: str) -> None:
    assert MODELS[name].model_json_schema() == read("schemas", name)


@pytest.mark.parametrize("name", MODELS)
def test_frozen_sample_is_still_read(name: str) -> None:
    sample = read("samples", name)
    assert json.loads(MODELS[name].model_validate(sample).model_dump_json()) == sample


@pytest.mark.parametrize(
    "change",
    [
        {"note": "Frau Beispiel war krank"},
        {"dimensions": {"office": "Frau Beispiel war krank"}},
        {"reason": "Frau Beispiel war krank"},
        {"period": "im Oktober"},
    ],
)
def test_no_free_text_is_asked(change: dict[str, Any]) -> None:
    sample = read("samples", "down.follow_ups_asked.v1")["follow_ups"][0]
    with pytest.raises(ValidationError):
        FollowUp.model_validate(sample | {"question": sample["question"] | change})


@pytest.mark.parametrize("change", [{"note": "x"}, {"cause": "Frau Beispiel"}, {"choice": "so"}, {"month": "Mai"}])
def test_no_free_text_is_answered(change: dict[str, Any]) -> None:
    sample = read("samples", "down.follow_ups_asked.v1")["follow_ups"][0]
    with pytest.raises(ValidationError):
        FollowUp.model_validate(sample | {"answer": sample["answer"] | change})


def test_the_longest_state_is_one_message() -> None:
    sample = read("samples", "down.follow_ups_asked.v1")["follow_ups"][0]
    long = {"indicator": "x" * 40, "dimensions": {f"{place}" + "x" * 39: "y" * 40 for place in range(3)}}
    one = FollowUp.model_validate(sample | {"question": sample["question"] | long})
    state = FollowUpsNoted(digest="0" * 64, follow_ups=(one,) * MOST_FOLLOW_UPS)
    assert len(state.model_dump_json().encode()) < LARGEST_ANSWER


def test_subjects_at_the_hub_and_in_the_network() -> None:
    assert follow_up_subject("rp") == "down.rp.reporting.follow_ups_asked.v1"
    assert follow_up_subject() == "down.reporting.follow_ups_asked.v1"
