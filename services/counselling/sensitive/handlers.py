"""Opening, locking and recording the confidential data of a case; each act is audited, none is ever told."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.rules import gone
from services.counselling.bodies.store import get_body
from services.counselling.cases.tables import CaseRow
from services.counselling.sensitive import store
from services.counselling.sensitive.commands import Content, OpenConfidential, RecordConfidential
from services.counselling.sensitive.places import place_hash
from services.counselling.sensitive.rules import OPEN_FOR, check_facts, check_move, check_office
from services.counselling.sensitive.seal import sealed, sealing_keys, unsealed
from services.counselling.sensitive.tables import OpeningRow, SensitiveRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import Actor

LOCKED = "Die vertraulichen Angaben sind nicht (mehr) geöffnet; was Sie eingetragen haben, steht noch da."
GIVE_REASON = "Bitte geben Sie den Grund an und speichern Sie noch einmal."


async def unlock(session: AsyncSession, case_id: UUID, command: OpenConfidential, actor: Actor) -> datetime:
    """Open it for this account and case; until when. Raises Problem 404, 403 for all but owner and deputy."""
    case = await store.circle_for(session, actor.principal, case_id)
    return await _open(session, case, command.reason, actor)


async def _open(session: AsyncSession, case: CaseRow, reason: str, actor: Actor) -> datetime:
    row = OpeningRow(
        opening_id=uuid4(),
        carrier_id=case.carrier_id,
        case_id=case.case_id,
        subject=actor.principal.subject,
        reason=reason,
        opened_at=actor.instant,
    )
    session.add(row)
    await session.flush()
    await store.note(session, actor.principal, "unlocked", case, None)
    return actor.instant + OPEN_FOR


async def lock(session: AsyncSession, case_id: UUID, actor: Actor) -> None:
    """Close it before the time is over. Repeatable. Raises Problem 404, 403."""
    case = await store.circle_for(session, actor.principal, case_id)
    found = await store.opened(session, actor.principal, case, actor.instant)
    for row in found:
        row.closed_at = actor.instant
        session.add(row)
    if found:
        await session.flush()
        await store.note(session, actor.principal, "locked", case, None)


async def record(session: AsyncSession, case_id: UUID, command: RecordConfidential, actor: Actor) -> SensitiveRow:
    """Keep the confidential data of a case, sealed. Repeating changes nothing.

    Raises Problem 404, 403 (case), 409 (not open, stale, or the seal does not open), 422 (rules of `rules`).
    """
    case = await store.circle_for(session, actor.principal, case_id, to_change=True)
    if not await store.opened(session, actor.principal, case, actor.instant):
        if command.reason is None:
            raise Problem(409, f"{LOCKED} {GIVE_REASON}", [FieldProblem("reason", None, LOCKED, GIVE_REASON)])
        await _open(session, case, command.reason, actor)
    row, keys = await store.record_of(session, case), sealing_keys(actor.key)
    before = Content() if row is None else unsealed(row.content, keys, case.case_id)
    content = command.content()
    await _check(session, content, before, actor)
    if row is not None and content == before:
        return row
    if row is not None and command.revision != row.revision:
        text = f"Diese Angaben wurden inzwischen geändert (Stand {row.revision}). Bitte laden Sie die Seite neu."
        raise Problem(409, text)
    row = row or SensitiveRow(
        case_id=case.case_id, carrier_id=case.carrier_id, content="", recorded_on=actor.today, revision=0, place_hash=""
    )
    if content.place or before.place or not row.place_hash:  # of no place the one of nothing stays
        row.place_hash = place_hash(keys[0], case.carrier_id, "record", content.place)
    row.content, row.recorded_on = sealed(content, keys, case.case_id), actor.today
    row.revision += 1
    session.add(row)
    await session.flush()
    await store.note(session, actor.principal, "recorded", case, row.revision)
    return row


async def _check(session: AsyncSession, content: Content, before: Content, actor: Actor) -> None:
    problems = check_move(before.discrimination_state, content.discrimination_state)
    problems += check_facts(content, actor.today)
    body = None if content.body_id is None else await get_body(session, content.body_id)
    if content.body_id is not None and (body is None or (body.withdrawn and content.body_id != before.body_id)):
        problems.append(gone("body_id", content.body_id))
    else:
        problems += check_office(actor.region, content.referred_on, body.kind if body else None)
    if problems:
        raise invalid(*problems)
