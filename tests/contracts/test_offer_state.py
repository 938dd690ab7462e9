"""What the centre tells a network about runs elsewhere, and what that answers: golden schemas, frozen samples."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts.offers import MOST_OFFERS, OffersNoted, OffersPublished, PublicOffer, offer_subject
from shared.contracts.registry import RUN, validate

HERE = Path(__file__).parent
MODELS: dict[str, type[BaseModel]] = {"down.offer_published.v1": OffersPublished, "ask.offers.noted": OffersNoted}
LARGEST_MESSAGE = 1_048_576  # bytes, `max_payload` of every server


def read(folder: str, name: str) -> Any:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODELS)
def test_schema_equals_the_golden_one(name: str) -> None:
    assert MODELS[name].model_json_schema() == read("schemas", name)


@pytest.mark.parametrize("name", MODELS)
def test_frozen_sample_is_still_read(name: str) -> None:
    sample = read("samples", name)
    assert json.loads(MODELS[name].model_validate(sample).model_dump_json()) == sample


def test_an_offer_tells_numbers_and_a_public_title_and_nobody() -> None:
    sample = read("samples", "down.offer_published.v1")
    for name in ("house", "email", "summary", "offering_id", "carrier_id"):
        more = sample | {"offers": [sample["offers"][0] | {name: "x"}]}
        with pytest.raises(ValidationError):
            OffersPublished.model_validate(more)


def test_equal_states_have_one_digest_whatever_the_order_of_keys() -> None:
    sample = read("samples", "down.offer_published.v1")
    state = OffersPublished.model_validate(sample)
    again = OffersPublished.model_validate(sample | {"waiting": dict(reversed(sample["waiting"].items()))})
    assert again.digest() == state.digest()
    fewer = OffersPublished.model_validate(sample | {"waiting": {}})
    assert fewer.digest() != state.digest()


def test_the_longest_state_is_one_message() -> None:
    sample = read("samples", "down.offer_published.v1")["offers"][0]
    longest = {"public_title": "ü" * 200, "registration_url": "https://" + "x" * 300, "region": "x" * 8}
    longest |= dict.fromkeys(("min_places", "max_places", "accepted", "registered", "waiting"), 100_000)
    state = OffersPublished(offers=(PublicOffer(**sample | longest),) * MOST_OFFERS, waiting={})
    assert len(state.model_dump_json().encode()) < LARGEST_MESSAGE


def test_a_run_of_a_network_that_upgrades_later_is_read_without_what_is_new() -> None:
    sample = read("samples", "registration.run_changed.v1.lean")
    new = {"registered": 0, "closes_on": None, "registration_url": None}
    _, body = validate(RUN.name, {name: value for name, value in sample.items() if name not in new}, lean=True)
    assert {name: getattr(body, name) for name in new} == new


def test_subjects_at_the_hub_and_in_the_network() -> None:
    assert offer_subject("rp") == "down.rp.reporting.offer_published.v1"
    assert offer_subject() == "down.reporting.offer_published.v1"
