"""What a training, event or counselling process must say (TRN), and what it never says."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registration.commands import RecordMeeting
from services.registration.model import check_meeting, meeting_values
from shared.contracts.registration import FullMeeting, LeanMeeting
from shared.vocabulary import MeetingRole, TargetGroup

TODAY = date(2026, 11, 27)
MEETING: dict[str, Any] = {"date": "2026-05-04", "programme_line": "intercultural", "format": "training"}


def meeting(**values: Any) -> RecordMeeting:
    """A meeting as somebody sends it."""
    return RecordMeeting(**MEETING | {"participants": 9} | values)


def test_trn_01_the_own_role_and_that_of_an_active_partner_are_the_only_ones() -> None:
    assert [meeting(role=role).role for role in MeetingRole] == ["own", "active_partner"]
    assert meeting().role == "own"
    with pytest.raises(ValidationError, match="role"):
        meeting(role="visitor")


def test_trn_03_target_groups_are_those_of_the_programme_and_other() -> None:
    assert meeting(target_groups=list(TargetGroup)).target_groups == [group.value for group in TargetGroup]
    with pytest.raises(ValidationError, match="target_groups"):
        meeting(target_groups=["club"])


def test_trn_04_a_joint_event_is_booked_to_exactly_one_field_of_action() -> None:
    with pytest.raises(ValidationError, match="programme_line"):
        meeting(programme_line=["intercultural", "skilled_worker_networks"])
    with pytest.raises(ValidationError, match="programme_line"):
        RecordMeeting(**{name: value for name, value in MEETING.items() if name != "programme_line"}, participants=9)


def test_trn_07_the_number_is_required_and_no_name_can_be_told() -> None:
    with pytest.raises(ValidationError, match="participants"):
        RecordMeeting(**MEETING)
    assert not {name for model in (LeanMeeting, FullMeeting) for name in model.model_fields if "name" in name}
    with pytest.raises(ValidationError, match="names"):
        meeting(names=["Beispiel"])


@pytest.mark.parametrize(
    ("line", "day", "allowed"),
    [
        ("skilled_worker_networks", date(2018, 12, 31), False),
        ("skilled_worker_networks", date(2019, 1, 1), True),
        ("fair_integration", date(2017, 10, 31), False),
        ("intercultural", date(2004, 12, 31), False),
        ("intercultural", date(2010, 1, 1), True),
    ],
)
def test_hsp_01_hsp_02_hsp_04_a_meeting_before_its_line_or_any_round_is_refused(
    line: str, day: date, *, allowed: bool
) -> None:
    values = meeting_values(meeting(programme_line=line, date=day).model_dump())
    assert ([problem.field for problem in check_meeting(values, (), TODAY)] == []) is allowed
