"""Which e-mails a registration has, written in the transaction of the act; they wait for the mail server (IKO-10)."""

from datetime import datetime

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment.tables import RegistrationMailRow
from services.registration.mailing.queues import waiting
from services.registration.run_tables import RegistrationRow
from shared.vocabulary import MailState
from shared.vocabulary.runs import RegistrationMail


def tell(session: AsyncSession, row: RegistrationRow, kind: RegistrationMail, now: datetime) -> None:
    """Have those who registered told; nothing without an address."""
    if row.email:
        values = waiting(row.carrier_id, kind, row.revision, now)
        session.add(RegistrationMailRow(registration_id=row.registration_id, **values))


async def drop(session: AsyncSession, row: RegistrationRow) -> None:
    """What still waits to be told of a registration is not true any more."""
    own = (
        col(RegistrationMailRow.registration_id) == row.registration_id,
        col(RegistrationMailRow.state) == MailState.WAITING.value,
    )
    await session.exec(update(RegistrationMailRow).where(*own).values(state=MailState.DROPPED.value))
