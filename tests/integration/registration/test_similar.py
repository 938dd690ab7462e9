"""How many persons written in another way are found (95 %), and how many strangers are taken for somebody (5 %)."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.commands import RecordPerson
from services.registration.person_handlers import record_person
from services.registration.person_store import similar_persons
from shared import clock
from shared.database import make_engine, session_factory
from shared.recording import Actor
from shared.security import Principal
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.name_variants import Invented, invented

CARRIER = uuid4()
HINTS = 10


@pytest.fixture
async def session(database: MakeDatabase) -> AsyncIterator[AsyncSession]:
    engine = make_engine(database("registration"))
    async with session_factory(engine)() as opened:
        yield opened
    await engine.dispose()


async def recorded(session: AsyncSession, persons: list[Invented]) -> dict[str, UUID]:
    """Ids of persons in the register by the name they are recorded with."""
    principal = Principal("test", Role.COUNSELLOR, "rp", (CARRIER,))
    actor = Actor(principal, "rp", clock.today(), clock.now(), "k" * 32)
    found = {}
    for person in persons:
        command = RecordPerson(name=person.recorded, birth_year=person.birth_year)
        found[person.recorded] = (await record_person(session, uuid4(), command, actor)).person_id
    await session.flush()
    return found


async def hints(session: AsyncSession, name: str, birth_year: int | None) -> set[UUID]:
    rows = await similar_persons(session, (CARRIER,), name, birth_year, None, HINTS)
    return {row.person_id for row in rows}


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_variants_are_found_and_strangers_are_not(session: AsyncSession) -> None:
    inside, outside = invented()
    ids = await recorded(session, inside)
    asked = [(name, person) for person in inside for name in person.variants]
    missed = [
        f"{name} ({person.recorded})"
        for name, person in asked
        if ids[person.recorded] not in await hints(session, name, person.birth_year)
    ]
    strangers = [(person.recorded, person) for person in outside]
    taken = [name for name, person in strangers if await hints(session, name, person.birth_year)]
    found_rate, false_rate = 1 - len(missed) / len(asked), len(taken) / len(strangers)
    print(f"{len(asked)} variants: {found_rate:.1%} found; {len(strangers)} strangers beside {len(inside)} persons:")
    print(f"{false_rate:.1%} with a false hint")
    assert len(asked) >= 500
    assert found_rate >= 0.95, missed[:40]
    assert false_rate <= 0.05, taken[:40]
