"""Who may change the directory, which entries must be looked at again, which are nearest. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from shared.vocabulary import ProgrammeLine, ReferralTarget, Role

T = ReferralTarget
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


def in_order(line: str | None) -> list[ReferralTarget]:
    """Targets as a programme line offers them: its nearest first, then regular services (REF-01), then all others."""
    first = dict.fromkeys((*NEAREST.get(line or "", ()), T.REGULAR_SERVICE))
    return [*first, *(target for target in T if target not in first)]
