"""Everything held of a person in counselling, for herself (Auskunft), and what stands in the way of her erasure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.tables import BodyRow
from services.counselling.cases.rules import handover_state
from services.counselling.cases.store import visible
from services.counselling.cases.tables import CaseRow, HandoverRow
from services.counselling.consents.tables import TransferRow
from services.counselling.procedures.tables import AuthorityRow
from services.counselling.rights.erasure import cases_of
from services.counselling.rights.registry import REGISTRY, her_sessions
from services.counselling.rights.words import CONFIDENTIAL
from services.counselling.sensitive.store import disclosed
from services.counselling.tables import MergeRow, ProfileRow, SessionRow, UnitRow
from shared import clock
from shared.problems import Problem
from shared.rights import Subject, among, disclose, facts
from shared.security import Principal
from shared.vocabulary.cases import HandoverState

NO_PERSON = "Zu dieser Person gibt es bei Ihrem Träger nichts."


@dataclass(frozen=True)
class Whole:
    """A person's disclosure; `withheld`: cases of which only owner or deputy tell, and sealed records not opened."""

    subject: Subject
    sections: list[dict[str, Any]]
    given_to: list[str]
    withheld: int


async def subject_for(session: AsyncSession, principal: Principal, person_id: UUID) -> Subject:
    """A person of the principal's carrier, with those she was merged with and the cases the principal may see.

    Raises Problem 404 where nothing of her is held at this carrier.
    """
    for carrier in principal.carriers:
        known = await session.get(ProfileRow, person_id)
        persons = await _merged(session, carrier, person_id)
        subject = Subject(carrier, persons)
        cases = await cases_of(session, subject)
        if not cases and (known is None or known.carrier_id != carrier or known.withdrawn):
            sessions = select(func.count()).select_from(SessionRow).where(her_sessions(subject))
            if not (await session.exec(sessions)).one():
                continue
        query = select(CaseRow.case_id).where(among(CaseRow.case_id, cases), visible(principal))
        seen = tuple(sorted(await session.exec(query)))
        return replace(subject, cases=seen, hidden=tuple(key for key in cases if key not in seen))
    raise Problem(404, NO_PERSON)


async def _merged(session: AsyncSession, carrier: UUID, person_id: UUID) -> tuple[UUID, ...]:
    """The person and everybody she is one with by merges in force."""
    query = select(MergeRow.person_id, MergeRow.merged_into)
    own = (col(MergeRow.carrier_id) == carrier, col(MergeRow.withdrawn).is_(False))
    pairs = (await session.exec(query.where(*own))).all()
    found = {person_id}
    while more := {one for pair in pairs if found & set(pair) for one in pair} - found:
        found |= more
    return tuple(sorted(found))


async def everything(session: AsyncSession, principal: Principal, person_id: UUID, keys: Sequence[str]) -> Whole:
    """Everything held of a person; what is sealed where it is open to the principal. Raises Problem 404."""
    subject = await subject_for(session, principal, person_id)
    names = await _names(session)
    sections = await disclose(session, REGISTRY, subject, names)
    contents, closed = await disclosed(session, principal, subject.cases, keys)
    if entries := [found for content in contents if (found := list(facts(CONFIDENTIAL, content, names)))]:
        sections.append({"name": "sensitive_record", "title": "Vertrauliche Angaben", "entries": entries})
    query = select(TransferRow).where(col(TransferRow.carrier_id) == subject.carrier)
    transfers = await session.exec(
        query.where(among(TransferRow.case_id, subject.cases)).order_by(col(TransferRow.date))
    )
    given_to = [f"{row.recipient} ({row.date:%d.%m.%Y})" for row in transfers]
    return Whole(subject, sections, given_to, len(subject.hidden) + closed)


async def _names(session: AsyncSession) -> dict[UUID, str]:
    """What ids in a disclosure stand for: offices, bodies, authorities."""
    found: dict[UUID, str] = {}
    for key, name in ((UnitRow.structure_id, UnitRow.name), (BodyRow.body_id, BodyRow.name)):
        found |= dict((await session.exec(select(key, name))).all())
    return found | dict((await session.exec(select(AuthorityRow.authority_id, AuthorityRow.name))).all())


async def obstacles(session: AsyncSession, subject: Subject) -> list[str]:
    """What somebody should settle before a person is erased, in German; empty: nothing."""
    found = []
    offered = col(HandoverRow.state) == HandoverState.OFFERED.value
    query = select(HandoverRow).where(offered, among(HandoverRow.case_id, (*subject.cases, *subject.hidden)))
    today = clock.today()
    offers = (handover_state(row.state, row.expires_on, today) for row in await session.exec(query))
    if HandoverState.OFFERED in offers:
        found.append(
            "Ein Fall ist gerade zur Übernahme angeboten. Bitte das Angebot zuerst annehmen oder zurückziehen."
        )
    if subject.hidden:
        found.append(
            "Ein Fall dieser Person ist geschützt. Löschen kann nur, wer ihn führt oder vertritt; "
            "bitte sprechen Sie mit Ihrer Leitung."
        )
    return found
