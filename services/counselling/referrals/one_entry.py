"""A session's `referral_target` and its referral are one entry: whichever is changed, the other follows (REF-02)."""

from typing import Any
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store as session_store
from services.counselling import untold
from services.counselling.bodies.rules import usual_purpose
from services.counselling.cases.tables import CaseRow
from services.counselling.referrals import store
from services.counselling.referrals.tables import ReferralRow
from services.counselling.tables import SessionRow
from shared.problems import FieldProblem, Problem
from shared.recording import Actor

NO_SESSION = "Diese Beratung gehört nicht zu diesem Fall."
TOLD = "Der Verweis dieser Beratung ist der Stelle schon namentlich genannt und bleibt."
IN_CASE = "Bitte den Verweis im Fall zurücknehmen, dann hier ändern."


async def tell_session(session: AsyncSession, case: CaseRow, row: ReferralRow, actor: Actor) -> None:
    """Give a referral's session its target, or none once the referral is withdrawn: a correction like any other.

    Raises Problem 404 for a session that is none of the case.
    """
    if row.session_id is None:
        return
    held = await store.session_in(session, case, row.session_id)
    if held is None:
        if row.withdrawn:
            return  # so is the session
        raise Problem(404, NO_SESSION)
    target = None if row.withdrawn else row.target
    if held.referral_target == target:
        return
    held.referral_target = target
    held.revision, held.recorded_on = held.revision + 1, max(actor.today, held.recorded_on)
    revisions = session_store.revisions(session, actor)
    revisions.add(held, "session.corrected")
    await revisions.write()


async def follow_session(session: AsyncSession, row: SessionRow, actor: Actor) -> None:
    """Keep the referral that a session names: a tip to a kind of body, to which the case adds the rest.

    Raises Problem 409 where the body was told already; a withdrawn session leaves such a referral. A session without
    a case has its target only.
    """
    target = None if row.withdrawn else row.referral_target
    known = await store.of_session(session, row)
    if known is None:
        if target is None or row.case_id is None:
            return
        owned: dict[str, Any] = {"carrier_id": row.carrier_id, "case_id": row.case_id, "session_id": row.session_id}
        purpose = usual_purpose(target)
        new = ReferralRow(
            referral_id=uuid4(), **owned, recorded_on=actor.today, date=row.date, target=target, purpose=purpose
        )
        await untold.save(session, new, "referral.recorded", actor)
        return
    wanted = target if row.case_id is not None else None
    if (wanted is None) == known.withdrawn and wanted in (None, known.target) and row.case_id in (None, known.case_id):
        return
    if known.transfer_id is not None:
        if row.withdrawn:
            return  # what a body was told, it was told
        raise Problem(409, f"{TOLD} {IN_CASE}", [FieldProblem("referral_target", target, TOLD, IN_CASE)])
    known.withdrawn, known.case_id = wanted is None, row.case_id or known.case_id
    if wanted is not None and wanted != known.target:
        known.target, known.body_id, known.purpose = wanted, None, usual_purpose(wanted)
    known.revision, known.recorded_on = known.revision + 1, max(actor.today, known.recorded_on)
    await untold.save(session, known, f"referral.{'withdrawn' if known.withdrawn else 'recorded'}", actor)
