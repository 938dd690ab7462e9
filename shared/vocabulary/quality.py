"""Coded vocabularies of data quality: rules, and what centre and network say to each other about a finding.

Nothing but codes crosses between them, so that no answer can name anybody.
"""

from shared.vocabulary.term import Term


class FindingRule(Term):
    """Why a number is worth a question (Regel eines Befunds)."""

    OUTLIER = "outlier", "Ausreißer", "Outlier"
    EMPTY_MONTH = "empty_month", "Monat ohne Datensätze", "Month without records"
    RANK_JUMP = "rank_jump", "Sprung zwischen Förderrunden", "Jump between funding rounds"
    IMPLAUSIBLE_RANK = "implausible_rank", "Unplausibler Rang", "Implausible rank"
    NOT_STATED = "not_stated", "Viel „keine Angabe“", "Much is not stated"
    SILENT_OFFICE = "silent_office", "Stille Beratungsstelle", "Silent office"
    SILENT_NETWORK = "silent_network", "Netzwerk ohne Lebenszeichen", "Network without a sign of life"


class FollowUpState(Term):
    """State of a follow-up (Stand einer Nachfrage)."""

    OPEN = "open", "offen", "Open"
    ANSWERED = "answered", "beantwortet", "Answered"
    CLOSED = "closed", "geschlossen", "Closed"


class FollowUpChoice(Term):
    """What a network answers (Antwort auf eine Nachfrage)."""

    RIGHT = "right", "Die Datensätze stimmen so", "The records are right as they are"
    CORRECTED = "corrected", "Inzwischen berichtigt", "Corrected meanwhile"
    BEING_CORRECTED = "being_corrected", "Wird berichtigt bis zu einem Tag", "Will be corrected by a day"
    ELSEWHERE = "elsewhere", "In einem anderen Monat oder verspätet erfasst", "Recorded in another month, or late"
    KNOWN_CAUSE = "known_cause", "Hat einen bekannten Grund", "Has a known cause"


class KnownCause(Term):
    """A cause that is no fault (Bekannter Grund)."""

    OFFICE_OPENED = "office_opened", "Beratungsstelle eröffnet", "Office opened"
    OFFICE_CLOSED = "office_closed", "Beratungsstelle geschlossen", "Office closed"
    SOFTWARE_CHANGE = "software_change", "Umstellung der Software", "Change of software"
    HOLIDAY = "holiday", "Ferien oder Feiertage", "Holidays"
    STAFF = "staff", "Stellen unbesetzt oder neu besetzt", "Posts vacant or newly filled"
    CAMPAIGN = "campaign", "Aktion oder Veranstaltung", "Campaign or event"
    FUNDING = "funding", "Förderung begonnen oder beendet", "Funding began or ended"


class ReopenReason(Term):
    """Why the coordination asks again (Grund einer erneuten Nachfrage)."""

    UNCHANGED = "unchanged", "Der Wert hat sich nicht geändert", "The value has not changed"
    ANSWER_DOES_NOT_FIT = "answer_does_not_fit", "Die Antwort passt nicht zum Befund", "The answer does not fit"
    DAY_PASSED = "day_passed", "Der zugesagte Tag ist vorbei", "The promised day has passed"
    MISTAKE = "mistake", "Versehentlich geschlossen", "Closed by mistake"
