"""Coded vocabularies of qualification measures (domain 6.5, 6.6); they stay in registration and on its pages."""

from shared.vocabulary.term import Term


class MeasureType(Term):
    """Type of a qualification measure (Art der Maßnahme)."""

    ADAPTATION_QUALIFICATION = "adaptation_qualification", "Anpassungsqualifizierung", "Adaptation qualification"
    ADAPTATION_COURSE = "adaptation_course", "Anpassungslehrgang", "Adaptation course"
    COMPENSATION = "compensation", "Ausgleichsmaßnahme für Lehrkräfte", "Compensation measure for teachers"
    KNOWLEDGE_EXAM = "knowledge_exam", "Vorbereitung auf die Kenntnisprüfung", "Preparation for the knowledge exam"
    LANGUAGE_EXAM = "language_exam", "Vorbereitung auf die Fachsprachprüfung", "Preparation for the language exam"
    BRIDGE = "bridge", "Brückenmaßnahme für akademische Berufe", "Bridging measure"
    POST_QUALIFICATION = "post_qualification", "Nachqualifizierung", "Post-qualification"
    IN_COMPANY = "in_company", "Betriebliche individuelle Qualifizierung (BiQ)", "In-company individual qualification"
    ACCOMPANIMENT = "accompaniment", "Qualifizierungsbegleitung", "Accompaniment"
    PRACTICE_CHECK = "practice_check", "Praxis-Check", "Practice check"
    VIRTUAL = "virtual", "virtuelle länderübergreifende Maßnahme", "Virtual cross-Land measure"
    SPECIALIZED = "specialized", "„Specialized!“ (Ärzt*innen)", "Specialized! (physicians)"


class Phase(Term):
    """Phase of a participation in “Specialized!”, in this order."""

    RECRUITMENT = "recruitment", "Gewinnung und Auswahl", "Recruitment"
    PREPARATION = "preparation", "Vorbereitung vor der Einreise", "Preparation before entry"
    LANGUAGE = "language", "medizinische Fachsprache in Deutschland", "Medical language qualification"
    APPROBATION = "approbation", "Vorbereitung der Approbation", "Preparation of the Approbation"
