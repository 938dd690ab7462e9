"""Whether a release from confidentiality (Entbindung von der Schweigepflicht) covers what is to happen. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.problems import FieldProblem
from shared.vocabulary.consents import ConsentPurpose

LONGEST_DAYS = 3 * 366
"""Nobody oversees more: a release for longer is asked for again."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the rule sees it: for whom, what for, from when until when; `withdrawn` ends it at once."""

    consent_id: UUID
    recipient: UUID
    purposes: Collection[str]
    valid_from: date
    valid_until: date
    withdrawn: bool = False


def covers(releases: Iterable[Release], recipient: UUID, purpose: str, day: date) -> Release | None:
    """The release that covers telling `recipient` something for `purpose` on `day`, or None (CON-02, CON-04).

    The one function that decides on every transfer, named referral and export to a third party.
    """
    fitting = [
        one
        for one in releases
        if one.recipient == recipient
        and purpose in one.purposes
        and one.valid_from <= day <= one.valid_until
        and not one.withdrawn
    ]
    return max(fitting, key=lambda one: (one.valid_until, one.consent_id), default=None)


def why_not(releases: Iterable[Release], recipient: UUID, purpose: str, day: date) -> str:
    """One German sentence on what is missing where nothing covers."""
    own = [one for one in releases if one.recipient == recipient]
    if not own:
        return "Für diese Stelle liegt keine Entbindung von der Schweigepflicht vor."
    in_force = [one for one in own if not one.withdrawn]
    if not in_force:
        return "Die Entbindung von der Schweigepflicht für diese Stelle wurde widerrufen."
    fitting = [one for one in in_force if purpose in one.purposes]
    if not fitting:
        return f"Die Entbindung für diese Stelle gilt nicht für den Zweck „{ConsentPurpose(purpose).de}“."
    first = min(one.valid_from for one in fitting)
    if day < first:
        return f"Die Entbindung für diese Stelle gilt erst ab dem {first:%d.%m.%Y}."
    return f"Die Entbindung für diese Stelle galt bis zum {max(one.valid_until for one in fitting):%d.%m.%Y}."


def check_consent(
    purposes: Collection[str], signed_on: date, valid_from: date, valid_until: date, today: date
) -> list[FieldProblem]:
    """Problems of a release: no purpose, signed in the future, a period that is none or that nobody oversees."""
    problems = []
    if not purposes:
        text = "Eine Entbindung ohne Zweck gilt nicht."
        problems.append(FieldProblem("purposes", None, text, "Bitte mindestens einen Zweck wählen."))
    if signed_on > today:
        shown = f"{signed_on:%d.%m.%Y}"
        text = f"Die Unterschrift kann nicht vom {shown} sein; der Tag liegt in der Zukunft."
        problems.append(FieldProblem("signed_on", shown, text, "Bitte den Tag der Unterschrift prüfen."))
    if valid_from < signed_on:
        text = "Die Entbindung kann nicht vor der Unterschrift gelten."
        problems.append(FieldProblem("valid_from", f"{valid_from:%d.%m.%Y}", text, "Bitte eines der Daten prüfen."))
    if valid_until < valid_from:
        text = "Das Ende liegt vor dem Beginn."
        problems.append(FieldProblem("valid_until", f"{valid_until:%d.%m.%Y}", text, "Bitte den Zeitraum prüfen."))
    elif (valid_until - valid_from).days > LONGEST_DAYS:
        text = "Eine Entbindung für mehr als drei Jahre überblickt niemand."
        remedy = "Bitte ein früheres Ende wählen; sie kann verlängert werden."
        problems.append(FieldProblem("valid_until", f"{valid_until:%d.%m.%Y}", text, remedy))
    return problems
