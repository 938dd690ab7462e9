"""Coded vocabularies of a person's record (class C and D: none but the statistical profile leaves its service)."""

from shared.vocabulary.term import Term


class ContactWay(Term):
    """How a person wants to be reached."""

    PHONE = "phone", "Telefon", "phone"
    MESSENGER = "messenger", "Messenger", "messenger"
    EMAIL = "email", "E-Mail", "e-mail"
    LETTER = "letter", "Brief", "letter"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class LanguageLevel(Term):
    """Level of a language by the Common European Framework (GER)."""

    NONE = "none", "keine Kenntnisse", "none"
    A1 = "a1", "A1", "A1"
    A2 = "a2", "A2", "A2"
    B1 = "b1", "B1", "B1"
    B2 = "b2", "B2", "B2"
    C1 = "c1", "C1", "C1"
    C2 = "c2", "C2", "C2"
    NATIVE = "native", "Erstsprache", "first language"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class QualificationLevel(Term):
    """Level of a qualification (Abschluss)."""

    SCHOOL = "school", "Schulabschluss", "School"
    VOCATIONAL = "vocational", "Berufsausbildung", "Vocational training"
    ADVANCED_VOCATIONAL = "advanced_vocational", "Meister, Techniker, Fachwirt", "Advanced vocational training"
    BACHELOR = "bachelor", "Bachelor", "Bachelor"
    MASTER = "master", "Master, Diplom, Magister, Staatsexamen", "Master or equal"
    DOCTORATE = "doctorate", "Promotion", "Doctorate"
    OTHER = "other", "anderer Abschluss", "Other"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"
