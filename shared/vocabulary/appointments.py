"""Coded vocabularies of appointments; none of them leaves its network."""

from shared.vocabulary.term import Term


class AppointmentState(Term):
    """Where a request for counselling stands."""

    WAITING = "waiting", "auf der Aufnahmeliste", "on the intake list"
    BOOKED = "booked", "vereinbart", "booked"
    HELD = "held", "stattgefunden", "took place"
    NO_SHOW = "no_show", "nicht erschienen", "did not come"
    CANCELLED = "cancelled", "abgesagt", "cancelled"


class MailKind(Term):
    """What an e-mail to a person tells."""

    CONFIRMATION = "confirmation", "Bestätigung", "confirmation"
    REMINDER = "reminder", "Erinnerung", "reminder"
    CANCELLATION = "cancellation", "Absage", "cancellation"


class MailState(Term):
    """What became of an e-mail; `refused`: the mail server does not take it, now or at all."""

    WAITING = "waiting", "wartet", "waiting"
    SENT = "sent", "versandt", "sent"
    REFUSED = "refused", "nicht zustellbar", "undeliverable"
    DROPPED = "dropped", "entfällt", "not needed"
