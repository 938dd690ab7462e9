"""Anonymous feedback of a run (IKKE-30): one link for everybody in it, five numbers each, results by fives."""

import base64
import hashlib
import hmac
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import store
from services.registration.attendance.commands import GiveFeedback
from services.registration.attendance.tables import FeedbackLinkRow, FeedbackRow
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.store import get_run
from shared import audit
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary.attendance import FeedbackQuestion

LEAST = 5
"""From so many answers on results are shown, and anew after each further five: the last answer is nobody's."""
NO_LINK = "Diese Rückmeldung gibt es nicht (mehr). Bitte prüfen Sie den Link."
FULL = "Für diesen Durchgang haben schon so viele Personen geantwortet, wie dabei waren."


def token_of(run_id: UUID, key: str) -> str:
    """The token of a run's feedback: 256 bits, 43 characters of an address; made of the run, the same for everybody."""
    made = hmac.new(key.encode(), b"run.feedback:" + run_id.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_feedback(session: AsyncSession, run_id: UUID, actor: Actor, *, to_open: bool) -> FeedbackLinkRow:
    """Open the feedback of a run, or close it. Repeating changes nothing. Raises Problem 404."""
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None:
        raise Problem(404, NOT_FOUND)
    row = await session.get(FeedbackLinkRow, run_id)
    if row is not None and row.open == to_open:
        return row
    token_hash = hash_of(token_of(run_id, actor.key))
    row = row or FeedbackLinkRow(
        run_id=run_id, carrier_id=run.carrier_id, revision=0, token_hash=token_hash, open=to_open
    )
    row.open, row.revision = to_open, row.revision + 1
    session.add(row)
    action = "feedback.opened" if to_open else "feedback.closed"
    entry = audit.entry(actor.instant, actor.principal.subject, row.owner, action, row.key, row.revision)
    await audit.write(session, [entry])
    return row


async def run_of_token(session: AsyncSession, token: str) -> TrainingRunRow:
    """The run of an open feedback's link. Raises Problem 404."""
    link = select(FeedbackLinkRow.run_id).where(FeedbackLinkRow.token_hash == hash_of(token), col(FeedbackLinkRow.open))
    found = await session.exec(select(TrainingRunRow).where(col(TrainingRunRow.run_id).in_(link)).with_for_update())
    run = found.first()
    if run is None:
        raise Problem(404, NO_LINK)
    return run


async def give_feedback(session: AsyncSession, feedback_id: UUID, command: GiveFeedback) -> None:
    """Keep an answer: the same form sent twice is one. Nothing is noted of who, when or from where.

    Raises Problem 404, and 409 once as many have answered as were in the run.
    """
    run = await run_of_token(session, command.token)
    if await session.get(FeedbackRow, feedback_id) is not None:
        return
    given = await answers(session, run.run_id)
    if given >= len(await store.participants_of(session, run.run_id)):
        raise Problem(409, FULL)
    marks = command.model_dump(exclude={"token"})
    session.add(FeedbackRow(feedback_id=feedback_id, run_id=run.run_id, place=given + 1, **marks))


async def answers(session: AsyncSession, run_id: UUID) -> int:
    """How many have answered."""
    query = select(func.count()).select_from(FeedbackRow).where(FeedbackRow.run_id == run_id)
    return (await session.exec(query)).one()


async def results(session: AsyncSession, run_id: UUID) -> tuple[int, dict[str, float]]:
    """How many answers are shown, and their mean for each statement; none below five, and only whole fives."""
    shown = await answers(session, run_id) // LEAST * LEAST
    if not shown:
        return 0, {}
    means = [func.avg(getattr(FeedbackRow, question.value)) for question in FeedbackQuestion]
    query = select(*means).where(FeedbackRow.run_id == run_id, FeedbackRow.place <= shown)
    row = (await session.exec(query)).one()
    return shown, {question.value: round(float(mean), 1) for question, mean in zip(FeedbackQuestion, row, strict=True)}
