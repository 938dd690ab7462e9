"""Rules of registrations beside those of the programmes. Pure; instants are passed in."""

from datetime import UTC, datetime, time, timedelta

from services.registration.programmes.admission import Applicant, check_registration
from services.registration.programmes.definition import Definition, Span, Strength, definitions
from services.registration.run_tables import TrainingRunRow
from shared.clock import BERLIN
from shared.problems import FieldProblem
from shared.vocabulary import Programme, ProgrammeLine, RunState
from shared.vocabulary.runs import UNDECIDED, RegistrationState

S = RegistrationState
TEAM = "team"
WAITING_TO_BEGIN = "registered"
"""Stage of a participant before the programme has begun (domain 6)."""
SETTLING = timedelta(minutes=1)
"""After the deadline until the decision: what came in time is written down by then, whatever it waited for."""
IN_FORCE = frozenset({S.SUBMITTED, S.ACCEPTED, S.WAITING, S.OFFERED, S.CANCELLED})
OPEN = frozenset({S.SUBMITTED, S.ACCEPTED, S.WAITING, S.OFFERED})
"""What can still be withdrawn."""
PLACED = frozenset({S.ACCEPTED, S.OFFERED})
"""What has a place, or has one kept for it."""


def definition_of(run: TrainingRunRow) -> Definition:
    """The programme of a run; one that is not described takes single persons."""
    programme, one = Programme(run.programme), Span(1, 1)
    known = definitions().get(programme)
    return known or Definition(programme, programme.de, ProgrammeLine(run.programme_line), "person", one, one, ())


def places_of(definition: Definition, people: int) -> int:
    """How many places a registration takes: a team has one, persons one each."""
    return 1 if definition.unit == TEAM else people


def begins(run: TrainingRunRow) -> datetime:
    """The first instant of a run's first day."""
    return datetime.combine(run.starts_on, time(), BERLIN).astimezone(UTC)


def state_at(run: TrainingRunRow, now: datetime) -> RunState:
    """State of a run at an instant, as far as time alone changes it: it opens, and it closes for good."""
    state, now = RunState(run.state), now.astimezone(UTC)  # by instants, not by what a clock shows
    if state is RunState.ANNOUNCED and run.opens_at is not None and run.opens_at.astimezone(UTC) <= now:
        state = RunState.REGISTRATION_OPEN
    if state is RunState.REGISTRATION_OPEN and run.deadline is not None and run.deadline.astimezone(UTC) < now:
        state = RunState.REGISTRATION_CLOSED
    return state


def to_be_decided(run: TrainingRunRow, now: datetime) -> bool:
    """Whether the instant of the decision has come."""
    closed = state_at(run, now) is RunState.REGISTRATION_CLOSED
    return closed and run.deadline is not None and run.deadline.astimezone(UTC) + SETTLING <= now


def refusals(run: TrainingRunRow, applicant: Applicant, house_key: str | None, *, late: bool) -> list[FieldProblem]:
    """What stands against a registration; `late`: somebody has given a reason to take it in spite of its time."""
    definition, state = definition_of(run), state_at(run, applicant.submitted_at)
    opens, deadline = run.opens_at, run.deadline
    if late or state is RunState.REGISTRATION_OPEN:
        opens = None  # opened by hand, it may be earlier than planned
    found = check_registration(definition, applicant, opens, None if late else deadline)
    problems = [FieldProblem(one.where or "", None, one.text, one.remedy) for one in found if one.strength is HARD]
    timed = any(one.field == "submitted_at" for one in problems)
    if not late and not timed and state is not RunState.REGISTRATION_OPEN:
        problems.append(FieldProblem("submitted_at", None, *_closed(state)))
    if definition.unit == TEAM and not house_key:
        text, remedy = "Der Name des Hauses fehlt.", "Bitte nennen Sie Agentur, Jobcenter oder Einrichtung."
        problems.append(FieldProblem("house", None, text, remedy))
    return problems


HARD = Strength.HARD


def _closed(state: RunState) -> tuple[str, str]:
    if state is RunState.ANNOUNCED:
        return "Die Anmeldung ist noch nicht geöffnet.", "Bitte melden Sie sich ab dem genannten Tag an."
    text = "Die Anmeldung ist geschlossen."
    if state not in UNDECIDED:
        text = "Über diesen Durchgang ist schon entschieden."
    return text, "Bitte wenden Sie sich an die Veranstaltenden; sie können eine begründete Ausnahme machen."


def offer_ends(run: TrainingRunRow, now: datetime, days: int) -> datetime:
    """Until when an offered place is kept: some days, but not beyond the beginning."""
    return min(now + timedelta(days=days), begins(run))
