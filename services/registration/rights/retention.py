"""What registration lets go by the retention rules, but for persons (`quiet`): each rule with its rows."""

from sqlmodel import col

from services.registration.appointments.retention import EXPIRIES as APPOINTMENTS
from services.registration.attendance.retention import EXPIRIES as ATTENDANCE
from services.registration.certificates.retention import EXPIRIES as CERTIFICATES
from services.registration.enrolment.retention import EXPIRIES as ENROLMENT
from services.registration.items.retention import EXPIRIES as ITEMS
from services.registration.measures.retention import EXPIRIES as MEASURES
from services.registration.rights.erasure import NOUN
from services.registration.rights.registry import UNLINKED
from services.registration.runs.retention import EXPIRIES as RUNS
from services.registration.tables import ParticipationRow
from shared.rights.common import COMMON, imported_references
from shared.rights.expiry import Expiry


def expiries(key: str) -> tuple[Expiry, ...]:
    """All rules that the service applies by itself; `key` is the network's, for the hashes that erased rows leave."""
    has = col(ParticipationRow.person_key).is_not(None)
    references = imported_references(ParticipationRow, NOUN, ("entered_on", "ended_on"), has, UNLINKED, key)
    return (*APPOINTMENTS, *ATTENDANCE, *CERTIFICATES, *ENROLMENT, *RUNS, *ITEMS, *MEASURES, references, *COMMON)
