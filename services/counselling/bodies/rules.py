"""Who may change the directory, which entries must be looked at again, which are nearest and what for. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from shared.problems import FieldProblem
from shared.vocabulary import ProgrammeLine, ReferralTarget, Role
from shared.vocabulary.consents import ConsentPurpose

T, P = ReferralTarget, ConsentPurpose
USUAL: Mapping[str, ConsentPurpose] = {
    T.COMPETENT_AUTHORITY: P.RECOGNITION_PROCEDURE,
    T.CENTRAL_RECOGNITION_SERVICE: P.RECOGNITION_PROCEDURE,
    T.IQ_NETWORK: P.RECOGNITION_PROCEDURE,
    T.IQ_QUALIFICATION: P.QUALIFICATION,
    T.LANGUAGE_COURSE: P.QUALIFICATION,
    T.VOCATIONAL_LANGUAGE_COURSE: P.QUALIFICATION,
    T.ANTI_DISCRIMINATION_OFFICE: P.DISCRIMINATION,
    T.TRADE_UNION: P.LABOUR_RIGHTS,
    T.LABOUR_LAW_NETWORK: P.LABOUR_RIGHTS,
    T.EMPLOYMENT_AGENCY: P.ENTITLEMENTS,
    T.JOB_CENTRE: P.ENTITLEMENTS,
    T.IMMIGRATION_AUTHORITY: P.ENTITLEMENTS,
}
"""What one usually turns to a kind of body for, so that nobody has to say it each time."""
NEAREST: Mapping[str, tuple[ReferralTarget, ...]] = {
    ProgrammeLine.MIGRATION_SERVICE: (T.IQ_NETWORK,),  # REF-03
    ProgrammeLine.MIGRANT_ECONOMY: (T.BUSINESS_START_SERVICE,),  # REF-04
    ProgrammeLine.RECOGNITION_COUNSELLING: (T.COMPETENT_AUTHORITY, T.IQ_QUALIFICATION),
    ProgrammeLine.FAIR_INTEGRATION: (T.LABOUR_LAW_NETWORK, T.TRADE_UNION),
}
"""Whom the cases of a programme line are most often referred to."""

KEEPERS = frozenset({Role.ADMIN, Role.COORDINATOR})
"""Who keeps the directory; a counsellor may add what is missing while a person sits in front of her."""
CHECKED = timedelta(days=365)


def may_change(role: Role, *, exists: bool) -> bool:
    """Whether a role may save an entry."""
    return role in KEEPERS or not exists


def is_stale(checked_on: date | None, today: date) -> bool:
    """Whether an entry was not checked for a year, or never."""
    return checked_on is None or today - checked_on > CHECKED


def gone(field: str, body_id: UUID) -> FieldProblem:
    """What is wrong with a body that one cannot turn to (any more)."""
    text = "Diese Stelle gibt es im Verzeichnis nicht (mehr)."
    return FieldProblem(field, str(body_id), text, "Bitte eine andere wählen.")


def in_order(line: str | None) -> list[ReferralTarget]:
    """Targets as a programme line offers them: its nearest first, then regular services (REF-01), then all others."""
    first = dict.fromkeys((*NEAREST.get(line or "", ()), T.REGULAR_SERVICE))
    return [*first, *(target for target in T if target not in first)]


def usual_purpose(target: str) -> str:
    """What a body of this kind is usually turned to for."""
    return str(USUAL.get(target, P.REFERRAL))
