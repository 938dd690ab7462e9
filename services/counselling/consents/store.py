"""Reads of consents and transfers, within a case the caller may see (`cases.store.case_for`); nobody commits here."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.tables import CaseRow
from services.counselling.consents.rules import Release
from services.counselling.consents.tables import ConsentRow, TransferRow


def release_of(row: ConsentRow) -> Release:
    """A consent as the rule sees it."""
    period = (row.valid_from, row.valid_until)
    return Release(row.consent_id, row.body_id, row.purposes, *period, row.withdrawn_at is not None)


async def consents_of(session: AsyncSession, case: CaseRow) -> Sequence[ConsentRow]:
    """Consents of a case, newest first, withdrawn ones too."""
    query = select(ConsentRow).where(ConsentRow.case_id == case.case_id, ConsentRow.carrier_id == case.carrier_id)
    return (await session.exec(query.order_by(col(ConsentRow.signed_on).desc(), col(ConsentRow.consent_id)))).all()


async def held(session: AsyncSession, case: CaseRow, body_id: UUID) -> Sequence[ConsentRow]:
    """Consents of a case for a body as they are now, kept so until this transaction ends: who withdraws one waits.

    And who withdrew one first is waited for: a row is read again after the wait, whatever this session knew of it.
    """
    query = select(ConsentRow).where(ConsentRow.case_id == case.case_id, ConsentRow.carrier_id == case.carrier_id)
    query = query.where(ConsentRow.body_id == body_id).order_by(col(ConsentRow.consent_id))
    locked = query.with_for_update(read=True).execution_options(populate_existing=True)
    return (await session.exec(locked)).all()


async def get_consent(session: AsyncSession, case: CaseRow, consent_id: UUID) -> ConsentRow | None:
    """A consent of a case for its writer, or None."""
    query = select(ConsentRow).where(ConsentRow.consent_id == consent_id, ConsentRow.case_id == case.case_id)
    return (await session.exec(query.where(ConsentRow.carrier_id == case.carrier_id).with_for_update())).first()


async def get_transfer(session: AsyncSession, case: CaseRow, transfer_id: UUID) -> TransferRow | None:
    """A transfer of a case, or None."""
    query = select(TransferRow).where(TransferRow.transfer_id == transfer_id, TransferRow.case_id == case.case_id)
    return (await session.exec(query.where(TransferRow.carrier_id == case.carrier_id))).first()


async def transfers_of(session: AsyncSession, case: CaseRow) -> Sequence[TransferRow]:
    """What was handed over in a case, newest first."""
    query = select(TransferRow).where(TransferRow.case_id == case.case_id, TransferRow.carrier_id == case.carrier_id)
    return (await session.exec(query.order_by(col(TransferRow.made_at).desc(), col(TransferRow.transfer_id)))).all()
