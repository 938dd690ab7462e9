"""Acts on follow-ups: the coordination asks, asks again and closes; the network's coordinator answers.

Whoever changes one names the revision (or the time of asking) that she saw, so that of two people the second is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.quality import states, store
from services.reporting.quality.findings import Finding
from shared import clock
from shared.contracts.follow_ups import FollowUp, FollowUpAnswer
from shared.database import SessionFactory
from shared.problems import FieldProblem, Problem, invalid
from shared.topology import CENTRE, load_topology
from shared.vocabulary.quality import FollowUpChoice, FollowUpState, KnownCause, ReopenReason

LONGEST = timedelta(days=366)
MOST_OPEN = 200
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('follow-ups', 0))")
GONE = "Diesen Befund gibt es nicht mehr: Die Zahl hat sich inzwischen geändert. Bitte laden Sie die Liste neu."
UNKNOWN = "Diese Nachfrage gibt es hier nicht. Jedes Netzwerk sieht und beantwortet nur die eigenen."
STALE = (
    "Jemand anderes hat diese Nachfrage inzwischen geändert. Bitte laden Sie die Seite neu und prüfen Sie den Stand."
)
NATIONAL = (
    "Dieser Befund betrifft alle Netzwerke zusammen. Nachgefragt wird bei einem Netzwerk, zu dessen eigenem Befund."
)
Act = Callable[[FollowUp], FollowUp]


@dataclass(frozen=True)
class Answered:
    """What the coordinator chose."""

    asked: int
    choice: FollowUpChoice
    cause: KnownCause | None = None
    until: date | None = None
    month: str | None = None


@dataclass(frozen=True)
class FollowUps:
    """Follow-ups of a network, or at the centre of all; `key` seals what the centre asks."""

    sessions: SessionFactory
    network: str
    key: str

    async def ask(self, follow_up_id: UUID, finding: Finding | None, due_on: date) -> tuple[str, FollowUp]:
        """Ask the network of a finding; asked again with the same id, it changes nothing.

        Raises Problem 409 for a finding that is gone, is everybody's or is asked about already, 422 for the day.
        """
        async with self.sessions() as session, session.begin():
            await (await session.connection()).execute(ALONE)  # two people ask once
            if row := await store.locked(session, list(load_topology()), follow_up_id):
                return row.region, store.known(row)
            if finding is None:
                raise Problem(409, GONE)
            region = finding.subject.network
            if region == CENTRE:
                raise Problem(409, NATIONAL)
            _check_due(due_on)
            await self._check_room(session, finding)
            values = {"follow_up_id": follow_up_id, "asked_on": clock.today(), "due_on": due_on}
            made = FollowUp(question=states.first_question(values, finding, self.key), answer=None)
            session.add(store.row_of(region, made))
            return region, made

    async def _check_room(self, session: AsyncSession, finding: Finding) -> None:
        if await store.unclosed(session, finding.subject.key) is not None:
            raise Problem(409, "Zu diesem Befund läuft schon eine Nachfrage. Sie steht in der Liste der Nachfragen.")
        known = await store.follow_ups(session, [finding.subject.network])
        if sum(not one.question.closed for _, one in known) >= MOST_OPEN:
            text = f"Bei diesem Netzwerk sind schon {MOST_OPEN} Nachfragen offen. Bitte schließen Sie zuerst einige."
            raise Problem(409, text)

    async def reopen(
        self, follow_up_id: UUID, revision: int, reason: ReopenReason, due_on: date
    ) -> tuple[str, FollowUp]:
        """Ask once more. Raises Problem 404, 409 where it is open or was changed meanwhile, 422 for the day."""
        _check_due(due_on)

        def again(follow_up: FollowUp) -> FollowUp:
            if states.state(follow_up) is FollowUpState.OPEN:
                raise Problem(409, "Diese Nachfrage ist noch offen; das Netzwerk hat noch nicht geantwortet.")
            question = states.reopened(follow_up.question, reason, due_on, self.key)
            return FollowUp(question=question, answer=follow_up.answer)

        return await self._change(follow_up_id, revision, again)

    async def close(self, follow_up_id: UUID, revision: int) -> tuple[str, FollowUp]:
        """Close it. Raises Problem 404, 409 where it is closed or was changed meanwhile."""

        def done(follow_up: FollowUp) -> FollowUp:
            if follow_up.question.closed:
                raise Problem(409, "Diese Nachfrage ist schon geschlossen.")
            return FollowUp(question=states.closed(follow_up.question, self.key), answer=follow_up.answer)

        return await self._change(follow_up_id, revision, done)

    async def answer(self, follow_up_id: UUID, given: Answered) -> tuple[str, FollowUp]:
        """Answer it for the network. Raises Problem 404, 409 where it is closed, answered or asked anew, 422."""

        def answered(follow_up: FollowUp) -> FollowUp:
            _check_open(follow_up, given)
            values: dict[str, Any] = {**vars(given), "answered_on": clock.today()}
            return FollowUp(question=follow_up.question, answer=FollowUpAnswer.model_validate(values))

        _check_answer(given)
        return await self._change(follow_up_id, None, answered)

    async def _change(self, follow_up_id: UUID, revision: int | None, act: Act) -> tuple[str, FollowUp]:
        regions = list(load_topology()) if self.network == CENTRE else [self.network]
        async with self.sessions() as session, session.begin():
            row = await store.locked(session, regions, follow_up_id)
            if row is None:
                raise Problem(404, UNKNOWN)
            before = store.known(row)
            if revision is not None and before.question.revision != revision:
                raise Problem(409, STALE)
            after = act(before)
            await session.merge(store.row_of(row.region, after))
            return row.region, after


def _check_due(due_on: date) -> None:
    today = clock.today()
    if today <= due_on <= today + LONGEST:
        return
    problem = "Der Tag liegt in der Vergangenheit." if due_on < today else "Der Tag liegt mehr als ein Jahr voraus."
    raise invalid(FieldProblem("due_on", due_on.isoformat(), problem, "Bitte heute oder einen späteren Tag eintragen."))


def _check_open(follow_up: FollowUp, given: Answered) -> None:
    question = follow_up.question
    if question.closed:
        raise Problem(409, "Diese Nachfrage ist schon geschlossen; eine Antwort ist nicht mehr nötig.")
    if given.asked != question.asked:
        raise Problem(409, STALE)
    if states.state(follow_up) is FollowUpState.ANSWERED:
        text = "Diese Nachfrage ist schon beantwortet. Stimmt das nicht mehr, bitten Sie MUT IQ, erneut nachzufragen."
        raise Problem(409, text)


def _check_answer(given: Answered) -> None:
    """Raises Problem 422 unless the answer has what its choice needs, and nothing else."""
    today = clock.today()
    if wrong := [*_wrong_day(given, today), *_wrong_cause(given), *_wrong_month(given, today)]:
        raise invalid(*wrong)


def _wrong_day(given: Answered, today: date) -> Iterator[FieldProblem]:
    until = given.until
    promised = given.choice is FollowUpChoice.BEING_CORRECTED
    if until is None:
        if promised:
            yield FieldProblem("until", None, "Der Tag fehlt.", "Bitte eintragen, bis wann berichtigt wird.")
        return
    if not promised:
        problem, remedy = "Ein Tag gehört nur zur Antwort „Wird berichtigt“.", "Bitte leeren oder diese Antwort wählen."
    elif until < today:
        problem = "Der Tag liegt in der Vergangenheit."
        remedy = "Bitte heute oder einen späteren Tag eintragen, oder „Inzwischen berichtigt“ wählen."
    elif until > today + LONGEST:
        problem, remedy = "Der Tag liegt mehr als ein Jahr voraus.", "Bitte einen früheren Tag eintragen."
    else:
        return
    yield FieldProblem("until", until.isoformat(), problem, remedy)


def _wrong_cause(given: Answered) -> Iterator[FieldProblem]:
    known = given.choice is FollowUpChoice.KNOWN_CAUSE
    if known and given.cause is None:
        yield FieldProblem("cause", None, "Der Grund fehlt.", "Bitte einen Grund wählen.")
    if not known and given.cause is not None:
        problem = "Ein Grund gehört nur zur Antwort „Hat einen bekannten Grund“."
        yield FieldProblem("cause", given.cause.value, problem, "Bitte leeren oder diese Antwort wählen.")


def _wrong_month(given: Answered, today: date) -> Iterator[FieldProblem]:
    if given.month is not None and given.month > clock.month_of(today):
        problem = "Dieser Monat liegt in der Zukunft."
        yield FieldProblem("month", given.month, problem, "Bitte den Monat der Datensätze eintragen.")
