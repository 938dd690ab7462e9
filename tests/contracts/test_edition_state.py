"""What the centre tells a network about its editions, and what that answers: golden schemas, frozen samples."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts.editions import EditionsNoted, EditionsPublished, edition_subject

HERE = Path(__file__).parent
MODELS: dict[str, type[BaseModel]] = {
    "down.edition_published.v1": EditionsPublished,
    "ask.editions.noted": EditionsNoted,
}


def read(folder: str, name: str) -> Any:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODELS)
def test_schema_equals_the_golden_one(name: str) -> None:
    assert MODELS[name].model_json_schema() == read("schemas", name)


@pytest.mark.parametrize("name", MODELS)
def test_frozen_sample_is_still_read(name: str) -> None:
    sample = read("samples", name)
    assert json.loads(MODELS[name].model_validate(sample).model_dump_json(exclude_defaults=True)) == sample


def test_a_centre_of_yesterday_reads_an_answer_in_which_nothing_is_unknown() -> None:
    sample = read("samples", "ask.editions.noted")
    assert json.loads(EditionsNoted.model_validate(sample).told()) == sample
    assert json.loads(EditionsNoted(noted=(), unknown=(UUID(int=7),)).told())["unknown"] == [str(UUID(int=7))]


def test_an_acceptance_names_an_edition_and_its_hash_and_carries_no_table() -> None:
    sample = read("samples", "down.edition_published.v1")
    sample["editions"][0]["shown"] = []
    with pytest.raises(ValidationError):
        EditionsPublished.model_validate(sample)


def test_subjects_at_the_hub_and_in_the_network() -> None:
    assert edition_subject("rp") == "down.rp.reporting.edition_published.v1"
    assert edition_subject() == "down.reporting.edition_published.v1"
