"""Who may change the directory, and which entries must be looked at again. Pure."""

from datetime import date

from shared.vocabulary import Role

KEEPERS = frozenset({Role.ADMIN, Role.COORDINATOR})
"""Who keeps the directory; a counsellor may add what is missing while a person sits in front of her."""
CHECKED_DAYS = 365


def may_change(role: Role, *, exists: bool) -> bool:
    """Whether a role may save an entry."""
    return role in KEEPERS or not exists


def is_stale(checked_on: date | None, today: date) -> bool:
    """Whether an entry was not checked for a year, or never."""
    return checked_on is None or (today - checked_on).days > CHECKED_DAYS
