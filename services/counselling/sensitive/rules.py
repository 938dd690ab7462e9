"""Rules of sensitive work: who opens it for how long, asylum, and the steps of a case of discrimination. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from shared.problems import FieldProblem
from shared.vocabulary import ReferralTarget
from shared.vocabulary.sensitive import OWN_OFFICE, AsylumStage, ClientDecision, DiscriminationState

S = DiscriminationState
OPEN_FOR = timedelta(minutes=15)
ORDER = (S.SUSPECTED, S.RECOGNISED, S.FIRST_TALK, S.REFERRED, S.ASSESSMENT, S.CLIENT_DECISION)
"""The steps in their order; `closed` is no step but the end."""
FINAL = frozenset({AsylumStage.GRANTED, AsylumStage.FINAL_REFUSAL})


class Confidential(Protocol):
    """What the rules of discrimination look at."""

    @property
    def discrimination_state(self) -> str | None:
        """How far it is."""

    @property
    def first_talk_on(self) -> date | None:
        """Day of the first talk."""

    @property
    def referred_on(self) -> date | None:
        """Day of the referral."""

    @property
    def assessment(self) -> str | None:
        """The office's word."""

    @property
    def decision(self) -> str | None:
        """The person's."""


def open_until(opened_at: datetime, closed_at: datetime | None, now: datetime) -> datetime | None:
    """Until when what was opened stays open; None: it does not any more."""
    end = opened_at + OPEN_FOR
    return end if closed_at is None and now < end else None


def asylum_counselling(stage: str | None, *, in_municipality: bool) -> bool:
    """Whether counselling in the asylum procedure is there: in a municipality, while it is not concluded (ASY-01)."""
    return in_municipality and stage is not None and stage not in FINAL


def check_move(before: str | None, after: str | None) -> list[FieldProblem]:
    """Problems of the way from a state to another.

    Named at once or after a suspicion (DIS-01); otherwise step by step, so that a first talk comes before the referral
    (DIS-02) and the office's assessment before the decision (DIS-04). Back is a correction. Every case may be closed.
    """
    if after == S.CLOSED and before is None:
        text = "Ohne Anzeichen gibt es nichts abzuschließen."
        return [FieldProblem("discrimination_state", after, text, "Bitte einen anderen Stand wählen oder keinen.")]
    if after in (None, before, S.CLOSED) or before == S.CLOSED:
        return []
    last = 0 if before is None else ORDER.index(S(before))
    if ORDER.index(S(after or "")) <= last + 1:
        return []
    following = ORDER[last + 1].de
    text = f"Dieser Stand kommt noch nicht; als Nächstes kommt „{following}“."
    return [FieldProblem("discrimination_state", after, text, f"Bitte zuerst „{following}“ festhalten.")]


# What stands there from which state on: field, state, what is wrong without it, and before it.
NEEDED: Mapping[str, tuple[S, str]] = {
    "first_talk_on": (S.FIRST_TALK, "Der Tag des Erstgesprächs"),
    "referred_on": (S.REFERRED, "Der Tag des Verweises an die Antidiskriminierungsstelle"),
    "support": (S.REFERRED, "Die sozialpädagogische Begleitung neben der rechtlichen Frage"),
    "assessment": (S.ASSESSMENT, "Die Einschätzung der Antidiskriminierungsstelle"),
    "decision": (S.CLIENT_DECISION, "Die Entscheidung der Person"),
}


def check_facts(found: Confidential, today: date) -> list[FieldProblem]:
    """Problems of what is said of a case of discrimination: each fact with its state, neither before nor without it.

    Support beside the legal question is said with the referral (DIS-05). Whether the AGG is breached is said by the
    office only: there is no assessment without a referral to it (DIS-03).
    """
    if found.discrimination_state == S.CLOSED:
        return _closed(found) + _days(found, today)
    reached = -1 if found.discrimination_state is None else ORDER.index(S(found.discrimination_state))
    problems = []
    for name, (state, what) in NEEDED.items():
        value = getattr(found, name)
        if value is None and reached >= ORDER.index(state):
            problems.append(FieldProblem(name, None, f"{what} fehlt.", "Bitte ergänzen oder den Stand zurücksetzen."))
        if value is not None and reached < ORDER.index(state):
            text = f"{what} gehört erst zum Stand „{state.de}“."
            problems.append(FieldProblem(name, str(value), text, "Bitte den Stand ändern oder das Feld leeren."))
    return problems + _days(found, today)


def _closed(found: Confidential) -> list[FieldProblem]:
    problems = []
    if (found.first_talk_on or found.referred_on) and found.decision is None:
        text = "Wie es weitergeht, entscheidet die Person; ihre Entscheidung fehlt."
        problems.append(FieldProblem("decision", None, text, "Bitte ihre Entscheidung festhalten."))
    if found.assessment is not None and found.referred_on is None:
        text = "Ob das AGG verletzt ist, sagt nur die Antidiskriminierungsstelle; der Verweis dorthin fehlt."
        problems.append(FieldProblem("assessment", found.assessment, text, "Bitte den Verweis ergänzen oder leeren."))
    if found.decision == ClientDecision.LEGAL_ACTION and found.assessment is None:
        text = "Vor einem rechtlichen Vorgehen kommt die kostenlose Erstberatung der Antidiskriminierungsstelle."
        problems.append(FieldProblem("decision", found.decision, text, "Bitte ihre Einschätzung ergänzen."))
    return problems


def _days(found: Confidential, today: date) -> list[FieldProblem]:
    problems = []
    for name in ("first_talk_on", "referred_on"):
        day = getattr(found, name)
        if day is not None and day > today:
            shown = f"{day:%d.%m.%Y}"
            text = f"Der {shown} liegt in der Zukunft."
            problems.append(FieldProblem(name, shown, text, "Bitte das Datum prüfen."))
    if found.first_talk_on and found.referred_on and found.referred_on < found.first_talk_on:
        text = "Vor dem Verweis steht das Erstgespräch."
        problems.append(FieldProblem("referred_on", f"{found.referred_on:%d.%m.%Y}", text, "Bitte die Tage prüfen."))
    return problems


def check_office(network: str, referred: date | None, kind: str | None) -> list[FieldProblem]:
    """Problems of where a case was referred (DIS-07): to an office of the directory, in rp else to the LADS.

    `kind` is that of the chosen body, None where none was chosen.
    """
    if kind is not None and kind != ReferralTarget.ANTI_DISCRIMINATION_OFFICE:
        text = "Diese Stelle ist keine Antidiskriminierungsstelle."
        return [FieldProblem("body_id", kind, text, "Bitte eine Antidiskriminierungsstelle des Verzeichnisses wählen.")]
    if referred is not None and kind is None and network not in OWN_OFFICE:
        text = "Die Antidiskriminierungsstelle fehlt."
        remedy = "Bitte eine wählen; fehlt sie im Verzeichnis der Stellen, dort bitte ergänzen."
        return [FieldProblem("body_id", None, text, remedy)]
    return []


def waits_for_referral(state: str | None) -> bool:
    """Whether the referral to the office should come now: after the first talk, promptly (DIS-02, DIS-03)."""
    return state == S.FIRST_TALK
