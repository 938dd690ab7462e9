"""Coded vocabularies of proposals to a qualification: what the ones asked answer, in codes only."""

from shared.vocabulary.term import Term


class ProposalAnswer(Term):
    """What the carrier of the qualification answers (Antwort auf einen Vorschlag)."""

    ACCEPTED = "accepted", "angenommen", "Accepted"
    DECLINED = "declined", "abgelehnt", "Declined"


class DeclineReason(Term):
    """Why a proposal is declined; a code, so that it says nothing of the person."""

    NO_PLACE = "no_place", "kein Platz frei", "No place free"
    REQUIREMENTS = "requirements", "Voraussetzungen fehlen noch", "Requirements not met yet"
    OTHER_OFFER = "other_offer", "ein anderes Angebot passt besser", "Another offer fits better"
    NOT_REACHED = "not_reached", "Person nicht erreicht", "Person not reached"
    NOT_WANTED = "not_wanted", "Person möchte nicht mehr", "Person does not want it any more"
