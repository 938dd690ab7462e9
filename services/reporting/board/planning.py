"""Sittings: made, changed and closed by the coordination, one change at a time. The edge commits."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.commands import CloseSitting, PlanSitting
from services.reporting.board.finding import CLOSED, found
from services.reporting.board.proposals import Key, Proposal, proposals
from services.reporting.board.tables import BoardDecisionRow, SittingRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import Actor
from shared.vocabulary import ItemState
from shared.vocabulary.board import DecisionState, SittingState

MOVED = (
    "Inzwischen hat jemand anderes diese Sitzung geändert. Nichts von Ihrer Eingabe ist verloren; bitte prüfen Sie sie."
)


async def plan_sitting(session: AsyncSession, sitting_id: UUID, command: PlanSitting, actor: Actor) -> SittingRow:
    """Make or change a sitting; repeating it changes nothing. Raises Problem 409 or 422."""
    stored = await store.sitting(session, sitting_id, to_change=True)
    keys = {(one.region, one.item_id) for one in command.proposals}
    rows = await store.agenda(session, [sitting_id])
    before = {(row.region, row.item_id) for row in rows}
    content: dict[str, Any] = {"title": command.title, "day": command.day}
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
