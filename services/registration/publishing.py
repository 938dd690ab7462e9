"""What leaves: the one place where a stored record becomes a contract (design §3). Names of people never do.

The whole line `migration_service` is class E: no event at all. An offering has no event: its id stays inside.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.registration.contact_tables import ContactPersonsRow
from services.registration.item_tables import ItemRow
from services.registration.leaving import counted, situations
from services.registration.run_tables import TrainingRunRow
from services.registration.tables import (
    MeetingRow,
    OfferingRow,
    ParticipationRow,
    PersonMergeRow,
    PersonRow,
    StructureRow,
)
from shared.clock import BERLIN, month_of
from shared.contracts.registration import (
    ContactPersonsCounted,
    FullMeeting,
    FullParticipation,
    FullRun,
    ItemChanged,
    LeanMeeting,
    LeanParticipation,
    LeanRun,
    PersonChanged,
    PersonMerged,
    ProposalAnswered,
    PublicSheet,
    StructureChanged,
)
from shared.contracts.registry import (
    ANSWER,
    CONTACT_PERSONS,
    ITEM,
    MEETING,
    MERGE,
    PARTICIPATION,
    PERSON,
    RUN,
    STRUCTURE,
)
from shared.outbox import messages
from shared.vocabulary import ItemState, ProgrammeLine
from shared.vocabulary.items import EntryState

LEAN_MEETING = LeanMeeting.model_fields.keys() - {"month"}
FULL_MEETING = FullMeeting.model_fields.keys() - {"month"}
LEAN_PARTICIPATION = LeanParticipation.model_fields.keys() - {"month_entered", "month_ended"}
FULL_PARTICIPATION = FullParticipation.model_fields.keys() - {"month_entered", "month_ended", "exit_status"}
SHEET = ItemChanged.model_fields.keys() - {"public"}
PROFILE = set(PersonChanged.model_fields)
BECAME = set(PersonMerged.model_fields)
UNIT = set(StructureChanged.model_fields)
OF_DAYS = {"month_from", "month_to", "closes_on"}
LEAN_RUN = LeanRun.model_fields.keys() - OF_DAYS
FULL_RUN = FullRun.model_fields.keys() - OF_DAYS
CONTACTS = set(ContactPersonsCounted.model_fields)
ANSWERED = ProposalAnswered.model_fields.keys()

RECORDS: dict[
    str, type[StructureRow | MeetingRow | ParticipationRow | ItemRow | TrainingRunRow | ContactPersonsRow]
] = {
    STRUCTURE.kind: StructureRow,
    MEETING.kind: MeetingRow,
    PARTICIPATION.kind: ParticipationRow,
    ITEM.kind: ItemRow,
    RUN.kind: TrainingRunRow,
    CONTACT_PERSONS.kind: ContactPersonsRow,
}
"""Tables of the records that leave, by kind: from them wanted buckets are sent again."""

Held = MeetingRow | OfferingRow | ParticipationRow | TrainingRunRow
Row = PersonRow | PersonMergeRow | StructureRow | ItemRow | ContactPersonsRow | Held


def row_messages(row: Row, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a record's revision."""
    match row:
        case PersonRow():
            profile = PersonChanged(**row.model_dump(include=PROFILE))
            return messages(PERSON, region, row.person_id, profile, None, instant)
        case PersonMergeRow():
            became = PersonMerged(**row.model_dump(include=BECAME))
            return messages(MERGE, region, row.person_id, became, None, instant)
        case StructureRow():
            unit = StructureChanged(**row.model_dump(include=UNIT))
            return messages(STRUCTURE, region, row.structure_id, unit, unit, instant)
        case ItemRow():
            return _item(row, region, instant)
        case ContactPersonsRow():
            return _contact_persons(row, region, instant)
    return _held(row, region, instant)


def _contact_persons(row: ContactPersonsRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    number = ContactPersonsCounted(**row.model_dump(include=CONTACTS))
    return messages(CONTACT_PERSONS, region, row.contact_persons_id, number, number, instant)


def _held(row: Held, region: str, instant: datetime) -> list[dict[str, Any]]:
    if isinstance(row, OfferingRow) or row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    if isinstance(row, TrainingRunRow):
        return _run(row, region, instant)
    return _meeting(row, region, instant) if isinstance(row, MeetingRow) else _participation(row, region, instant)


def _item(row: ItemRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Nothing at all of an entry that was never released; what its kind asks beside the sheet stays here."""
    if row.state == EntryState.DRAFT:
        return []
    item = ItemChanged(public=public_part(row), **row.model_dump(include=SHEET))
    return messages(ITEM, region, row.item_id, item, item, instant)


def public_part(row: ItemRow) -> PublicSheet | None:
    """What of an item is public: what a coordinator has released, as it was shown; of a withdrawn one nothing."""
    if row.withdrawn or row.state == ItemState.WITHDRAWN or row.public_sheet is None:
        return None
    return PublicSheet(**row.public_sheet)


def _meeting(row: MeetingRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    month = month_of(row.date)
    full = FullMeeting(month=month, **row.model_dump(include=FULL_MEETING))
    lean = LeanMeeting(month=month, **row.model_dump(include=LEAN_MEETING))
    return messages(MEETING, region, row.meeting_id, full, lean, instant)


def _run(row: TrainingRunRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    days: dict[str, Any] = {
        "month_from": month_of(row.starts_on),
        "month_to": month_of(row.ends_on) if row.ends_on else None,
        "closes_on": row.deadline.astimezone(BERLIN).date() if row.deadline else None,
    }
    full = FullRun(**days, **row.model_dump(include=FULL_RUN))
    lean = LeanRun(**days, **row.model_dump(include=LEAN_RUN))
    return messages(RUN, region, row.run_id, full, lean, instant)


def _participation(row: ParticipationRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    months: dict[str, Any] = {
        "month_entered": month_of(row.entered_on),
        "month_ended": month_of(row.ended_on) if row.ended_on else None,
    }
    exit_status = counted(situations(row.after_exit), row.ended_on)  # what counts, never its day
    full = FullParticipation(exit_status=exit_status, **months, **row.model_dump(include=FULL_PARTICIPATION))
    lean = LeanParticipation(**months, **row.model_dump(include=LEAN_PARTICIPATION))
    return messages(PARTICIPATION, region, row.participation_id, full, lean, instant)


def answer_messages(values: Mapping[str, Any], region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of an answer to a proposal: codes and ids for the network's counselling, none at all for the hub.

    Neither the person nor who answered.
    """
    body = ProposalAnswered(**{name: values[name] for name in ANSWERED})
    return messages(ANSWER, region, body.proposal_id, body, None, instant)
