"""Vocabularies of the Good Practice board (Beratungsgremium, GP-01 to GP-08)."""

from shared.vocabulary.term import Term


class BoardGroup(Term):
    """One of the four groups without whose rating nothing is decided (GP-06, GP-08)."""

    BMAS = "bmas", "BMAS", "BMAS"
    MUT_IQ = "mut_iq", "MUT IQ/ebb", "MUT IQ/ebb"
    NETWORKS = "networks", "Landesnetzwerke", "Networks"
    SPECIALIST_UNITS = "specialist_units", "Fachstellen", "Specialist units"


class BoardOutcome(Term):
    """What the board decides about a proposal (Entscheidung)."""

    SELECTED = "selected", "ausgewählt", "selected"
    NOT_SELECTED = "not_selected", "nicht ausgewählt", "not selected"


class DecisionState(Term):
    """Whether a revision of a decision holds, or opens it anew."""

    DECIDED = "decided", "entschieden", "decided"
    REOPENED = "reopened", "wieder geöffnet", "re-opened"


class SittingState(Term):
    """How far a sitting of the board is (Sitzung)."""

    OPEN = "open", "offen", "open"
    CLOSED = "closed", "geschlossen", "closed"


class RatingState(Term):
    """How far a member's rating is (Bewertung)."""

    DRAFT = "draft", "Entwurf", "draft"
    HANDED_IN = "handed_in", "abgegeben", "handed in"
