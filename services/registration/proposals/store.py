"""Reads and saves of proposals. Every query takes the principal's carriers, to whom they are made."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.proposals.tables import AnswerRow, ProposalRow
from services.registration.tables import ParticipationRow, PersonRow
from shared.rights.tombstones import ErasedPersonRow

Carriers = tuple[UUID, ...]
FIELDS = set(ProposalRow.model_fields)
MANY = 500


async def keep(session: AsyncSession, bodies: Iterable[Mapping[str, Any]]) -> None:
    """Save proposals; the highest revision wins, in any order and any number of times."""
    newest = {}
    for body in sorted(bodies, key=lambda one: int(one["revision"])):
        newest[body["proposal_id"]] = dict(body)
    gone = await erased(session, {body["person_id"] for body in newest.values()})
    newest = {key: body for key, body in newest.items() if body["person_id"] not in gone}
    if not newest:
        return
    statement = insert(ProposalRow).values(list(newest.values()))
    new = statement.excluded
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["proposal_id"],
            set_={name: new[name] for name in FIELDS - {"proposal_id"}},
            where=new.revision > ProposalRow.revision,
        )
    )


async def erased(session: AsyncSession, persons: Collection[UUID]) -> set[UUID]:
    """Which of these persons were erased: what is told of them late is not kept."""
    query = select(ErasedPersonRow.person_id).where(col(ErasedPersonRow.person_id).in_(persons))
    return set(await session.exec(query)) if persons else set()


class Shown(NamedTuple):
    """A proposal with its person, if she is still in the register, and its answer."""

    proposal: ProposalRow
    person: PersonRow | None
    answer: AnswerRow | None


def in_force(carriers: Carriers) -> tuple[Any, ...]:
    """Conditions: proposals in force made to these carriers."""
    return col(ProposalRow.to_carrier_id).in_(carriers), col(ProposalRow.withdrawn).is_(False)


async def asked(session: AsyncSession, proposal_id: UUID, carriers: Carriers) -> ProposalRow | None:
    """A proposal in force made to these carriers for who answers it, or None."""
    query = select(ProposalRow).where(ProposalRow.proposal_id == proposal_id, *in_force(carriers))
    return (await session.exec(query.with_for_update())).first()


async def unanswered(session: AsyncSession, carriers: Carriers) -> Sequence[ProposalRow]:
    """Proposals in force made to these carriers that nobody has answered, oldest first."""
    answered = select(AnswerRow.proposal_id)
    query = select(ProposalRow).where(*in_force(carriers), col(ProposalRow.proposal_id).not_in(answered))
    return (await session.exec(query.order_by(col(ProposalRow.proposed_on)).limit(MANY))).all()


async def to_carriers(
    session: AsyncSession, carriers: Carriers, page: tuple[int, int], proposal_id: UUID | None = None
) -> tuple[list[Shown], int]:
    """Proposals in force made to these carriers, newest first, each with its person if she is still in the register.

    `page` is limit and offset; with `proposal_id` only that one.

    The one query that shows a person of another carrier: her consent covers the carrier she was proposed to (CON-02).
    """
    where = in_force(carriers)
    if proposal_id is not None:
        where += (ProposalRow.proposal_id == proposal_id,)
    known = and_(col(PersonRow.person_id) == ProposalRow.person_id, col(PersonRow.carrier_id) == ProposalRow.carrier_id)
    answered = col(AnswerRow.proposal_id) == ProposalRow.proposal_id
    query = select(ProposalRow, PersonRow, AnswerRow).outerjoin(PersonRow, known).outerjoin(AnswerRow, answered)
    query = query.where(*where)
    ordered = query.order_by(col(ProposalRow.proposed_on).desc(), col(ProposalRow.proposal_id))
    rows = (await session.exec(ordered.limit(page[0]).offset(page[1]))).all()
    total = (await session.exec(select(func.count()).select_from(ProposalRow).where(*where))).one()
    return [Shown(*row) for row in rows], total


async def entered(session: AsyncSession, carriers: Carriers, rows: Sequence[Shown]) -> set[UUID]:
    """Which of the persons proposed take or took part in an offering of the carriers."""
    persons = [one.proposal.person_id for one in rows]
    own = (col(ParticipationRow.carrier_id).in_(carriers), col(ParticipationRow.withdrawn).is_(False))
    query = select(ParticipationRow.person_id).where(*own, col(ParticipationRow.person_id).in_(persons))
    return {person for person in await session.exec(query) if person is not None} if persons else set()
