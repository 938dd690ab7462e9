"""Who may speak at a date of a run: contact persons are ambassadors in their own house, no trainers (ACT-03)."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.contact_tables import ContactPersonRow
from services.registration.model import search_name
from services.registration.store import Carriers
from shared.problems import FieldProblem


async def check_speakers(session: AsyncSession, speakers: Sequence[str], carriers: Carriers) -> list[FieldProblem]:
    """Problems of the speakers of a date: one is a contact person of the own carrier, however her name is written."""
    row = ContactPersonRow
    own = (col(row.carrier_id).in_(carriers), col(row.withdrawn).is_(False), col(row.inactive_on).is_(None))
    rows = await session.exec(select(row.search_name).where(*own, row.search_name != ""))
    known = [set(name.split()) for name in rows]
    text = "Ansprechpersonen treten in Schulungen nicht als Lehrende oder Referent*innen auf."
    remedy = "Bitte eine andere Person nennen."
    named = [name for name in speakers if any(words <= set(search_name(name).split()) for words in known)]
    return [FieldProblem("speakers", name, text, remedy) for name in named]
