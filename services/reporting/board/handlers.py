"""One function per command on the board: load, decide, save. The edge commits; one at a time changes a sitting."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.commands import CloseSitting, Decide, PlanSitting, Rate, Reopen
from services.reporting.board.proposals import Key, Proposal, proposals
from services.reporting.board.rules import (
    Rated,
    assess,
    barred,
    check_marks,
    check_reasons,
    undecidable,
)
from services.reporting.board.tables import BoardDecisionRow, RatingRow, SittingRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import Actor
from shared.vocabulary import ItemState
from shared.vocabulary.board import BoardGroup, DecisionState, RatingState, SittingState

NO_SITTING = "Diese Sitzung gibt es nicht."
NOT_UP = "Dieser Vorschlag steht in dieser Sitzung nicht zur Bewertung, oder sein Netzwerk hat ihn zurückgezogen."
CLOSED = "Diese Sitzung ist geschlossen; in ihr wird nichts mehr bewertet und nichts mehr entschieden."
MOVED = (
    "Inzwischen hat jemand anderes diese Sitzung geändert. Nichts von Ihrer Eingabe ist verloren; bitte prüfen Sie sie."
)
RATED = (
    "Sie haben diesen Vorschlag schon bewertet; jedes Mitglied bewertet einmal. Bis zur Schließung der Sitzung können "
    "Sie Ihre Bewertung berichtigen."
)
RATING_MOVED = (
    "Ihre Bewertung wurde inzwischen in einem anderen Fenster gespeichert. Bitte prüfen Sie, was gelten soll."
)
DECISION_MOVED = (
    "Inzwischen hat jemand anderes über diesen Vorschlag entschieden oder die Entscheidung wieder geöffnet. Nichts von "
    "Ihrer Eingabe ist verloren; unten steht, was jetzt gilt."
)
STANDS = (
    "Über diesen Vorschlag ist entschieden. Um neu zu entscheiden, öffnen Sie die Entscheidung bitte wieder und sagen, "
    "warum."
)
NOTHING_DECIDED = "Über diesen Vorschlag ist nichts entschieden, was sich wieder öffnen ließe."


async def found(session: AsyncSession, sitting_id: UUID) -> SittingRow:
    """A sitting that is open, kept for this writer. Raises Problem 404 or 409."""
    row = await store.sitting(session, sitting_id, to_change=True)
    if row is None:
        raise Problem(404, NO_SITTING)
    if row.state != SittingState.OPEN:
        raise Problem(409, CLOSED)
    return row


async def plan_sitting(session: AsyncSession, sitting_id: UUID, command: PlanSitting, actor: Actor) -> SittingRow:
    """Make or change a sitting; repeating it changes nothing. Raises Problem 409 or 422."""
    stored = await store.sitting(session, sitting_id, to_change=True)
    keys = {(one.region, one.item_id) for one in command.proposals}
    rows = await store.agenda(session, [sitting_id])
    before = {(row.region, row.item_id) for row in rows}
    content = {"title": command.title, "day": command.day}
    if stored is not None:
        if all(getattr(stored, name) == value for name, value in content.items()) and keys == before:
            return stored
        if stored.state != SittingState.OPEN:
            raise Problem(409, CLOSED)
        if stored.revision != command.revision:
            raise Problem(409, MOVED)
    await _check_agenda(session, sitting_id, keys, before)
    row = stored or SittingRow(
        sitting_id=sitting_id, state=SittingState.OPEN.value, revision=0, changed_by="", **content
    )
    row.sqlmodel_update(content)
    row.revision, row.changed_by = row.revision + 1, actor.principal.subject
    session.add(row)
    await session.flush()
    await store.replace_agenda(session, sitting_id, keys)
    return row


async def _check_agenda(session: AsyncSession, sitting_id: UUID, keys: set[Key], before: set[Key]) -> None:
    """Raise Problem 422 for proposals that cannot be put up, or that can no longer be taken off."""
    known, up, decided = await proposals(session), await store.up(session), await store.decisions(session)
    wrong = {key: why for key in keys - before if (why := _kept_off(known.get(key), decided.get(key), up=key in up))}
    seen = {row.item_id for row in await store.ratings(session, sitting_id)}
    for key in before - keys:
        if key[1] in seen or (key in decided and decided[key].sitting_id == sitting_id):
            wrong[key] = "ist schon bewertet und bleibt auf der Tagesordnung."
    texts = [f"„{known[key].title if key in known else key[1]}“ {wrong[key]}" for key in sorted(wrong)]
    if len({item_id for _, item_id in keys}) < len(keys):
        texts.append("Ein Vorschlag steht zweimal darin.")
    if texts:
        raise invalid(FieldProblem("proposals", None, " ".join(texts), "Bitte die Auswahl prüfen."))


def _kept_off(one: Proposal | None, decision: BoardDecisionRow | None, *, up: bool) -> str | None:
    """Why a proposal cannot be put up."""
    if one is None:
        return "gibt es nicht, oder sein Netzwerk hat ihn zurückgezogen."
    if not one.sheet:
        return "hat noch keine freigegebenen Texte; ohne sie kann niemand ihn bewerten."
    if up:
        return "steht schon in einer anderen offenen Sitzung."
    if one.told == ItemState.PUBLISHED or (decision is not None and decision.state == DecisionState.DECIDED):
        return "ist schon entschieden."
    return None


async def close_sitting(session: AsyncSession, sitting_id: UUID, command: CloseSitting, actor: Actor) -> SittingRow:
    """Close a sitting; what it has not decided may be up in another one. Raises Problem 404 or 409."""
    row = await found(session, sitting_id)
    if row.revision != command.revision:
        raise Problem(409, MOVED)
    row.state, row.closed_on = SittingState.CLOSED.value, actor.today
    row.revision, row.changed_by = row.revision + 1, actor.principal.subject
    session.add(row)
    return row


async def on_agenda(session: AsyncSession, sitting_id: UUID, item_id: UUID) -> Proposal:
    """A proposal that is up in a sitting. Raises Problem 404."""
    rows = [row for row in await store.agenda(session, [sitting_id]) if row.item_id == item_id]
    known = await proposals(session, [item_id]) if rows else {}
    one = known.get((rows[0].region, item_id)) if rows else None
    if one is None:
        raise Problem(404, NOT_UP)
    return one


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
    content = {"state": command.state, "marks": marks, "seat": who.group}
    if stored is not None:
        if all(getattr(stored, name) == value for name, value in content.items()):
            return stored
        _check_again(stored, command)
    handing_in = command.state == RatingState.HANDED_IN
    if handing_in and (problems := check_marks(marks, confirmed=command.confirmed)):
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


async def decide(
    session: AsyncSession, sitting_id: UUID, item_id: UUID, command: Decide, actor: Actor
) -> BoardDecisionRow:
    """Decide about a proposal when all four groups have rated (GP-06 to GP-08). Raises Problem 404, 409 or 422."""
    await found(session, sitting_id)
    one = await on_agenda(session, sitting_id, item_id)
    stored = (await store.decisions(session, [one.key])).get(one.key)
    same = stored is not None and (stored.outcome, stored.reasons) == (command.outcome, command.reasons)
    if stored is not None and stored.state == DecisionState.DECIDED and same:
        return stored
    _check_seen(stored, command.revision)
    if stored is not None and stored.state == DecisionState.DECIDED:
        raise Problem(409, STANDS)
    rows = store.handed_in(await store.ratings(session, sitting_id, item_id))
    if missing := assess(rated(rows)).missing:
        raise Problem(409, undecidable(missing))
    if problems := check_reasons(command.reasons, confirmed=command.confirmed):
        raise invalid(*problems)
    return _add(session, one, stored, sitting_id, (DecisionState.DECIDED, command.outcome, command.reasons), actor)


async def reopen(
    session: AsyncSession, sitting_id: UUID, item_id: UUID, command: Reopen, actor: Actor
) -> BoardDecisionRow:
    """Open a decision anew: it no longer holds, and nothing of it is overwritten. Raises Problem 404, 409 or 422."""
    if await store.sitting(session, sitting_id, to_change=True) is None:
        raise Problem(404, NO_SITTING)
    one = await on_agenda(session, sitting_id, item_id)
    stored = (await store.decisions(session, [one.key])).get(one.key)
    _check_seen(stored, command.revision)
    if stored is None or stored.state != DecisionState.DECIDED:
        raise Problem(409, NOTHING_DECIDED)
    if problems := check_reasons(command.reasons, confirmed=command.confirmed):
        raise invalid(*problems)
    return _add(session, one, stored, sitting_id, (DecisionState.REOPENED, stored.outcome, command.reasons), actor)


def _check_seen(stored: BoardDecisionRow | None, seen: int) -> None:
    if (stored.revision if stored else 0) != seen:
        raise Problem(409, DECISION_MOVED)


def _add(
    session: AsyncSession,
    one: Proposal,
    stored: BoardDecisionRow | None,
    sitting_id: UUID,
    said: tuple[str, str, str],
    actor: Actor,
) -> BoardDecisionRow:
    state, outcome, reasons = (str(part) for part in said)
    row = BoardDecisionRow(
        region=one.region,
        item_id=one.item_id,
        revision=(stored.revision if stored else 0) + 1,
        state=state,
        outcome=outcome,
        reasons=reasons,
        decided_on=actor.today,
        decided_by=actor.principal.subject,
        sitting_id=sitting_id,
    )
    session.add(row)
    return row


def rated(rows: Collection[RatingRow]) -> list[Rated]:
    """Ratings as the rules take them."""
    return [Rated(BoardGroup(row.seat), row.marks) for row in rows]
