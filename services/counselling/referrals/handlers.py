"""Acts on referrals: recorded, answered, withdrawn, with what follows from them; each in one transaction."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import untold
from services.counselling.bodies.rules import usual_purpose
from services.counselling.bodies.tables import BodyRow
from services.counselling.cases.store import case_for
from services.counselling.cases.tables import CaseRow
from services.counselling.consents import handlers as consents
from services.counselling.consents import store as consent_store
from services.counselling.consents.tables import ConsentRow
from services.counselling.referrals import proposals, store
from services.counselling.referrals.commands import Answer, RecordReferral
from services.counselling.referrals.one_entry import tell_session
from services.counselling.referrals.rules import check_referral
from services.counselling.referrals.tables import ReferralRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary.consents import HandoverKind

FIXED = ("date", "target", "body_id", "purpose", "named")
"""What a body has been told stays as it was told."""
TOLD = "Dieser Verweis ist der Stelle schon namentlich genannt. Bitte einen neuen anlegen."
NOT_GIVEN = {"agreed", "revision"}


async def record_referral(
    session: AsyncSession, case_id: UUID, referral_id: UUID, command: RecordReferral, actor: Actor
) -> ReferralRow:
    """Record or correct a referral; a named one is logged as a transfer. Repeating changes nothing.

    Raises Problem 404 (case or session), 409 (stale, or no consent covers it, or the body was told), 422 (rules).
    """
    case = await case_for(session, actor.principal, case_id, to_change=True)
    stored = await store.get_referral(session, case, referral_id)
    body = await consents.body_for(session, command.body_id) if command.body_id else None
    if problems := check_referral(command.model_dump(), body.kind if body else None, actor.today):
        raise invalid(*problems)
    content = _content(command, body)
    if stored is not None and stored.transfer_id and any(getattr(stored, name) != content[name] for name in FIXED):
        raise Problem(409, TOLD)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    owned: dict[str, Any] = {"carrier_id": case.carrier_id, "case_id": case.case_id, "recorded_on": actor.today}
    row = stored or ReferralRow(referral_id=referral_id, **owned, **content)
    row.sqlmodel_update(content)
    row.revision, row.withdrawn, row.recorded_on = revision or 1, False, max(actor.today, row.recorded_on)
    if row.named and row.transfer_id is None and body is not None:
        await _name(session, case, row, body, actor)
    await tell_session(session, case, row, actor)
    return await _save(session, row, "recorded", actor)


def _content(command: RecordReferral, body: BodyRow | None) -> dict[str, Any]:
    values = command.model_dump(exclude=NOT_GIVEN)
    target = body.kind if body else str(values["target"])
    return values | {"target": target, "purpose": values["purpose"] or usual_purpose(target)}


async def _name(session: AsyncSession, case: CaseRow, row: ReferralRow, body: BodyRow, actor: Actor) -> None:
    """Tell the body who comes: a transfer, and a proposal where the body qualifies in this network."""
    what = consents.Handover(uuid4(), body, row.purpose, HandoverKind.NAMED_REFERRAL.value, row.note)
    row.transfer_id = (await consents.hand_over(session, case, what, actor)).transfer_id
    row.proposed = await proposals.propose(session, case, row, body, actor)


async def answer(session: AsyncSession, case_id: UUID, referral_id: UUID, command: Answer, actor: Actor) -> ReferralRow:
    """Note what became of a referral. Repeating changes nothing. Raises Problem 404, 422."""
    row = await _one(session, case_id, referral_id, actor)
    day = command.result_on or (row.result_on if row.result == command.result else None) or actor.today
    if not row.date <= day <= actor.today:
        text = f"Am {day:%d.%m.%Y} kann das Ergebnis nicht bekannt geworden sein."
        remedy = f"Bitte einen Tag vom {row.date:%d.%m.%Y} bis heute angeben."
        raise invalid(FieldProblem("result_on", f"{day:%d.%m.%Y}", text, remedy))
    if (row.result, row.result_on) == (command.result, day):
        return row
    row.result, row.result_on, row.revision = command.result, day, row.revision + 1
    return await _save(session, row, "answered", actor)


async def withdraw_referral(session: AsyncSession, case_id: UUID, referral_id: UUID, actor: Actor) -> ReferralRow:
    """Withdraw a referral; the log of its transfer stays, its proposal goes. Repeatable. Raises Problem 404."""
    row = await _one(session, case_id, referral_id, actor)
    if row.withdrawn:
        return row
    row.withdrawn, row.revision = True, row.revision + 1
    row.recorded_on = max(actor.today, row.recorded_on)
    case = await case_for(session, actor.principal, case_id)
    await proposals.retract(session, case, row, actor)
    await tell_session(session, case, row, actor)
    return await _save(session, row, "withdrawn", actor)


async def withdraw_consent(session: AsyncSession, case_id: UUID, consent_id: UUID, actor: Actor) -> ConsentRow:
    """Withdraw a consent and, in the same transaction, every proposal that rests on it. Repeatable. Raises Problem 404.

    The referrals stay as they were told; nobody sees the person through them any more.
    """
    case = await case_for(session, actor.principal, case_id)
    row = await consents.withdraw_consent(session, case_id, consent_id, actor)
    transfers = [one for one in await consent_store.transfers_of(session, case) if one.consent_id == consent_id]
    for referral in await store.under(session, case, [one.transfer_id for one in transfers]):
        referral.revision += 1
        referral.recorded_on = max(actor.today, referral.recorded_on)
        await proposals.retract(session, case, referral, actor)
        await _save(session, referral, "retracted", actor)
    return row


async def _one(session: AsyncSession, case_id: UUID, referral_id: UUID, actor: Actor) -> ReferralRow:
    case = await case_for(session, actor.principal, case_id, to_change=True)
    row = await store.get_referral(session, case, referral_id)
    if row is None:
        raise Problem(404, NOT_FOUND)
    return row


async def _save(session: AsyncSession, row: ReferralRow, verb: str, actor: Actor) -> ReferralRow:
    await untold.save(session, row, f"referral.{verb}", actor)
    return row
