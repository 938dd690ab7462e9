"""How long it is kept that an e-mail about a registration was sent."""

from sqlmodel import col

from services.registration.enrolment.tables import RegistrationMailRow
from shared.rights.expiry import Expiry, deleting
from shared.vocabulary import MailState

EXPIRIES = (
    Expiry(
        "registration_mails",
        RegistrationMailRow.mail_id,
        RegistrationMailRow.due_at,
        deleting(RegistrationMailRow.mail_id),
        (col(RegistrationMailRow.state) != MailState.WAITING.value,),
        RegistrationMailRow.carrier_id,
    ),
)
"""Before the registrations: those of one that goes would go along uncounted."""
