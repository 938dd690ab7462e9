"""What leaves: the one place where a stored record becomes a contract (design §3).

The whole line `migration_service` is class E: no event at all, not even inside the network.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.counselling.tables import CompanyRow, GroupRow, ProcedureRow, SessionRow
from shared.clock import month_of
from shared.contracts.counselling import (
    FullCompany,
    FullGroup,
    FullSession,
    LeanCompany,
    LeanGroup,
    LeanSession,
    QualificationProposed,
)
from shared.contracts.procedures import FullProcedure, LeanProcedure
from shared.contracts.registry import COMPANY, GROUP, PROCEDURE, PROPOSAL, SESSION
from shared.outbox import messages
from shared.vocabulary import ProgrammeLine

LEAN_SESSION = LeanSession.model_fields.keys() - {"month", "recorded_on"}
FULL_SESSION = FullSession.model_fields.keys() - {"month"}
LEAN_GROUP = LeanGroup.model_fields.keys() - {"month"}
FULL_GROUP = FullGroup.model_fields.keys() - {"month"}
LEAN_COMPANY = LeanCompany.model_fields.keys() - {"month"}
FULL_COMPANY = FullCompany.model_fields.keys() - {"month"}
LEAN_PROCEDURE = LeanProcedure.model_fields.keys() - {"month"}
FULL_PROCEDURE = FullProcedure.model_fields.keys() - {"month"}
PROPOSED = QualificationProposed.model_fields.keys()

Leaving = SessionRow | GroupRow | CompanyRow | ProcedureRow
"""Rows of records that leave."""
RECORDS: dict[str, type[Leaving]] = {
    SESSION.kind: SessionRow,
    GROUP.kind: GroupRow,
    COMPANY.kind: CompanyRow,
    PROCEDURE.kind: ProcedureRow,
}
"""Tables of the records that leave, by kind: from them wanted buckets are sent again."""


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


def company_messages(row: CompanyRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a revision of a company's counselling: its sector and size stay in the network."""
    if row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    month = month_of(row.date)
    full = FullCompany(month=month, **row.model_dump(include=FULL_COMPANY))
    lean = LeanCompany(month=month, **row.model_dump(include=LEAN_COMPANY))
    return messages(COMPANY, region, row.company_id, full, lean, instant)


def proposal_messages(values: Mapping[str, Any], region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a proposal to a qualification: ids and profile for the network's registration, nothing else.

    Neither purpose nor note nor consent (class E); none at all for the hub.
    """
    if values["programme_line"] == ProgrammeLine.MIGRATION_SERVICE:
        return []
    body = QualificationProposed(**{name: values[name] for name in PROPOSED})
    return messages(PROPOSAL, region, body.proposal_id, body, None, instant)


def procedure_messages(row: ProcedureRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a revision of a recognition procedure: how far it is since which month, and the notice.

    Whose it is, what else happened in it (examinations, authority, Land) and the day stay in this service.
    """
    if row.programme_line == ProgrammeLine.MIGRATION_SERVICE:
        return []
    month = month_of(row.since)
    full = FullProcedure(month=month, **row.model_dump(include=FULL_PROCEDURE))
    lean = LeanProcedure(month=month, **row.model_dump(include=LEAN_PROCEDURE))
    return messages(PROCEDURE, region, row.procedure_id, full, lean, instant)


def row_messages(row: Leaving, region: str, instant: datetime) -> list[dict[str, Any]]:
    """Outbox rows of a record's revision."""
    match row:
        case SessionRow():
            return session_messages(row, region, instant)
        case GroupRow():
            return group_messages(row, region, instant)
        case CompanyRow():
            return company_messages(row, region, instant)
        case ProcedureRow():
            return procedure_messages(row, region, instant)
