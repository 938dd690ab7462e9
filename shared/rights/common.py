"""What both recording services let go alike: import jobs with their error lists, and messages nobody can handle."""

from sqlmodel import col

from shared.importing.tables import ImportJob
from shared.inbox import ParkedRow
from shared.rights.expiry import Expiry, deleting

ENDED = ("done", "failed")
COMMON = (
    Expiry(
        "imports",
        ImportJob.id,
        ImportJob.created_at,
        deleting(ImportJob.id),
        (col(ImportJob.state).in_(ENDED),),
        ImportJob.carrier_id,
        "import.expired",
    ),
    # One that waits for an upgrade is still to be taken in.
    Expiry(
        "parked",
        ParkedRow.id,
        ParkedRow.parked_on,
        deleting(ParkedRow.id),
        (col(ParkedRow.fate) == "dead",),
        timed=False,
    ),
)
