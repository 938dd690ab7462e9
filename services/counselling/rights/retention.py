"""What counselling lets go by the retention rules, and since when it has been quiet about a person."""

from datetime import date
from typing import Any

from sqlalchemy import literal
from sqlmodel import col

from services.counselling.cases.tables import CaseRow, HandoverRow, StepRow
from services.counselling.consents.tables import ConsentRow, TransferRow
from services.counselling.procedures.tables import StageRow
from services.counselling.referrals.tables import ReferralRow
from services.counselling.rights.erasure import NOUN
from services.counselling.rights.registry import REGISTRY
from services.counselling.sensitive.tables import OpeningRow, SensitiveRow
from services.counselling.tables import DraftRow, ProcedureRow, SessionRow
from shared.rights.common import COMMON, imported_references
from shared.rights.expiry import Expiry, deleting
from shared.rights.traces import Trace, berlin
from shared.vocabulary.cases import CaseState

OPEN = col(CaseRow.state) == CaseState.OPEN.value


def _in_case(table: Any, *days: Any) -> Trace:
    return Trace(table, CaseRow.person_id, days, (table.case_id == CaseRow.case_id,))


TRACES = (
    *(
        Trace(SessionRow, person, (SessionRow.date, SessionRow.recorded_on, SessionRow.first_recorded_on))
        for person in (SessionRow.person_id, SessionRow.recorded_person_id)
    ),
    *(
        Trace(CaseRow, person, (CaseRow.opened_on, CaseRow.closed_on, CaseRow.method_since))
        for person in (CaseRow.person_id, CaseRow.recorded_person_id)
    ),
    Trace(CaseRow, CaseRow.person_id, (literal(date.max),), (OPEN,)),  # an open case is not over on any day
    Trace(DraftRow, DraftRow.person_id, (berlin(DraftRow.saved_at),)),
    _in_case(StepRow, StepRow.due, StepRow.done_on),
    _in_case(HandoverRow, berlin(HandoverRow.offered_at), berlin(HandoverRow.decided_at), HandoverRow.expires_on),
    _in_case(ConsentRow, ConsentRow.signed_on, ConsentRow.recorded_on, ConsentRow.valid_from, ConsentRow.valid_until),
    _in_case(ConsentRow, berlin(ConsentRow.withdrawn_at)),
    _in_case(TransferRow, TransferRow.date, berlin(TransferRow.made_at)),
    _in_case(ReferralRow, ReferralRow.date, ReferralRow.recorded_on, ReferralRow.answered_on, ReferralRow.result_on),
    _in_case(ProcedureRow, ProcedureRow.since, ProcedureRow.recorded_on, ProcedureRow.announced_on),
    _in_case(StageRow, StageRow.on),
    _in_case(SensitiveRow, SensitiveRow.recorded_on),
    _in_case(OpeningRow, berlin(OpeningRow.opened_at), berlin(OpeningRow.closed_at)),
)
"""Where counselling sees that something of a person happened."""


def expiries(key: str) -> tuple[Expiry, ...]:
    """All rules that the service applies by itself; `key` is the network's, for the hashes that erased rows leave."""
    unlinked = next(held.unlink for held in REGISTRY if held.table is SessionRow) or {}
    has = col(SessionRow.person_key).startswith("r:")
    references = imported_references(SessionRow, NOUN, ("date", "recorded_on"), has, unlinked, key)
    closed = (col(CaseRow.case_id) == SensitiveRow.case_id, ~OPEN)
    confidential = Expiry(
        "confidential",
        SensitiveRow.case_id,
        CaseRow.closed_on,
        deleting(SensitiveRow.case_id),
        closed,
        SensitiveRow.carrier_id,
        "sensitive.expired",
        timed=False,
    )
    return (references, confidential, *COMMON)
