"""What consents and referrals tell in the timeline of a case."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.store import bodies_of
from services.counselling.cases.entries import Entry
from services.counselling.cases.tables import CaseRow
from services.counselling.consents.store import consents_of, transfers_of
from services.counselling.referrals.store import referrals_of
from shared.clock import BERLIN
from shared.vocabulary import ReferralTarget
from shared.vocabulary.consents import ConsentPurpose, HandoverKind, ReferralResult
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer


async def consents(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """Consents signed and withdrawn, and what was handed over."""
    rows = await consents_of(session, case)
    bodies = await bodies_of(session, [row.body_id for row in rows])
    found = []
    for row in rows:
        name = bodies[row.body_id].name
        found.append(Entry(date=row.signed_on, kind="consent", title=f"Entbindung unterschrieben: {name}"))
        if row.withdrawn_at is not None:
            day = row.withdrawn_at.astimezone(BERLIN).date()
            found.append(Entry(date=day, kind="consent", title=f"Entbindung widerrufen: {name}"))
    for one in await transfers_of(session, case):
        what = f"{HandoverKind(one.kind).de}, {ConsentPurpose(one.purpose).de}"
        found.append(Entry(date=one.date, kind="transfer", title=f"Weitergegeben an {one.recipient}", detail=what))
    return found


async def referrals(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """Referrals in force, and what became of them."""
    rows = [row for row in await referrals_of(session, case) if not row.withdrawn]
    bodies = await bodies_of(session, [row.body_id for row in rows])
    found = []
    for row in rows:
        where = bodies[row.body_id].name if row.body_id else ReferralTarget(row.target).de
        how = "gemeinsam begleitet" if row.accompanied else ""
        found.append(Entry(date=row.date, kind="referral", title=f"Verweis: {where}", detail=how))
        if row.answer is not None and row.answered_on is not None:
            why = DeclineReason(row.answer_reason).de if row.answer_reason else ""
            title = f"Vorschlag {ProposalAnswer(row.answer).de}: {where}"
            found.append(Entry(date=row.answered_on, kind="referral", title=title, detail=why))
        if row.result is not None and row.result_on is not None:
            detail = ReferralResult(row.result).de
            found.append(Entry(date=row.result_on, kind="referral", title=f"Ergebnis: {where}", detail=detail))
    return found
