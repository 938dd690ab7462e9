"""Coded vocabularies of sensitive work (class E: none of them ever leaves its service, not even as a count)."""

from shared.vocabulary.term import Term

OWN_OFFICE = frozenset({"rp"})
"""Networks whose Land has an anti-discrimination office for all: the LADS of Rheinland-Pfalz (DIS-07)."""


class OpeningReason(Term):
    """Why somebody opens the confidential data of a case; a code, so that the reason says nothing of a person."""

    CONVERSATION = "conversation", "Gespräch mit der Person", "Conversation with the person"
    PREPARATION = "preparation", "Vor- oder Nachbereitung", "Preparation or follow-up"
    DEPUTISING = "deputising", "Vertretung", "Standing in"
    DISCLOSURE = "disclosure", "Auskunft an die Person oder Löschung", "Disclosure to the person, or erasure"
    CORRECTION = "correction", "Berichtigung", "Correction"


class ResidenceStatus(Term):
    """Residence status (Aufenthaltsstatus); never needed, and never a reason to refuse (CNS-09, CNS-10)."""

    FREE_MOVEMENT = "free_movement", "Freizügigkeit (EU)", "Free movement (EU)"
    SETTLEMENT = "settlement", "Niederlassungserlaubnis", "Settlement permit"
    RESIDENCE = "residence", "Aufenthaltserlaubnis", "Residence permit"
    VISA = "visa", "Visum", "Visa"
    ASYLUM_PROCEDURE = "asylum_procedure", "Aufenthaltsgestattung", "Permission to stay during the asylum procedure"
    TOLERATED = "tolerated", "Duldung", "Tolerated stay"
    NONE = "none", "ohne Aufenthaltsstatus", "Without residence status"
    OTHER = "other", "anderer Status", "Other status"


class AsylumStage(Term):
    """How far an asylum procedure is (Stand des Asylverfahrens)."""

    BEFORE_APPLICATION = "before_application", "vor dem Antrag", "Before the application"
    APPLIED = "applied", "Antrag gestellt", "Application filed"
    HEARD = "heard", "angehört", "Heard"
    GRANTED = "granted", "Schutz zuerkannt", "Protection granted"
    REFUSED = "refused", "abgelehnt, Rechtsmittel möglich", "Refused, remedy open"
    REMEDY = "remedy", "Rechtsmittel eingelegt", "Remedy lodged"
    FINAL_REFUSAL = "final_refusal", "rechtskräftig abgelehnt", "Finally refused"


class AsylumInformation(Term):
    """What somebody was told about the procedure (ASY-02)."""

    POSSIBILITIES = "possibilities", "Möglichkeiten des Verfahrens", "Possibilities of the procedure"
    LIMITS = "limits", "Grenzen des Verfahrens", "Limits of the procedure"
    CONSEQUENCES = "consequences", "Folgen des Verfahrens", "Consequences of the procedure"
    THIRD_STATE = "third_state", "Anerkennung in einem Drittstaat", "Recognition in a third state"
    DUBLIN = "dublin", "Dublin III", "Dublin III"


class Vulnerability(Term):
    """Especially vulnerable groups (besonders schutzbedürftige Personen, domain §4.3)."""

    MINOR = "minor", "minderjährig", "Minor"
    UNACCOMPANIED_MINOR = "unaccompanied_minor", "unbegleitet minderjährig", "Unaccompanied minor"
    DISABILITY = "disability", "Menschen mit Behinderung", "Person with a disability"
    OLDER = "older", "ältere Menschen", "Older person"
    PREGNANT = "pregnant", "Schwangere", "Pregnant"
    SINGLE_PARENT = "single_parent", "Alleinerziehende mit minderjährigen Kindern", "Single parent of minors"
    VIOLENCE = (
        "violence",
        "Opfer von Folter, Vergewaltigung oder sonstiger schwerer Gewalt",
        "Survivor of torture, rape or other severe violence",
    )


class DiscriminationState(Term):
    """How far the work on a case of discrimination is (domain §4.6)."""

    SUSPECTED = "suspected", "Anzeichen", "Suspected"
    RECOGNISED = "recognised", "erkannt und benannt", "Recognised and named"
    FIRST_TALK = "first_talk", "Erstgespräch geführt", "First talk held"
    REFERRED = "referred", "an die Antidiskriminierungsstelle verwiesen", "Referred to the anti-discrimination office"
    ASSESSMENT = "assessment", "rechtliche Einschätzung liegt vor", "Legal assessment given"
    CLIENT_DECISION = "client_decision", "Person hat entschieden", "Person has decided"
    CLOSED = "closed", "abgeschlossen", "Closed"


class DiscriminationContext(Term):
    """Where discrimination happened (Lebensbereich)."""

    AUTHORITY = "authority", "Behörde", "Authority"
    WORK = "work", "Arbeit und Ausbildung", "Work and training"
    EDUCATION = "education", "Schule, Kita, Hochschule", "School, childcare, university"
    HOUSING = "housing", "Wohnen", "Housing"
    HEALTH = "health", "Gesundheit und Pflege", "Health and care"
    SERVICES = "services", "Geschäfte und Dienstleistungen", "Shops and services"
    PUBLIC_SPACE = "public_space", "öffentlicher Raum", "Public space"
    OTHER = "other", "anderer Bereich", "Other"


class SupportBeside(Term):
    """Social-pedagogical support beside the legal question (DIS-05)."""

    CONTINUES = "continues", "wird hier fortgesetzt", "Continues here"
    SPECIALISED = "specialised", "an eine Fachstelle übergeben", "Handed to a specialised office"
    THERAPIST = "therapist", "an eine*n Therapeut*in übergeben", "Handed to a therapist"


class LegalAssessment(Term):
    """What the anti-discrimination office says of a breach of the AGG; never the counsellor's word (DIS-03)."""

    JUSTICIABLE = "justiciable", "Verstoß gegen das AGG, einklagbar", "Breach of the AGG, justiciable"
    NOT_JUSTICIABLE = "not_justiciable", "nicht einklagbar", "Not justiciable"


class ClientDecision(Term):
    """What the person decides; it is hers alone (DIS-04)."""

    LEGAL_ACTION = "legal_action", "rechtlich vorgehen", "Legal action"
    OTHER = "other", "anderer Weg", "Another way"
