"""Vocabularies of items (Vorgänge) beside their states: review of public texts, AZAV, content of a course, sheets."""

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


class DecisionStanding(Term):
    """How far a decision of the Good Practice board is on its way to the network that proposed (GP-07)."""

    UNDERWAY = "underway", "unterwegs ins Netzwerk", "on its way to the network"
    ARRIVED = "arrived", "im Netzwerk angekommen", "arrived in the network"
    WITHDRAWN = "withdrawn", "Vorschlag inzwischen zurückgezogen", "proposal withdrawn meanwhile"
    UNKNOWN = "unknown", "Vorschlag beim Bund nicht bekannt", "proposal not known at the centre"
    REOPENED = "reopened", "wieder geöffnet", "re-opened"


class SheetTransferState(Term):
    """State of a Good Practice example in the network that took it up (Übertragung)."""

    BEGUN = "begun", "begonnen", "begun"
    ESTABLISHED = "established", "verankert", "established"
    ENDED = "ended", "beendet", "ended"
