"""Revisions of a record: a repeated save changes nothing, a stale one is refused (design 5, contracts §5)."""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.problems import Problem


class Stored(Protocol):
    """What every stored record has."""

    revision: int

    @property
    def withdrawn(self) -> bool:
        """Whether the record is withdrawn."""


def next_revision(stored: Stored | None, content: Mapping[str, Any], given: int | None) -> int | None:
    """Number of the revision that saving `content` makes, or None when it would change nothing.

    `given` is the revision the caller saw. Raises Problem 409 when the record has moved on since, or when a
    change of an existing record does not say which revision it corrects.
    """
    if stored is None:
        return 1
    if not stored.withdrawn and all(getattr(stored, name) == value for name, value in content.items()):
        return None
    if given is None:
        raise Problem(
            409,
            "Dieser Datensatz ist schon gespeichert. Für eine Korrektur geben Sie bitte in „revision“ den Stand an, "
            f"den Sie korrigieren (jetzt {stored.revision}).",
        )
    if given != stored.revision:
        raise Problem(
            409,
            f"Dieser Datensatz wurde inzwischen geändert (Stand {stored.revision}, Ihrer ist {given}). "
            "Bitte laden Sie ihn neu und tragen Sie Ihre Änderung noch einmal ein.",
        )
    return stored.revision + 1
