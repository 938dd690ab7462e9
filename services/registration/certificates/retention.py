"""How long certificates are kept: the name goes, and the code on the paper can be checked for good."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.certificates.tables import CertificateRow
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.retention import END
from shared.rights.expiry import Expiry, deleting
from shared.vocabulary.certificates import CertificateKind

FORGOTTEN: dict[str, Any] = dict.fromkeys(
    ("name", "person_id", "participant_id", "registration_id", "exception", "withdrawn_reason")
)
"""What says whose a certificate was."""
CONFIRMATION = CertificateRow.kind == CertificateKind.REGISTRATION.value
_END = select(END).where(TrainingRunRow.run_id == CertificateRow.run_id).correlate_except(TrainingRunRow)


async def _forget(session: AsyncSession, keys: Sequence[Any]) -> None:
    named = col(CertificateRow.certificate_id).in_(keys)
    await session.exec(update(CertificateRow).where(named).values(**FORGOTTEN))


EXPIRIES = (
    Expiry(
        "run_registrations",
        CertificateRow.certificate_id,
        _END.scalar_subquery(),
        deleting(CertificateRow.certificate_id),
        (CONFIRMATION,),
        CertificateRow.carrier_id,
        "certificate.expired",
        timed=False,
    ),
    Expiry(
        "certificates",
        CertificateRow.certificate_id,
        CertificateRow.issued_on,
        _forget,
        (col(CertificateRow.name).is_not(None),),
        CertificateRow.carrier_id,
        "certificate.emptied",
        timed=False,
    ),
)
"""Confirmations, which nobody checks, go with the registrations of their run."""
