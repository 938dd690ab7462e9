"""What a registration's state means for those who registered, in fixed sentences; pages may have them translated."""

from collections.abc import Mapping

from shared.vocabulary.runs import DecisionReason, RegistrationState

S, R = RegistrationState, DecisionReason
REASONS: Mapping[DecisionReason, str] = {
    R.TOO_FEW: "Es gab weniger Anmeldungen, als für den Durchgang nötig sind. Er findet deshalb nicht statt.",
    R.WITHIN: "Alle Anmeldungen haben Platz.",
    R.EARLIEST: "Es gab mehr Anmeldungen als Plätze. Die Plätze gehen nach dem Zeitpunkt der Anmeldung;"
    " Ihre gehört zu den frühesten.",
    R.LATER: "Es gab mehr Anmeldungen als Plätze. Die Plätze gehen nach dem Zeitpunkt der Anmeldung;"
    " frühere Anmeldungen haben alle Plätze bekommen.",
    R.TOO_LARGE: "Für Ihre Anmeldung waren nicht mehr genug Plätze frei, und eine Anmeldung wird nicht geteilt.",
    R.HELD: "Die freien Plätze sind für eine frühere Anmeldung freigehalten, für die sie noch nicht reichen.",
    R.FILLED: "Eine frühere Anmeldung war zu groß für die freien Plätze. Ihre passte hinein.",
    R.EXCEPTION: "Ihre Anmeldung wurde mit einer Begründung außer der Reihe berücksichtigt.",
    R.PROMOTED: "Ein Platz ist frei geworden, und Ihre Anmeldung war auf der Warteliste an der Reihe.",
    R.UNRELEASED: "Die Freistellung durch Ihren Arbeitgeber fehlt noch. Sobald sie vorliegt, bieten wir Ihnen einen"
    " freien Platz an.",
    R.EXPIRED: "Der angebotene Platz wurde nicht rechtzeitig angenommen. Er geht an die nächste Anmeldung.",
}
STATES: Mapping[RegistrationState, str] = {
    S.SUBMITTED: "Ihre Anmeldung ist eingegangen. Entschieden wird nach dem Ende der Anmeldefrist.",
    S.ACCEPTED: "Sie haben einen Platz.",
    S.WAITING: "Sie stehen auf der Warteliste. Freie Plätze bieten wir in der Reihenfolge der Anmeldungen an.",
    S.OFFERED: "Wir bieten Ihnen einen Platz an. Bitte nehmen Sie ihn an oder lehnen Sie ihn ab.",
    S.REJECTED: "Sie haben keinen Platz.",
    S.WITHDRAWN: "Ihre Anmeldung ist zurückgezogen.",
    S.CANCELLED: "Der Durchgang ist abgesagt.",
}


def told(state: str, reason: str | None) -> list[str]:
    """What was decided, and why."""
    now = RegistrationState(state)
    given = [REASONS[DecisionReason(reason)]] if reason and now is not S.WITHDRAWN else []
    return [STATES[now], *given]
