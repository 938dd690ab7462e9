"""What leaves: the one place where a stored record becomes a contract (design §3). Names of people never do."""

from datetime import datetime
from typing import Any

from services.registration.tables import MeetingRow, PersonRow, StructureRow
from shared.clock import month_of
from shared.contracts.registration import FullMeeting, LeanMeeting, PersonChanged, StructureChanged
from shared.contracts.registry import MEETING, PERSON, STRUCTURE
from shared.outbox import messages
from shared.vocabulary import ProgrammeLine

LEAN_MEETING = LeanMeeting.model_fields.keys() - {"month"}
FULL_MEETING = FullMeeting.model_fields.keys() - {"month"}
PROFILE = set(PersonChanged.model_fields)
UNIT = set(StructureChanged.model_fields)

Row = PersonRow | StructureRow | MeetingRow


def row_messages(row: Row, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a record's revision."""
    if isinstance(row, PersonRow):
        profile = PersonChanged(**row.model_dump(include=PROFILE))
        return messages(PERSON, region, row.person_id, profile, None, instant)
    if isinstance(row, StructureRow):
        unit = StructureChanged(**row.model_dump(include=UNIT))
        return messages(STRUCTURE, region, row.structure_id, unit, unit, instant)
    if row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    month = month_of(row.date)
    full = FullMeeting(month=month, **row.model_dump(include=FULL_MEETING))
    lean = LeanMeeting(month=month, **row.model_dump(include=LEAN_MEETING))
    return messages(MEETING, region, row.meeting_id, full, lean, instant)
