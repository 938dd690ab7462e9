"""What counselling learns from registration: structure and persons' profiles, newest revision wins."""

from collections.abc import Iterable, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.tables import ProfileRow, UnitRow
from shared.contracts.base import Revision
from shared.contracts.registry import PERSON, STRUCTURE
from shared.messaging.ingest import Received


async def learn(session: AsyncSession, events: Sequence[Received]) -> None:
    """Apply structure and person events in the caller's transaction; other events of registration are not ours."""
    await _upsert(session, UnitRow, "structure_id", (e.body for e in events if e.event is STRUCTURE))
    await _upsert(session, ProfileRow, "person_id", (e.body for e in events if e.event is PERSON))


async def _upsert(session: AsyncSession, table: type[SQLModel], key: str, bodies: Iterable[Revision]) -> None:
    newest = {}
    for body in sorted(bodies, key=lambda entry: entry.revision):
        newest[getattr(body, key)] = body.model_dump(include=set(table.model_fields))
    if not newest:
        return
    statement = insert(table).values(list(newest.values()))
    new = statement.excluded
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: new[name] for name in table.model_fields if name != key},
            where=new.revision > table.revision,  # type: ignore[attr-defined]  # both tables have it
        )
    )
