"""The public link of a run is told only while others may register by it."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.registration.mailing.settings import MailSettings
from services.registration.offers.telling import told_now
from services.registration.run_tables import TrainingRunRow
from shared.vocabulary import RunState

KEY = UUID(int=7)
OPEN: dict[str, Any] = {"run_id": KEY, "state": "registration_open", "published": True, "cross_region": True}
LINK = f"https://rp.example.org/anmeldung/durchgang/{KEY}"


def link(public_url: str = "https://rp.example.org/", **values: Any) -> Any:
    return told_now(TrainingRunRow(**OPEN | values), {}, public_url)["registration_url"]


def test_a_published_run_open_to_all_has_its_link() -> None:
    assert link() == LINK
    assert link("https://rp.example.org") == LINK


@pytest.mark.parametrize(
    "values",
    [
        {"public_url": ""},
        {"published": False},
        {"cross_region": False},
        *({"state": str(state)} for state in RunState if state not in ("announced", "registration_open")),
    ],
)
def test_any_other_has_none(values: dict[str, Any]) -> None:
    assert link(**values) is None


def test_registrations_are_those_counted() -> None:
    run = TrainingRunRow(**OPEN)
    assert told_now(run, {KEY: 4}, "")["registered"] == 4
    assert told_now(run, {UUID(int=8): 4}, "")["registered"] == 0


def test_an_address_that_is_no_link_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError):
        MailSettings(public_url="rp.example.org")
