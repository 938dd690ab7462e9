"""Coded vocabularies of certificates and confirmations of training runs (Bescheinigungen, IKO-27)."""

from shared.vocabulary.term import Term


class CertificateKind(Term):
    """What is certified (Art der Bescheinigung)."""

    ATTENDANCE = "attendance", "Teilnahmebescheinigung", "Certificate of attendance"
    COMPLETION = "completion", "Abschlussbescheinigung", "Certificate of completion"
    HOUSE = "house", "Bescheinigung für ein Haus", "Certificate for a house"
    REGISTRATION = "registration", "Anmeldebestätigung", "Confirmation of registration"


class CertificateState(Term):
    """What everyone who has a code is told, and nothing else (Ergebnis der Prüfung)."""

    VALID = "valid", "gültig", "valid"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"
    UNKNOWN = "unknown", "unbekannt", "unknown"
