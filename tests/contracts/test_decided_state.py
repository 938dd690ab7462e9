"""What the centre tells a network about decisions of the board: golden schema, frozen sample, closed and bounded."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.decisions import LONGEST_REASONS, MOST_DECISIONS, DecidedItem, ItemsDecided, decided_subject
from shared.contracts.registry import ITEM, validate

HERE = Path(__file__).parent
NAME = "down.item_decided.v1"
LARGEST_MESSAGE = 1_048_576  # bytes, `max_payload` of every server


def read(folder: str, name: str = NAME) -> Any:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


def test_schema_equals_the_golden_one() -> None:
    assert ItemsDecided.model_json_schema() == read("schemas")


def test_frozen_sample_is_still_read() -> None:
    sample = read("samples")
    assert json.loads(ItemsDecided.model_validate(sample).model_dump_json()) == sample


@pytest.mark.parametrize(
    "change",
    [{"decided_by": "x"}, {"marks": {}}, {"outcome": "published"}, {"reasons": ""}, {"reasons": "x" * 2001}],
)
def test_a_decision_names_nobody_and_is_bounded(change: dict[str, Any]) -> None:
    (one,) = read("samples")["decisions"]
    with pytest.raises(ValidationError):
        ItemsDecided.model_validate({"decisions": [one | change]})


def test_the_longest_state_is_one_message() -> None:
    (one,) = read("samples")["decisions"]
    longest = DecidedItem(**one | {"reasons": "\U0001f600" * LONGEST_REASONS, "revision": 1_000_000})
    state = ItemsDecided(decisions=(longest,) * MOST_DECISIONS)
    assert len(state.model_dump_json().encode()) < LARGEST_MESSAGE


def test_an_item_of_before_keeps_its_form_and_one_that_heard_says_which_decision() -> None:
    sample = read("samples", "registration.item_changed.v1.lean")
    _, before = validate(ITEM.name, sample, lean=True)
    assert json.loads(before.model_dump_json()) == sample
    _, heard = validate(ITEM.name, sample | {"decision": 2}, lean=True)
    assert heard.model_dump(mode="json")["decision"] == 2


def test_subjects_at_the_hub_and_in_the_network() -> None:
    assert decided_subject("rp") == "down.rp.registration.item_decided.v1"
    assert decided_subject() == "down.registration.item_decided.v1"
