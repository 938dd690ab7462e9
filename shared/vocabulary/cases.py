"""Coded vocabularies of a case (class D: nothing of a case ever leaves its service)."""

from shared.vocabulary.term import Term


class CaseState(Term):
    """Whether a case is worked on."""

    OPEN = "open", "offen", "open"
    CLOSED = "closed", "geschlossen", "closed"


class Method(Term):
    """How a case is worked on (Methode, domain §4.1)."""

    SHORT = "short", "Kurzberatung", "Short counselling"
    ACCOMPANIMENT = "accompaniment", "Beratung und Begleitung", "Counselling and accompaniment"
    CASE_MANAGEMENT = "case_management", "Case Management", "Case management"


class StepState(Term):
    """How far a step of a help plan is."""

    OPEN = "open", "offen", "open"
    DONE = "done", "erledigt", "done"
    DROPPED = "dropped", "entfällt", "dropped"


class StepBy(Term):
    """Who takes a step of a help plan; no name."""

    OFFICE = "office", "Beratungsstelle", "Office"
    PERSON = "person", "Ratsuchende Person", "Person counselled"
    BODY = "body", "andere Stelle", "Other body"


class DocumentState(Term):
    """Whether a document that a case needs is there; the document itself is never stored."""

    MISSING = "missing", "fehlt", "missing"
    REQUESTED = "requested", "angefordert", "requested"
    PRESENT = "present", "liegt vor", "present"
    NOT_NEEDED = "not_needed", "nicht nötig", "not needed"


class HandoverState(Term):
    """What became of the offer of a case to a colleague or an office; or it was handed over without one."""

    OFFERED = "offered", "angeboten", "offered"
    ACCEPTED = "accepted", "angenommen", "accepted"
    REJECTED = "rejected", "abgelehnt", "rejected"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"
    EXPIRED = "expired", "abgelaufen", "expired"
    ASSIGNED = "assigned", "von der Verwaltung zugewiesen", "assigned"
    STEPPED_IN = "stepped_in", "von der Vertretung übernommen", "taken over by the deputy"


class Founder(Term):
    """As what a person of the Migrantenökonomie is counselled (MOE-01)."""

    SELF_EMPLOYED = "self_employed", "Selbständige*r", "Self-employed"
    INTERESTED = "interested", "Gründungsinteressierte*r", "Interested in founding"
