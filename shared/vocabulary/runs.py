"""Coded vocabularies of training runs: their meetings, registrations and the people in them (domain 6)."""

from datetime import date, timedelta

from shared.vocabulary.programmes import RunState
from shared.vocabulary.term import Term

UNDECIDED = frozenset({RunState.ANNOUNCED, RunState.REGISTRATION_OPEN, RunState.REGISTRATION_CLOSED})
"""States of a run in which nobody has a place yet."""
OVER = frozenset({RunState.COMPLETED, RunState.CANCELLED})
"""States of a run in which nobody waits for a place any more."""
NEAR = timedelta(days=14)
"""So long before its deadline somebody can still find the people that a run lacks."""


def is_short(state: str, taken: int, least: int, closes_on: date | None, today: date) -> bool:
    """Whether a run will not come about as it looks two weeks before its deadline, or after it until it is decided.

    `taken`: registrations in force, `least`: how many it needs (IKO-07).
    """
    return state in UNDECIDED and closes_on is not None and today >= closes_on - NEAR and taken < least


class RunMeetingState(Term):
    """State of a meeting of a run (Termin eines Durchgangs)."""

    PLANNED = "planned", "geplant", "planned"
    HELD = "held", "durchgeführt", "held"
    CANCELLED = "cancelled", "abgesagt", "cancelled"


class Policy(Term):
    """What becomes of places that an earlier, larger registration does not fit into (Vergabe der Plätze)."""

    STRICT = "strict", "Plätze für das nächste Team freihalten", "Hold the places for the next team"
    FILL = "fill", "Plätze mit späteren Anmeldungen füllen", "Fill the places with later registrations"


class RegistrationState(Term):
    """State of a registration for a run (Anmeldung)."""

    SUBMITTED = "submitted", "eingegangen", "submitted"
    ACCEPTED = "accepted", "zugesagt", "accepted"
    WAITING = "waiting", "auf der Warteliste", "on the waiting list"
    OFFERED = "offered", "Platz angeboten", "place offered"
    REJECTED = "rejected", "abgelehnt", "rejected"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"
    CANCELLED = "cancelled", "Durchgang abgesagt", "run cancelled"


class DecisionReason(Term):
    """Why a registration was decided as it was; the protocol names one for each."""

    TOO_FEW = "too_few", "zu wenige Anmeldungen", "too few registrations"
    WITHIN = "within", "alle Anmeldungen haben Platz", "all registrations fit"
    EARLIEST = "earliest", "unter den frühesten Anmeldungen", "among the earliest registrations"
    LATER = "later", "frühere Anmeldungen haben alle Plätze", "earlier registrations have all places"
    TOO_LARGE = "too_large", "mehr Personen als freie Plätze", "more people than free places"
    HELD = "held", "Platz wird für eine frühere Anmeldung freigehalten", "place held for an earlier registration"
    FILLED = "filled", "frühere Anmeldung war zu groß für die freien Plätze", "an earlier one did not fit"
    EXCEPTION = "exception", "Ausnahme mit Begründung", "exception with a reason"
    PROMOTED = "promoted", "von der Warteliste nachgerückt", "promoted from the waiting list"
    UNRELEASED = "unreleased", "die Freistellung fehlt noch", "release by the employer is missing"
    EXPIRED = "expired", "angebotenen Platz nicht angenommen", "offered place was not taken"


class RegistrationMail(Term):
    """What an e-mail about a registration tells."""

    RECEIVED = "received", "Eingang", "receipt"
    DECIDED = "decided", "Entscheidung", "decision"
    OFFERED = "offered", "Angebot eines Platzes", "offer of a place"
    EXPIRED = "expired", "abgelaufenes Angebot", "expired offer"
    WITHDRAWN = "withdrawn", "Rücknahme", "withdrawal"


class TeamFunction(Term):
    """Function of a member of a team or of a participant in her house (IKO-05, IKBO-04)."""

    AMBASSADOR = "ambassador", "Interkulturelle*r Botschafter*in (IKB)", "Intercultural ambassador"
    MIGRATION_OFFICER = "migration_officer", "Migrationsbeauftragte*r", "Migration officer"
    MULTIPLIER = "multiplier", "Multiplikator*in Asyl/Flucht", "Multiplier asylum and refuge"
    EQUAL_OPPORTUNITY = "equal_opportunity", "Gleichstellungsbeauftragte*r", "Equal opportunity officer"
    LABOUR_MARKET_EQUALITY = "labour_market_equality", "Beauftragte*r für Chancengleichheit (BCA)", "BCA"
    MANAGEMENT = "management", "Führungskraft", "Management"
    STAFF = "staff", "andere Fachkraft", "Other staff"


class CoachingForm(Term):
    """Form of a coaching of block 2 (IKO-23)."""

    INDIVIDUAL = "individual", "Einzelberatung", "Individual counselling"
    STEERING_GROUP = "steering_group", "Projekt- oder Steuerungsgruppe", "Project or steering group"
    TEAM = "team", "Teambegleitung", "Accompanying the team"
    CONCEPT = "concept", "Konzeptentwicklung", "Concept development"
    TELEPHONE = "telephone", "telefonisches Coaching", "Telephone coaching"


class Presence(Term):
    """Whether somebody was there (Anwesenheit)."""

    PRESENT = "present", "anwesend", "present"
    EXCUSED = "excused", "entschuldigt", "excused"
    ABSENT = "absent", "nicht erschienen", "absent"
