"""A member's rating: once, corrected until the sitting is closed, never of the own (GP-01). The edge commits."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.commands import Rate
from services.reporting.board.finding import found, on_agenda
from services.reporting.board.rules import barred, check_marks, unknown_criteria
from services.reporting.board.tables import RatingRow
from shared.problems import Problem, invalid
from shared.recording import Actor
from shared.vocabulary.board import BoardGroup, RatingState

RATED = (
    "Sie haben diesen Vorschlag schon bewertet; jedes Mitglied bewertet einmal. Bis zur Schließung der Sitzung können "
    "Sie Ihre Bewertung berichtigen."
)
RATING_MOVED = (
    "Ihre Bewertung wurde inzwischen in einem anderen Fenster gespeichert. Bitte prüfen Sie, was gelten soll."
)


async def rate(session: AsyncSession, sitting_id: UUID, item_id: UUID, command: Rate, actor: Actor) -> RatingRow:
    """Rate a proposal, once; a correction is the next revision. Raises Problem 403, 404, 409 or 422."""
    sitting = await found(session, sitting_id)
    one, who = await on_agenda(session, sitting_id, item_id), actor.principal
    if why := barred(who.group, who.represents, one.region, one.organisation):
        raise Problem(403, why)
    if who.group not in {group.value for group in BoardGroup}:
        raise Problem(403, "Ihr Konto gehört zu keiner Gruppe des Beratungsgremiums.")
    marks: dict[str, Any] = {code: given.model_dump() for code, given in command.marks.items()}
    stored = await store.own_rating(session, sitting.sitting_id, item_id, who.subject)
    content: dict[str, Any] = {"state": command.state, "marks": marks, "seat": who.group}
    if stored is not None:
        if all(getattr(stored, name) == value for name, value in content.items()):
            return stored
        _check_again(stored, command)
    problems = unknown_criteria(marks)
    if command.state == RatingState.HANDED_IN:
        problems += check_marks(marks, confirmed=command.confirmed)
    if problems:
        raise invalid(*problems)
    row = stored or RatingRow(
        sitting_id=sitting_id, item_id=item_id, member=who.subject, revision=0, changed_at=actor.instant, **content
    )
    row.sqlmodel_update(content)
    row.revision, row.changed_at = row.revision + 1, actor.instant
    session.add(row)
    return row


def _check_again(stored: RatingRow, command: Rate) -> None:
    """Raise Problem 409 for a second rating that does not correct the first one."""
    if stored.state == RatingState.HANDED_IN and (not command.revision or command.state == RatingState.DRAFT):
        raise Problem(409, RATED)
    if stored.revision != command.revision:
        raise Problem(409, RATING_MOVED)
