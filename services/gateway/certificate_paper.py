"""Certificates of runs as a PDF: a page for each, with the code with which everyone can check it (IKO-27)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.gateway.paper import picture_of, render_pdf, unprintable
from shared.problems import Problem
from shared.vocabulary import Programme
from shared.vocabulary.certificates import CertificateKind
from shared.vocabulary.runs import RegistrationState

K, P, S = CertificateKind, Programme, RegistrationState
CHECK = "/nachweis"
TOOK_PART = "hat teilgenommen an"
COMPLETED: Mapping[str, str] = {
    P.IKKE_MIB: "hat Seminar, Coaching und Verstetigung abgeschlossen und ist qualifizierte Ansprechperson für "
    "interkulturelle Kompetenz in",
    P.IKBO: "hat die einjährige Ausbildung abgeschlossen und ist Interkulturelle*r Botschafter*in (IKB):",
}
"""What completing a programme makes somebody (IKKE-23, IKBO-07)."""
STANDING: Mapping[str, str] = {
    S.SUBMITTED: "ist angemeldet; über die Plätze wird noch entschieden:",
    S.ACCEPTED: "ist angemeldet und hat einen zugesagten Platz:",
    S.WAITING: "ist angemeldet und steht auf der Warteliste:",
    S.OFFERED: "ist angemeldet; ein Platz ist angeboten:",
}
TITLES: Mapping[str, str] = {kind.value: kind.de for kind in K} | {K.HOUSE.value: K.ATTENDANCE.de}
ALT = "QR-Code mit der Adresse, unter der sich diese Bescheinigung prüfen lässt"
CHECKING = "Ob diese Bescheinigung gültig ist, lässt sich mit diesem Code prüfen. Die Seite zeigt keinen Namen."
NO_GLYPHS = (
    "„{name}“ enthält Zeichen, die die Schrift der Bescheinigungen nicht hat: {missing}. Bitte ziehen Sie diese "
    "Bescheinigung zurück und stellen Sie eine neue aus, mit dem Namen in lateinischer Schrift wie im Ausweis."
)


def statement(item: Mapping[str, Any]) -> str:
    """What is certified, between the name and the title of the run."""
    if item["kind"] == K.REGISTRATION:
        return STANDING[item["standing"]]
    if item["kind"] == K.COMPLETION:
        return COMPLETED.get(item["programme"], "hat erfolgreich abgeschlossen")
    return TOOK_PART


def span(item: Mapping[str, Any]) -> str:
    """From when to when."""
    first, last = (date.fromisoformat(item[name]) for name in ("starts_on", "ends_on"))
    return f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y} bis {last:%d.%m.%Y}"


def extent(days: int, minutes: int) -> str:
    """How much: `2 Tage, 11,5 Stunden`; nothing for nothing."""
    if not days:
        return ""
    hours = f"{minutes / 60:.1f}".removesuffix(".0").replace(".", ",")
    return f"{days} {'Tag' if days == 1 else 'Tage'}, {hours} {'Stunde' if hours == '1' else 'Stunden'}"


def page(item: Mapping[str, Any], base_url: str, network: str) -> dict[str, Any]:
    """What one page says."""
    planned = item["kind"] == K.REGISTRATION
    issued = f"{date.fromisoformat(item['issued_on']):%d.%m.%Y}"
    facts = [("Termin" if planned else "Zeitraum", span(item)), ("Umfang", extent(item["days"], item["minutes"]))]
    return {
        "kind": TITLES[item["kind"]],
        "carrier": item["carrier"] or network,
        "network": network,
        "house": "Das Haus" if item["kind"] == K.HOUSE else "",
        "name": item["name"],
        "statement": statement(item),
        "title": item["title"],
        "facts": [(name, value) for name, value in facts if value],
        "contents": item["contents"],
        "issued": f"Ausgestellt am {issued} von {item['carrier'] or network}",
        "sign": "Ort, Datum, Unterschrift",
        "checking": CHECKING,
        "address": f"{base_url}{CHECK}",
        "code": item["code"] or "",
        "alt": ALT,
    }


def certificates_pdf(items: Sequence[Mapping[str, Any]], base_url: str, network: str, *, synthetic: bool) -> bytes:
    """The PDF of some certificates, marked where persons are invented. CPU-bound: call it in a thread.

    `items` as registration tells them, `base_url` is where browsers find the page that checks codes. The same
    certificates give the same bytes. Raises Problem 409 for a name that cannot be printed as it is written.
    """
    for item in items:
        if missing := unprintable(item["name"]):
            raise Problem(409, NO_GLYPHS.format(name=item["name"], missing=" ".join(missing)))
    pages = [page(item, base_url, network) for item in items]
    pictures = {one["code"]: picture_of(f"{one['address']}/{one['code']}") for one in pages if one["code"]}
    dated = max(date.fromisoformat(item["issued_on"]) for item in items)
    return render_pdf("certificate.typ", {"pages": pages, "synthetic": synthetic}, pictures, dated=dated)
