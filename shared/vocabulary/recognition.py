"""Vocabularies of a recognition procedure inside its network (domain §5); states and outcomes are in `programmes`."""

from shared.vocabulary.term import Term


class Land(Term):
    """A Land of Germany by ISO 3166-2:DE; networks are data, the Länder are sixteen."""

    SH = "sh", "Schleswig-Holstein", "Schleswig-Holstein"
    HH = "hh", "Hamburg", "Hamburg"
    NI = "ni", "Niedersachsen", "Lower Saxony"
    HB = "hb", "Bremen", "Bremen"
    NW = "nw", "Nordrhein-Westfalen", "North Rhine-Westphalia"
    HE = "he", "Hessen", "Hesse"
    RP = "rp", "Rheinland-Pfalz", "Rhineland-Palatinate"
    BW = "bw", "Baden-Württemberg", "Baden-Württemberg"
    BY = "by", "Bayern", "Bavaria"
    SL = "sl", "Saarland", "Saarland"
    BE = "be", "Berlin", "Berlin"
    BB = "bb", "Brandenburg", "Brandenburg"
    MV = "mv", "Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"
    SN = "sn", "Sachsen", "Saxony"
    ST = "st", "Sachsen-Anhalt", "Saxony-Anhalt"
    TH = "th", "Thüringen", "Thuringia"


class ProcedureKind(Term):
    """What is applied for; recognition as a specialist is a procedure of its own (REC-07)."""

    RECOGNITION = "recognition", "Anerkennung des Berufsabschlusses", "Recognition of the qualification"
    SPECIALIST = "specialist", "Anerkennung als Fachärztin oder Facharzt", "Recognition as a medical specialist"


class StageKind(Term):
    """A stage on the way beside the states of the procedure (Etappe)."""

    QUALIFICATION_COUNSELLING = "qualification_counselling", "Qualifizierungsberatung", "Qualification counselling"
    MEASURE = "measure", "Anpassungs- oder Ausgleichsmaßnahme", "Adaptation or compensation measure"
    LANGUAGE_B2 = "language_b2", "Sprachnachweis B2", "German level B2"
    LANGUAGE_C1 = "language_c1", "Sprachnachweis C1", "German level C1"
    LANGUAGE_EXAMINATION = "language_examination", "Fachsprachprüfung", "Medical language examination"
    TEMPORARY_LICENCE = "temporary_licence", "Berufserlaubnis", "Temporary licence"
    KNOWLEDGE_EXAMINATION = "knowledge_examination", "Kenntnisprüfung", "Knowledge examination"
    LICENCE = "licence", "Approbation", "Licence to practise"


class StageState(Term):
    """How a stage stands; a second try is a second stage."""

    PLANNED = "planned", "geplant", "planned"
    REACHED = "reached", "erreicht", "reached"
    FAILED = "failed", "nicht bestanden", "not passed"
    DECLINED = "declined", "nicht gewünscht", "not wanted"
