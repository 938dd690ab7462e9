"""What happens to a run and its registrations together: decided, counted, free places offered. The edge commits.

Whoever calls has the run's row for itself; so none of these runs twice at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment import mails, store
from services.registration.enrolment.decision import Decision, Entry, Terms, decide, promoted
from services.registration.enrolment.rules import PLACED, begins, definition_of, offer_ends, places_of
from services.registration.run_tables import RegistrationRow, TrainingRunRow
from services.registration.runs.handlers import save
from shared import audit
from shared.recording import Actor
from shared.vocabulary import Programme, RunState
from shared.vocabulary.runs import DecisionReason, Policy, RegistrationMail, RegistrationState

S = RegistrationState
WAIT = (S.SUBMITTED, S.WAITING, S.OFFERED)
"""Registrations in force that have no place yet."""


async def note(session: AsyncSession, actor: Actor, rows: Sequence[RegistrationRow], action: str) -> None:
    """Write an act on registrations into the audit."""
    who = actor.instant, actor.principal.subject
    await audit.write(session, [audit.entry(*who, row.carrier_id, action, row.key, row.revision) for row in rows])


def turn(row: RegistrationRow, state: RegistrationState, reason: DecisionReason | None) -> None:
    """Give a registration its next state."""
    row.state, row.revision = state.value, row.revision + 1
    row.reason = reason.value if reason else row.reason


async def entries_of(session: AsyncSession, run: TrainingRunRow, rows: Sequence[RegistrationRow]) -> list[Entry]:
    """Registrations as the decision sees them."""
    definition, people = definition_of(run), await store.sizes(session, run.run_id)
    pending = await store.unreleased(session, run.run_id) if run.programme == Programme.IKBO else set()
    return [
        Entry(
            row.key,
            row.submitted_at,
            places_of(definition, people.get(row.key, 1)),
            moved=row.moved is not None,
            pending=row.key in pending,
        )
        for row in rows
    ]


async def places(session: AsyncSession, run: TrainingRunRow) -> Counter[str]:
    """How many places the registrations of each state have or ask for."""
    rows = await store.registrations(session, run.run_id)
    taken: Counter[str] = Counter()
    for row, entry in zip(rows, await entries_of(session, run, rows), strict=True):
        taken[row.state] += entry.size
    return taken


async def tally(session: AsyncSession, run: TrainingRunRow) -> bool:
    """Count again how many places are taken and asked for; whether that has changed."""
    await session.flush()
    found = await places(session, run)
    counts = found[S.ACCEPTED.value], sum(found[state.value] for state in WAIT)
    changed = (run.accepted, run.waiting) != counts
    run.accepted, run.waiting = counts
    return changed


async def settle(session: AsyncSession, run: TrainingRunRow, actor: Actor, days: int) -> None:
    """After a change of registrations: offer what is free now for some `days`; what the counts have become is told."""
    if RunState(run.state) is RunState.CONFIRMED:
        await promote(session, run, actor, days)
    if await tally(session, run):
        await save(session, run, "run.counted", actor)


async def decide_run(session: AsyncSession, run: TrainingRunRow, actor: Actor) -> None:
    """Decide a run: states, protocol, e-mails and what is told, in one transaction."""
    rows = {row.key: row for row in await store.registrations(session, run.run_id, to_change=True, state=S.SUBMITTED)}
    entries = await entries_of(session, run, list(rows.values()))
    terms = Terms(run.min_places, run.max_places, Policy(run.policy))
    decision = decide(terms, entries)
    for verdict in decision.verdicts:
        row = rows[verdict.registration_id]
        turn(row, verdict.state, verdict.reason)
        mails.tell(session, row, RegistrationMail.DECIDED, actor.instant)
    await session.flush()
    await note(session, actor, list(rows.values()), "registration.decided")
    run.state, run.decided_at = decision.state.value, actor.instant
    run.protocol = protocol(run, terms, decision, entries, rows)
    await tally(session, run)
    await save(session, run, "run.decided", actor)


def protocol(
    run: TrainingRunRow,
    terms: Terms,
    decision: Decision,
    entries: Sequence[Entry],
    rows: Mapping[UUID, RegistrationRow],
) -> dict[str, Any]:
    """The decision as it is kept: what it rested on, and each registration with its rank and reason, without names."""
    sizes = {one.registration_id: one.size for one in entries}
    verdicts = [
        {
            "registration_id": str(one.registration_id),
            "rank": one.rank,
            "submitted_at": _written(rows[one.registration_id].submitted_at),
            "places": sizes[one.registration_id],
            "exception": rows[one.registration_id].exception is not None,
            "moved": rows[one.registration_id].moved is not None,
            "state": one.state.value,
            "reason": one.reason.value,
        }
        for one in decision.verdicts
    ]
    return {
        "min_places": terms.least,
        "max_places": terms.most,
        "policy": terms.policy.value,
        "deadline": _written(run.deadline),
        "decided_at": _written(run.decided_at),
        "state": decision.state.value,
        "registrations": verdicts,
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at else None


async def promote(session: AsyncSession, run: TrainingRunRow, actor: Actor, days: int) -> None:
    """Offer free places to those who wait, in their order: the only way from the waiting list to a place."""
    if begins(run) <= actor.instant:
        return
    await session.flush()
    taken = await places(session, run)
    free = run.max_places - sum(taken[state.value] for state in PLACED)
    rows = {row.key: row for row in await store.registrations(session, run.run_id, to_change=True, state=S.WAITING)}
    chosen = promoted(free, Policy(run.policy), await entries_of(session, run, list(rows.values())))
    for key in chosen:
        row = rows[key]
        turn(row, S.OFFERED, DecisionReason.PROMOTED)
        row.offered_until = offer_ends(run, actor.instant, days)
        mails.tell(session, row, RegistrationMail.OFFERED, actor.instant)
    await session.flush()
    await note(session, actor, [rows[key] for key in chosen], "registration.promoted")


async def expire(session: AsyncSession, run: TrainingRunRow, actor: Actor) -> None:
    """Take back offers that nobody has taken in time."""
    offered = await store.registrations(session, run.run_id, to_change=True, state=S.OFFERED)
    over = [row for row in offered if row.offered_until and row.offered_until < actor.instant]
    for row in over:
        turn(row, S.REJECTED, DecisionReason.EXPIRED)
        await mails.drop(session, row)
        mails.tell(session, row, RegistrationMail.EXPIRED, actor.instant)
    await session.flush()
    await note(session, actor, over, "registration.lapsed")
