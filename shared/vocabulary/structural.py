"""Coded vocabularies of structural work (Sozialraumarbeit); it stays in its service, and its figures in the network."""

from shared.vocabulary.term import Term


class StructuralKind(Term):
    """What was done in the social space (STR-01)."""

    NETWORK_MAP = "network_map", "Netzwerkkarte", "Network map"
    ANALYSIS = "analysis", "Sozialraumanalyse", "Analysis of the social space"
    BRIDGE = "bridge", "Brückenfunktion", "Bridge function"
    GROUP_OFFER = "group_offer", "Gruppenangebot", "Group offer"
    OPEN_MEETING = "open_meeting", "offener Treff", "Open meeting"
    MEDIATION = "mediation", "Konfliktmanagement, Mediation", "Conflict management, mediation"
    CONFLICT_REFERRAL = "conflict_referral", "Verweis bei Konflikten", "Referral of a conflict"
    PUBLIC_INFORMATION = "public_information", "Information der Öffentlichkeit", "Public information"
    VOLUNTEERING = "volunteering", "Arbeit mit Ehrenamtlichen", "Work with volunteers"
    EXAMINATION = "examination", "Untersuchung von Strukturen", "Examination of structures"


class StructuralTarget(Term):
    """Whom it is for: people, or organisations that open themselves (interkulturelle Öffnung, STR-04)."""

    SOCIAL_SPACE = "social_space", "Menschen im Sozialraum", "People of the social space"
    OWN_ORGANISATION = "own_organisation", "eigene Organisation (IKÖ)", "Own organisation"
    REGULAR_SERVICES = "regular_services", "Regeldienste vor Ort (IKÖ)", "Local regular services"


class VolunteerTask(Term):
    """What is done with volunteers (Ehrenamt, STR-03)."""

    FIELDS_OF_USE = "fields_of_use", "Einsatzfelder finden", "Finding fields of use"
    MOTIVATE = "motivate", "motivieren", "Motivating"
    ACCOMPANY = "accompany", "begleiten", "Accompanying"
    TRAIN = "train", "qualifizieren", "Training"
