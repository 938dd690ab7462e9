"""Who may register for a run: the pure rules of each programme, asked at the moment of the registration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.registration.programmes.definition import Definition, Finding, Strength
from shared.vocabulary import Programme


@dataclass(frozen=True)
class Member:
    """A member of a team as the rules see her: has she completed the one-year training, does she lead the team."""

    graduate: bool = False
    lead: bool = False


@dataclass(frozen=True)
class Applicant:
    """A registration as the rules see it; `house_registered`: its house has one already that is in force."""

    members: Sequence[Member]
    topic: str | None
    binding: bool
    submitted_at: datetime
    house_registered: bool = False


def check_registration(
    definition: Definition, applicant: Applicant, opens: datetime | None, deadline: datetime | None
) -> list[Finding]:
    """Rules that stand against a registration; none: it is admitted. Instants are compared as instants (IKO-06).

    In UTC: two times of one zone are compared by the clock, which shows an hour twice in autumn.
    """
    found, at = [], applicant.submitted_at.astimezone(UTC)
    if opens is not None and at < opens.astimezone(UTC):
        text, remedy = "Die Anmeldung ist noch nicht geöffnet.", "Bitte melden Sie sich ab dem genannten Tag an."
        found.append(Finding("IKO-06", Strength.HARD, text, remedy, "submitted_at"))
    if deadline is not None and at > deadline.astimezone(UTC):
        text = "Die Anmeldefrist ist abgelaufen."
        remedy = "Bitte wenden Sie sich an die Veranstaltenden; sie können eine begründete Ausnahme machen."
        found.append(Finding("IKO-06", Strength.HARD, text, remedy, "submitted_at"))
    found += _size(definition, len(applicant.members))
    if applicant.house_registered:
        text, remedy = "Dieses Haus ist schon angemeldet.", "Bitte ändern Sie die bestehende Anmeldung."
        found.append(Finding("IKO-01", Strength.HARD, text, remedy, "house"))
    if definition.programme is Programme.IKO:
        found += _iko(applicant)
    return found


def _size(definition: Definition, count: int) -> list[Finding]:
    if count in definition.team:
        return []
    if definition.programme is Programme.IKO and count == 1:
        text, remedy = (
            "Eine Person allein kann sich nicht anmelden.",
            "Bitte benennen Sie ein Team von 2 bis 4 Personen.",
        )
        return [Finding("IKO-04", Strength.HARD, text, remedy, "members")]
    size = f"{definition.team.least} bis {definition.team.most}"
    text = f"Zu einer Anmeldung gehören {size} Personen, genannt sind {count}."
    return [Finding("IKO-02", Strength.HARD, text, "Bitte die Zahl der Personen anpassen.", "members")]


def _iko(applicant: Applicant) -> list[Finding]:
    found = []
    if not any(member.graduate for member in applicant.members):
        text = "Niemand im Team hat die einjährige Ausbildung zur Interkulturellen Botschafterin oder zum Botschafter."
        found.append(Finding("IKO-03", Strength.HARD, text, "Bitte ein Teammitglied mit Abschluss nennen.", "members"))
    elif not any(member.graduate and member.lead for member in applicant.members):
        text = "Die Federführung liegt bei einem Teammitglied mit Abschluss der einjährigen Ausbildung."
        found.append(Finding("IKO-03", Strength.HARD, text, "Bitte die Federführung entsprechend wählen.", "members"))
    if not applicant.topic:
        text, remedy = "Das Thema fehlt, an dem Ihr Haus arbeiten möchte.", "Bitte nennen Sie es in einem Satz."
        found.append(Finding("IKO-01", Strength.HARD, text, remedy, "topic"))
    if not applicant.binding:
        text, remedy = "Die Anmeldung ist verbindlich.", "Bitte bestätigen Sie das mit dem Häkchen."
        found.append(Finding("IKO-01", Strength.HARD, text, remedy, "binding"))
    return found
