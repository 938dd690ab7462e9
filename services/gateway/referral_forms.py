"""Forms of consents, transfers and referrals of a case: fields, and the bodies that counselling takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.forms import Field, Form, terms
from services.gateway.reading import Reading
from shared import clock
from shared.vocabulary import ReferralTarget
from shared.vocabulary.consents import ConsentPurpose, HandoverKind, ReferralResult
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer

Directory = Mapping[str, Any]
"""The answer of counselling's directory: `items`, and `targets` in the order the case's line offers them."""
VOCABULARIES = (ConsentPurpose, HandoverKind, ReferralResult, ReferralTarget, ProposalAnswer, DeclineReason)
WORDS = {str(term): term.de for kind in VOCABULARIES for term in kind}
NAMED = [("yes", "namentlich ankündigen; das ist mit der Person abgesprochen")]
TOGETHER = [("yes", "gemeinsam hingehen (Begleitung)")]
AGREED = [("yes", "Das ist mit der Person abgesprochen")]
DAY = "Zum Beispiel 01.09.2026"
RESULTS = terms(ReferralResult)


def choices(directory: Directory, none: str) -> list[tuple[str, str]]:
    """Bodies to choose from, the kinds nearest to the case first; `none` stands for no body at all."""
    return [("", none), *((one["body_id"], f"{WORDS[one['kind']]}: {one['name']}") for one in directory["items"])]


def referral_form(directory: Directory, hidden: Mapping[str, str]) -> Form:
    """A referral; whoever chooses a body need not say of which kind it is."""
    targets = [("", "wie die gewählte Stelle"), *((code, WORDS[code]) for code in directory["targets"])]
    purposes = [("", "wie üblich bei dieser Stelle"), *terms(ConsentPurpose)]
    return Form(
        (
            Field("body_id", "Stelle", "select", options=choices(directory, "keine bestimmte Stelle")),
            Field("target", "Art der Stelle", "select", options=targets, optional=True),
            Field("named", "Ankündigung", "checks", "Braucht eine Entbindung von der Schweigepflicht", options=NAMED),
            Field("accompanied", "Begleitung", "checks", options=TOGETHER),
            Field("date", "Datum", "date", DAY, value=f"{clock.today():%d.%m.%Y}"),
            Field("purpose", "Zweck", "select", options=purposes, optional=True),
            Field("note", "Worum es geht", hint="Ein Satz; bleibt in diesem Fall", optional=True),
        ),
        dict(hidden),
    )


def referral_values(item: Mapping[str, Any]) -> dict[str, Any]:
    """A stored referral as its form shows it."""
    ticks = {name: ["yes"] if item[name] else [] for name in ("named", "accompanied")}
    target = "" if item["body_id"] else item["target"]
    return {name: item[name] for name in ("body_id", "date", "purpose", "note")} | ticks | {"target": target}


def referral_body(reading: Reading) -> dict[str, Any]:
    """The referral as counselling takes it; what cannot be read is noted."""
    form = reading.form
    named = bool(form.chosen("named"))
    body: dict[str, Any] = {name: form.text(name) or None for name in ("body_id", "target", "purpose", "note")}
    if body["body_id"]:
        body["target"] = None
    body |= {"named": named, "agreed": named, "accompanied": bool(form.chosen("accompanied"))}
    body["date"] = reading.day(_entry(form, "date")).isoformat()
    body["session_id"] = form.hidden["session_id"] or None
    if form.hidden["revision"]:
        body["revision"] = int(form.hidden["revision"])
    return body


def consent_form(directory: Directory, hidden: Mapping[str, str]) -> Form:
    """A consent: first printed, then noted with the day it was signed."""
    today = clock.today()
    return Form(
        (
            Field("body_id", "Stelle", "select", options=choices(directory, "bitte wählen")),
            Field("purposes", "Wofür", "checks", options=terms(ConsentPurpose)),
            Field("details", "Was gesagt werden darf", hint="Leer: nur, was für den Zweck nötig ist", optional=True),
            Field("signed_on", "Unterschrieben am", "date", DAY, value=f"{today:%d.%m.%Y}"),
            Field("valid_until", "Gilt bis", "date", "Höchstens drei Jahre", value=f"{_in_a_year():%d.%m.%Y}"),
        ),
        dict(hidden),
    )


def _in_a_year() -> Any:
    today = clock.today()
    return today.replace(year=today.year + 1, day=min(today.day, 28))


def consent_body(reading: Reading) -> dict[str, Any]:
    """The consent as counselling takes it; what cannot be read is noted."""
    form = reading.form
    days = {name: reading.day(_entry(form, name)).isoformat() for name in ("signed_on", "valid_until")}
    details = form.text("details") or None
    return {"body_id": form.text("body_id") or None, "purposes": form.chosen("purposes"), "details": details} | days


def transfer_form(directory: Directory, hidden: Mapping[str, str]) -> Form:
    """What is handed over now."""
    return Form(
        (
            Field("body_id", "Stelle", "select", options=choices(directory, "bitte wählen")),
            Field("purpose", "Zweck", "select", options=terms(ConsentPurpose)),
            Field("kind", "Wie", "radio", options=terms(HandoverKind, without=("named_referral", "export"))),
            Field("details", "Was", hint="Zum Beispiel „Kopie des Zeugnisses“", optional=True),
            Field("agreed", "Absprache", "checks", options=AGREED),
        ),
        dict(hidden),
    )


def transfer_body(reading: Reading) -> dict[str, Any]:
    """The transfer as counselling takes it."""
    form = reading.form
    body: dict[str, Any] = {name: form.text(name) or None for name in ("body_id", "purpose", "kind", "details")}
    return body | {"agreed": bool(form.chosen("agreed"))}


def _entry(form: Form, name: str) -> Field:
    return next(entry for entry in form.fields if entry.name == name)


def body_named(directory: Directory, key: str) -> Mapping[str, Any]:
    """A body of the directory, an empty one where it is none."""
    items: Sequence[Mapping[str, Any]] = directory["items"]
    return next((one for one in items if one["body_id"] == key), {"name": "", "address": None})
