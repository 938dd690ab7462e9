"""What leaves: the one place where a stored record becomes a contract (design §3).

The whole line `migration_service` is class E: no event at all, not even inside the network.
"""

from datetime import datetime
from typing import Any

from services.counselling.tables import GroupRow, SessionRow
from shared.clock import month_of
from shared.contracts.counselling import FullGroup, FullSession, LeanGroup, LeanSession
from shared.contracts.registry import GROUP, SESSION
from shared.outbox import messages
from shared.vocabulary import ProgrammeLine

LEAN_SESSION = LeanSession.model_fields.keys() - {"month", "recorded_on"}
FULL_SESSION = FullSession.model_fields.keys() - {"month"}
LEAN_GROUP = LeanGroup.model_fields.keys() - {"month"}
FULL_GROUP = FullGroup.model_fields.keys() - {"month"}


def session_messages(row: SessionRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a session's revision: all classes A to C for the network, the lean ten fields for the centre."""
    if row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    month = month_of(row.date)
    full = FullSession(month=month, **row.model_dump(include=FULL_SESSION))
    # The recording day travels only where it says more than the month does: it would single people out.
    recorded_on = None if month_of(row.recorded_on) == month else row.recorded_on
    lean = LeanSession(month=month, recorded_on=recorded_on, **row.model_dump(include=LEAN_SESSION))
    return messages(SESSION, region, row.session_id, full, lean, instant)


def group_messages(row: GroupRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a group record's revision."""
    if row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    month = month_of(row.date)
    full = FullGroup(month=month, **row.model_dump(include=FULL_GROUP))
    lean = LeanGroup(month=month, **row.model_dump(include=LEAN_GROUP))
    return messages(GROUP, region, row.group_id, full, lean, instant)


def row_messages(row: SessionRow | GroupRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a record's revision."""
    tell = session_messages if isinstance(row, SessionRow) else group_messages
    return tell(row, region, instant)  # type: ignore[arg-type]  # each with its own kind of row
