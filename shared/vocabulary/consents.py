"""Coded vocabularies of consents, what was handed over, and referrals (class E: none of them leaves its service)."""

from shared.vocabulary.term import Term


class ConsentPurpose(Term):
    """What somebody may be told something for (Zweck einer Entbindung von der Schweigepflicht)."""

    REFERRAL = "referral", "Vermittlung an diese Stelle", "Referral to this body"
    JOINT_ACCOMPANIMENT = "joint_accompaniment", "Gemeinsame Begleitung", "Joint accompaniment"
    RECOGNITION_PROCEDURE = "recognition_procedure", "Anerkennungsverfahren", "Recognition procedure"
    QUALIFICATION = "qualification", "Vermittlung in eine Qualifizierung", "Referral to a qualification"
    ENTITLEMENTS = "entitlements", "Leistungen und Ansprüche klären", "Settling benefits and entitlements"
    LABOUR_RIGHTS = "labour_rights", "Rechte bei der Arbeit durchsetzen", "Enforcing rights at work"
    DISCRIMINATION = "discrimination", "Vorgehen gegen Diskriminierung", "Action against discrimination"


class HandoverKind(Term):
    """How a third party learned something of a person (Weitergabe)."""

    NAMED_REFERRAL = "named_referral", "namentlicher Verweis", "Named referral"
    CONVERSATION = "conversation", "Gespräch oder Anruf", "Conversation or call"
    DOCUMENTS = "documents", "Unterlagen übergeben", "Documents handed over"
    EXPORT = "export", "Datei ausgegeben", "File exported"


class ReferralResult(Term):
    """What became of a referral (Ergebnis eines Verweises)."""

    TAKEN_UP = "taken_up", "hingegangen, wird dort beraten", "Taken up"
    FINISHED = "finished", "Anliegen dort gelöst", "Settled there"
    NOT_TAKEN_UP = "not_taken_up", "nicht hingegangen", "Not taken up"
    TURNED_AWAY = "turned_away", "dort abgewiesen", "Turned away"
    NOT_KNOWN = "not_known", "nicht bekannt", "Not known"
