"""Vocabularies of offerings, participations, runs, items and recognition procedures (contracts §4)."""

from shared.vocabulary.term import Term


class Delivery(Term):
    """How an offering is delivered (Durchführungsform)."""

    IN_PERSON = "in_person", "Präsenz", "in person"
    BLENDED = "blended", "Blended Learning", "blended"
    ONLINE = "online", "online", "online"
    HYBRID = "hybrid", "hybrid", "hybrid"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class CourseForm(Term):
    """Form of a qualification measure (Kursform oder individuell, domain QUA-05)."""

    COURSE = "course", "Kurs", "Course"
    INDIVIDUAL = "individual", "individuelle Qualifizierung", "Individual"
    OTHER = "other", "andere Form", "Other"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class Result(Term):
    """How a participation ended (Ergebnis)."""

    FINISHED = "finished", "beendet", "finished"
    DROPPED_OUT = "dropped_out", "abgebrochen", "dropped out"


class Success(Term):
    """Success of a participation (Erfolg); REC-10: either of the first two."""

    FULL_EQUIVALENCE = "full_equivalence", "volle Gleichwertigkeit", "Full equivalence"
    QUALIFICATION_ADEQUATE = "qualification_adequate", "qualifikationsadäquate Beschäftigung", "Adequate employment"
    NONE = "none", "kein Erfolg", "None"


class Programme(Term):
    """Programme of a training run (domain §6)."""

    IKKE_MIB = "ikke_mib", "IKKE / MIB", "Intercultural competence training (three phases)"
    IKBO = "ikbo", "IKBO-Ausbildung", "Training of intercultural ambassadors"
    IKO = "iko", "IKÖ 4.0", "Intercultural opening"
    GENERAL = "general", "allgemeine Schulung", "General"
    QUALIFICATION = "qualification", "Qualifizierungsmaßnahme", "Qualification measure"
    SPECIALIZED = "specialized", "Specialized!", "Specialized!"


class RunState(Term):
    """State of a training run (Durchgang, domain §6.3)."""

    ANNOUNCED = "announced", "angekündigt", "announced"
    REGISTRATION_OPEN = "registration_open", "Anmeldung offen", "registration open"
    REGISTRATION_CLOSED = "registration_closed", "Anmeldung geschlossen", "registration closed"
    CONFIRMED = "confirmed", "bestätigt", "confirmed"
    CANCELLED = "cancelled", "abgesagt", "cancelled"
    COMPLETED = "completed", "abgeschlossen", "completed"


class ItemKind(Term):
    """Kind of an item: what a network has to show beside its counts."""

    TRANSFER = "transfer", "Verstetigung", "Transfer into regular offers"
    GOOD_PRACTICE = "good_practice", "Good-Practice-Beispiel", "Good Practice"
    PROJECT = "project", "Projekt der Projektdatenbank", "Project"


class ItemState(Term):
    """State of an item; which ones a kind has, `ITEM_STATES` says (VST-01, GP-01, PDB-01)."""

    PLANNED = "planned", "geplant oder geprüft", "planned"
    STARTED = "started", "begonnen", "started"
    COMPLETED = "completed", "abgeschlossen", "completed"
    ABANDONED = "abandoned", "aufgegeben", "abandoned"
    PROPOSED = "proposed", "vorgeschlagen", "proposed"
    IN_REVIEW = "in_review", "in Bewertung", "in review"
    SELECTED = "selected", "ausgewählt", "selected"
    NOT_SELECTED = "not_selected", "nicht ausgewählt", "not selected"
    PUBLISHED = "published", "veröffentlicht", "published"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"


ITEM_STATES = {
    ItemKind.TRANSFER: (ItemState.PLANNED, ItemState.STARTED, ItemState.COMPLETED, ItemState.ABANDONED),
    ItemKind.GOOD_PRACTICE: (
        ItemState.PROPOSED,
        ItemState.IN_REVIEW,
        ItemState.SELECTED,
        ItemState.NOT_SELECTED,
        ItemState.PUBLISHED,
    ),
    ItemKind.PROJECT: (ItemState.PUBLISHED, ItemState.WITHDRAWN),
}


class Area(Term):
    """Occupational area of a transfer (Berufsbereich, VST-02)."""

    HEALTH = "health", "Gesundheitsberufe", "Health"
    SOCIAL = "social", "soziale und pädagogische Berufe", "Social and pedagogical"
    DUAL = "dual", "duale Ausbildungsberufe", "Dual occupations"
    ACADEMIC = "academic", "verschiedene akademische Berufe", "Various academic"
    OTHER = "other", "andere Berufe", "Other"


class Route(Term):
    """How a transfer is paid for (Weg der Verstetigung, VST-04, VST-10)."""

    AZAV = "azav", "Förderung nach AZAV", "Approval under the AZAV"
    STATE = "state", "Landesförderung", "Funding of the Land"
    EMPLOYER = "employer", "Finanzierung durch Arbeitgeber", "Employer"
    INITIAL_TRAINING = "initial_training", "Regelangebot der Ausbildungsträger", "Regular initial training"
    LOCAL = "local", "regionale oder kommunale Mittel", "Regional or local money"
    OTHER = "other", "anderer Weg", "Other"


class ProcedureState(Term):
    """How far a recognition procedure is (Anerkennungsverfahren, domain §5)."""

    ORIENTED = "oriented", "orientiert", "oriented"
    COUNSELLED = "counselled", "beraten", "counselled"
    APPLICATION_PREPARED = "application_prepared", "Antrag vorbereitet", "application prepared"
    APPLICATION_FILED = "application_filed", "Antrag gestellt", "application filed"
    UNDER_ASSESSMENT = "under_assessment", "in Prüfung", "under assessment"
    NOTICE = "notice", "Bescheid erteilt", "notice"
    CLOSED = "closed", "abgeschlossen", "closed"


class ProcedureOutcome(Term):
    """What the notice says (Gleichwertigkeitsbescheid); partial recognition is no failure (REC-04)."""

    FULL = "full", "volle Gleichwertigkeit", "Full equivalence"
    PARTIAL = "partial", "teilweise Gleichwertigkeit", "Partial equivalence"
    NONE = "none", "keine Gleichwertigkeit", "No equivalence"
