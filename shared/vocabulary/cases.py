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
