"""Coded vocabularies of what comes after registering for a run: stages, practice tasks, questions of the feedback."""

from shared.vocabulary.term import Term


class Stage(Term):
    """How far a participant is in her programme (Stand); which ones a programme has, `attendance.completion` says."""

    REGISTERED = "registered", "angemeldet", "registered"
    IN_TRAINING = "in_training", "in Ausbildung", "in training"
    SEMINAR_COMPLETED = "seminar_completed", "Seminar abgeschlossen", "seminar completed"
    COACHING_COMPLETED = "coaching_completed", "Coaching abgeschlossen", "coaching completed"
    SELECTED = "selected", "für Phase drei ausgewählt", "selected for phase three"
    QUALIFIED = "phase3_completed", "qualifizierte Ansprechperson", "qualified contact person"
    MANDATED = "mandated", "beauftragte Ansprechperson", "mandated contact person"
    GRADUATED = "graduated", "Ausbildung abgeschlossen (IKBO)", "graduated"
    DOCUMENTED = "documented", "Projekt dokumentiert", "project documented"
    PRESENTED = "presented", "Projekt vorgestellt", "project presented"
    CERTIFIED = "certified", "Urkunde ausgestellt", "certified"
    ATTENDED = "attended", "teilgenommen", "attended"


class TaskKind(Term):
    """Kind of a practice task (Praxisaufgabe, IKBO-12)."""

    SEMINAR = "seminar", "Seminar für Kolleg*innen", "Seminar for colleagues"
    QUALITY = "quality", "migrationssensible Qualitätsstandards", "Migration-sensitive quality standards"
    COOPERATION = "cooperation", "Zusammenarbeit mit Beratung oder Organisationen", "Cooperation with others"
    OTHER = "other", "andere Aufgabe", "Other task"


class FeedbackQuestion(Term):
    """A statement of the anonymous feedback (Rückmeldung, IKKE-30), answered from 1 (not at all) to 5 (fully)."""

    BENEFIT = "benefit", "Was ich gelernt habe, hilft mir in meiner Arbeit.", "What I learned helps me in my work."
    CLEAR = "clear", "Die Inhalte waren verständlich.", "The contents were easy to follow."
    EXCHANGE = "exchange", "Der Austausch in der Gruppe war hilfreich.", "Talking with the group was helpful."
    TRAINERS = "trainers", "Die Lehrenden sind auf unsere Fragen eingegangen.", "The trainers took up our questions."
    FRAME = "frame", "Zeit, Ort und Ablauf haben gepasst.", "Time, place and organisation were right."
