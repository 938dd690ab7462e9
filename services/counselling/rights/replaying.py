"""Replays the erasure journal after a restore: whom a backup has brought back is erased again."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.rights.erasure import CAUSE, erase_told
from services.counselling.rights.references import erase_entry
from services.counselling.tables import ProfileRow
from shared.nationalities import NOT_STATED
from shared.rights.journal import Entry, ReferenceEntry


async def replay(session: AsyncSession, entries: Sequence[Entry | ReferenceEntry], key: str) -> None:
    """Erase again whom a restored backup has brought back, in the caller's transaction. Repeatable.

    Her profile stays withdrawn in the revision of the last message about her: older ones that come again are stale.
    """
    traits = dict.fromkeys(("nationality", "refugee_background", "gender"), NOT_STATED)
    for entry in entries:
        if isinstance(entry, ReferenceEntry):
            await erase_entry(session, entry, key, CAUSE)
            continue
        known = {"revision": entry.revision, "withdrawn": True, **traits}
        values = {"person_id": entry.person_id, "carrier_id": entry.carrier_id, **known}
        statement = insert(ProfileRow).values(**values)
        await session.exec(statement.on_conflict_do_update(index_elements=["person_id"], set_=known))
        await erase_told(session, [(entry.carrier_id, entry.person_id)], key, entry.erased_on)
