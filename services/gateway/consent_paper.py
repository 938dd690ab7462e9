"""The release from confidentiality on paper: plain German to sign, plain English to understand it by."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.gateway.paper import render_pdf
from shared.vocabulary.consents import ConsentPurpose


class Agreement(NamedTuple):
    """What somebody is to sign: who allows whom to tell which body something, what for, what, and until when."""

    person: str
    carrier: str
    body: str
    address: str
    purposes: Sequence[ConsentPurpose]
    details: str
    until: date


GERMAN: Mapping[str, str] = {
    "title": "Entbindung von der Schweigepflicht",
    "lead": "Die Beratung ist vertraulich. Ohne Ihr Einverständnis sagen wir niemandem etwas über Sie. "
    "Mit diesem Blatt erlauben Sie uns eine Ausnahme. Sie entscheiden das frei.",
    "who": "Ich",
    "whom": "erlaube den Beratenden von",
    "body": "mit dieser Stelle über mich zu sprechen und ihr Unterlagen von mir zu geben",
    "purposes": "Wofür",
    "details": "Was",
    "needed": "nur das, was dafür nötig ist",
    "until": "Die Erlaubnis gilt ab der Unterschrift bis zum",
    "rights": "Was ich wissen soll",
    "free": "Ich muss nicht unterschreiben. Die Beratung geht auch ohne dieses Blatt weiter.",
    "again": "Ich kann die Erlaubnis jederzeit zurücknehmen, auch mündlich und ohne Grund. "
    "Ab dann wird nichts mehr weitergegeben.",
    "past": "Was bis dahin weitergegeben wurde, kann nicht zurückgeholt werden. Ich kann jederzeit sehen, "
    "wem wann was gesagt wurde.",
    "before": "Vor jeder Weitergabe wird mit mir gesprochen.",
    "sign": "Ort, Datum und Unterschrift",
    "withdrawal": "Ich nehme diese Erlaubnis zurück (Datum und Unterschrift)",
    "note": "",
}
ENGLISH: Mapping[str, str] = {
    "title": "Release from confidentiality",
    "lead": "Counselling is confidential. Without your agreement we tell nobody anything about you. "
    "With this sheet you allow us one exception. You are free to decide.",
    "who": "I",
    "whom": "allow the counsellors of",
    "body": "to talk about me with this body and to give it documents of mine",
    "purposes": "What for",
    "details": "What",
    "needed": "only what is needed for that",
    "until": "This holds from my signature until",
    "rights": "What I should know",
    "free": "I do not have to sign. Counselling goes on without this sheet.",
    "again": "I can take this permission back at any time, by word of mouth too, and without giving a reason. "
    "From then on nothing more is passed on.",
    "past": "What was passed on before cannot be taken back. I can see at any time who was told what, and when.",
    "before": "Somebody talks with me before anything is passed on.",
    "sign": "Place, date and signature",
    "withdrawal": "I take this permission back (date and signature)",
    "note": "For your information: please sign the German page.",
}
RIGHTS = ("free", "again", "past", "before")


def pages(agreement: Agreement) -> list[dict[str, Any]]:
    """The page to sign and its translation, as screen and paper show them."""
    return [_page(agreement, "de", GERMAN), _page(agreement, "en", ENGLISH)]


def _page(agreement: Agreement, language: str, words: Mapping[str, str]) -> dict[str, Any]:
    named = agreement.purposes
    until = f"{agreement.until:%d.%m.%Y}" if language == "de" else f"{agreement.until.day} {agreement.until:%B %Y}"
    facts = [
        (words["who"], agreement.person),
        (words["whom"], agreement.carrier),
        (words["body"], ", ".join(filter(None, (agreement.body, agreement.address)))),
        (words["purposes"], "; ".join(one.de if language == "de" else one.en for one in named)),
        (words["details"], agreement.details or words["needed"]),
        (words["until"], until),
    ]
    kept = {name: words[name] for name in ("title", "lead", "rights", "sign", "withdrawal", "note")}
    return kept | {"language": language, "facts": facts, "points": [words[name] for name in RIGHTS]}


def consent_pdf(agreement: Agreement, today: date, *, synthetic: bool) -> bytes:
    """The PDF, marked where persons are invented (`synthetic`). CPU-bound: call it in a thread."""
    return render_pdf("consent.typ", {"pages": pages(agreement), "synthetic": synthetic}, {}, dated=today)
