"""Rules of the Good Practice board: who may rate what, what a rating and a decision need, what ratings say. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from services.reporting.board.criteria import SCALE, Criterion, criteria
from shared.problems import FieldProblem
from shared.vocabulary import ItemState
from shared.vocabulary.board import BoardGroup, BoardOutcome, DecisionState
from shared.vocabulary.personal import suspicions

LEAST_REASON, LEAST_REASONS = 10, 80
"""Characters of the reason for a mark, and of the reasons of a decision: less explains nothing (GP-07)."""
DIVIDED = 2
"""From this distance between the lowest and the highest mark on, opinions are divided."""
NO_SEAT = "Ihr Konto nennt nicht, welches Netzwerk Sie vertreten. Bitte wenden Sie sich an die Koordination."
OWN_NETWORK = "Dieser Vorschlag kommt aus dem Netzwerk, das Sie vertreten; über ihn urteilen die anderen."
OWN_UNIT = "Dieser Vorschlag kommt aus der Fachstelle, die Sie vertreten; über ihn urteilen die anderen."
NO_PERSON = "Bitte herausnehmen, oder bestätigen, dass niemand erkennbar ist."
Marks = Mapping[str, Mapping[str, object]]
"""By criterion: `mark`, a step of the scale or None, and `reason`."""


@dataclass(frozen=True)
class Rated:
    """What a member said of a proposal, and for which group."""

    group: BoardGroup
    marks: Marks


@dataclass(frozen=True)
class Spread:
    """Marks of several members: how many, their median, the lowest and the highest."""

    count: int
    median: float
    lowest: int
    highest: int

    @property
    def divided(self) -> bool:
        """Whether opinions are far apart."""
        return self.highest - self.lowest >= DIVIDED


@dataclass(frozen=True)
class Assessment:
    """What the ratings of a proposal say: per criterion of all and of each group, and who is still missing."""

    missing: tuple[BoardGroup, ...]
    overall: Mapping[str, Spread]
    by_group: Mapping[str, Mapping[str, Spread]]

    @property
    def decidable(self) -> bool:
        """Whether a decision can be closed: all four groups have rated (GP-08)."""
        return not self.missing


def barred(group: str | None, represents: str | None, region: str, organisation: str | None) -> str | None:
    """Why a member may not rate a proposal, in German; None when she may. Nobody rates the own."""
    if group == BoardGroup.NETWORKS:
        if represents is None:
            return NO_SEAT
        return OWN_NETWORK if represents == region else None
    known = (represents or "").casefold().strip()
    if group == BoardGroup.SPECIALIST_UNITS and known and known == (organisation or "").casefold().strip():
        return OWN_UNIT
    return None


def unknown_criteria(marks: Marks) -> list[FieldProblem]:
    """Marks for what is no criterion, also in a draft."""
    return [
        FieldProblem(f"marks.{code}", code, f"Ein Kriterium „{code}“ gibt es nicht.", "Bitte weglassen.")
        for code in sorted(marks.keys() - criteria().keys())
    ]


def check_marks(marks: Marks, *, confirmed: bool) -> list[FieldProblem]:
    """What is wrong with a rating that shall be handed in (GP-01 to GP-05): a mark and a reason for each criterion."""
    known = criteria()
    problems = [found for code, one in known.items() for found in _check_mark(one, marks.get(code) or {})]
    return problems or (
        [] if confirmed else named_persons({f"marks.{code}.reason": _reason(marks, code) for code in known})
    )


def _check_mark(one: Criterion, given: Mapping[str, object]) -> list[FieldProblem]:
    found = []
    if given.get("mark") not in SCALE:
        text, remedy = (
            f"„{one.title}“: Die Bewertung fehlt.",
            f"Bitte eine Stufe von {SCALE[0]} bis {SCALE[-1]} wählen.",
        )
        found.append(
            FieldProblem(f"marks.{one.code}.mark", given.get("mark"), text, remedy, [str(step) for step in SCALE])
        )
    if len(str(given.get("reason") or "").strip()) < LEAST_REASON:
        text = f"„{one.title}“: Die Begründung fehlt oder ist zu kurz."
        found.append(FieldProblem(f"marks.{one.code}.reason", None, text, "Bitte in einem Satz sagen, warum."))
    return found


def _reason(marks: Marks, code: str) -> str:
    return str((marks.get(code) or {}).get("reason") or "")


def check_reasons(reasons: str, *, confirmed: bool) -> list[FieldProblem]:
    """What is wrong with the reasons of a decision: traceable (GP-07), and without a person."""
    if len(reasons.strip()) < LEAST_REASONS:
        text = f"Die Begründung hat {len(reasons.strip())} Zeichen; nötig sind mindestens {LEAST_REASONS} (GP-07)."
        remedy = "Bitte fachlich und nachvollziehbar begründen; das Netzwerk liest sie."
        return [FieldProblem("reasons", None, text, remedy)]
    return [] if confirmed else named_persons({"reasons": reasons})


def named_persons(texts: Mapping[str, str]) -> list[FieldProblem]:
    """Problems of texts, by field, in which something looks like a person; each field is named once."""
    found: dict[str, list[str]] = {}
    for one in suspicions(texts):
        found.setdefault(one.field, []).append(one.text)
    return [FieldProblem(name, None, " ".join(sentences), NO_PERSON) for name, sentences in found.items()]


def assess(ratings: Sequence[Rated]) -> Assessment:
    """What the ratings that were handed in say together, and which groups are missing (GP-06, GP-08)."""
    present = {rating.group for rating in ratings}
    groups = [group for group in BoardGroup if group in present]
    return Assessment(
        missing=tuple(group for group in BoardGroup if group not in present),
        overall=_spreads(ratings),
        by_group={group.value: _spreads([one for one in ratings if one.group is group]) for group in groups},
    )


def _spreads(ratings: Iterable[Rated]) -> dict[str, Spread]:
    found = {}
    for code in criteria():
        marks = [mark for one in ratings if isinstance(mark := (one.marks.get(code) or {}).get("mark"), int)]
        if marks:
            found[code] = Spread(len(marks), median(marks), min(marks), max(marks))
    return found


def undecidable(missing: Sequence[BoardGroup]) -> str:
    """Why nothing can be decided yet, naming the groups that have not rated (GP-08)."""
    names = ", ".join(group.de for group in missing)
    which = "die Bewertung dieser Gruppe" if len(missing) == 1 else "die Bewertungen dieser Gruppen"
    return (
        f"Entschieden werden kann noch nicht: Es fehlt {which}: {names}. Das Gremium braucht alle vier Gruppen (GP-08)."
    )


def state_of(told: str, decision: tuple[str, str] | None, *, up: bool) -> ItemState:
    """State of a proposal at the centre: what its network told, what was decided (state, outcome), whether it is up.

    A sheet that is published stays so; a decision counts before the network has heard of it.
    """
    if told == ItemState.PUBLISHED:
        return ItemState.PUBLISHED
    if decision is not None and decision[0] == DecisionState.DECIDED:
        return ItemState.SELECTED if decision[1] == BoardOutcome.SELECTED else ItemState.NOT_SELECTED
    if up:
        return ItemState.IN_REVIEW
    return ItemState.PROPOSED if decision is not None or told == ItemState.IN_REVIEW else ItemState(told)


SECTIONS = {
    "summary": "Kurzbeschreibung",
    "initial_situation": "Ausgangslage und Herausforderung",
    "implementation": "Umsetzung",
    "conclusion": "Fazit",
    "addressees": "An wen sich der Transfer richtet",
    "project": "Projekt",
    "offer": "Was angeboten wird",
}
TEXTS = {"title": "Titel", "subtitle": "Untertitel", "organisation": "Träger", **SECTIONS}
"""What a sheet has (GP-10), beside its contact."""
CONTACT = "Kontakt"


def sections(sheet: Mapping[str, object]) -> list[tuple[str, str]]:
    """The texts of a sheet that are read, each with its label."""
    return [(label, str(sheet[name])) for name, label in SECTIONS.items() if sheet.get(name)]


def missing_texts(sheet: Mapping[str, object]) -> list[str]:
    """Which texts of a sheet a proposal lacks (GP-10), in German; the contact is a mailbox or an address."""
    found = [label for name, label in TEXTS.items() if not sheet.get(name)]
    return found if sheet.get("mailbox") or sheet.get("url") else [*found, CONTACT]
