"""Vocabularies of items (Vorgänge) that stay in their network: review of public texts, AZAV, content of a course."""

from shared.vocabulary.term import Term


class Review(Term):
    """How far the public texts of an item are (Freigabe): written, handed in, given back, released."""

    OPEN = "open", "in Arbeit", "being written"
    SUBMITTED = "submitted", "wartet auf Freigabe", "waiting for release"
    RETURNED = "returned", "zurückgegeben", "given back"
    RELEASED = "released", "freigegeben", "released"


class EntryState(Term):
    """State of an entry that nobody outside knows of yet; once it is published, `ItemState` says the rest."""

    DRAFT = "draft", "noch nicht öffentlich", "not public yet"


class AzavState(Term):
    """How far the approval of a measure under the AZAV is (Maßnahmezulassung, VST-04 to VST-07)."""

    NOT_STATED = "not_stated", "nicht angegeben", "not stated"
    NONE = "none", "kein Antrag", "no request"
    REQUESTED = "requested", "beantragt", "requested"
    APPROVED = "approved", "zugelassen", "approved"
    REFUSED = "refused", "abgelehnt", "refused"


class CourseContent(Term):
    """What a measure teaches (VST-07)."""

    PROFESSIONAL = "professional", "fachliche Inhalte", "Professional content"
    MIXED = "mixed", "fachliche Inhalte mit begleitender berufsbezogener Sprache", "Professional, language beside it"
    LANGUAGE = "language", "nur allgemeine Sprache", "General language only"
