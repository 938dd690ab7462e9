"""Rules of items, the same for the desk and for files: states, area, AZAV, ways. Pure (domain 7 to 9)."""

from collections.abc import Collection, Mapping
from typing import Any

from services.registration.items.kinds import ItemType
from services.registration.model import check_offering_code
from services.registration.programmes.definition import Finding, Strength
from shared.problems import FieldProblem
from shared.vocabulary import ITEM_STATES, Area, Delivery, ItemKind, ItemState, Route, Term, YesNo
from shared.vocabulary.items import AzavState, CourseContent, EntryState

Values = Mapping[str, Any]
ASKED_FOR = (AzavState.REQUESTED, AzavState.APPROVED)
VIRTUAL = (Delivery.ONLINE, Delivery.BLENDED, Delivery.HYBRID)
CROSS_REGION_ROUND = "2023-2028"


def state_label(state: str) -> str:
    """A state in German."""
    known: dict[str, Term] = {str(term): term for kind in (ItemState, EntryState) for term in kind}
    return known[state].de if state in known else state


def check_item(values: Values, offerings: Collection[str]) -> list[FieldProblem]:
    """Problems of an item, from a file or from the desk; what a file does not say is not judged.

    Its state (VST-01, GP-01, PDB-01), its area (VST-02), its approval (VST-04 to VST-07, VST-10), its offering.
    """
    problems = check_offering_code(values.get("offering"), offerings)
    kind, state = ItemKind(values["item_kind"]), values["state"]
    if state not in ITEM_STATES[kind] and (kind, state) != (ItemKind.PROJECT, EntryState.DRAFT):
        shown, allowed = state_label(state), [other.de for other in ITEM_STATES[kind]]
        text = f"„{kind.de}“ kann nicht „{shown}“ sein."
        problems.append(FieldProblem("state", shown, text, f"Möglich sind: {', '.join(allowed)}.", allowed))
    if kind is ItemKind.TRANSFER:
        problems += _check_completed(values) + _check_azav(values)
    return problems


def _check_completed(values: Values) -> list[FieldProblem]:
    """What a completed transfer cannot be without."""
    if values["state"] != ItemState.COMPLETED:
        return []
    problems, azav = [], values.get("azav")
    if not values.get("area"):  # VST-02
        text = "Zu einer abgeschlossenen Verstetigung gehört genau ein Berufsbereich."
        allowed = [one.de for one in Area]
        problems.append(FieldProblem("area", None, text, f"Möglich sind: {', '.join(allowed)}.", allowed))
    if values.get("route") == Route.AZAV and azav not in (None, AzavState.NOT_STATED, AzavState.APPROVED):  # VST-04
        text = "Eine Förderung durch Agentur für Arbeit oder Jobcenter setzt die Zulassung der Maßnahme voraus."
        problems.append(FieldProblem("azav", azav, text, "Bitte die Zulassung abwarten oder einen anderen Weg wählen."))
    return problems


def _check_azav(values: Values) -> list[FieldProblem]:
    """What a request for approval under the AZAV cannot be without."""
    azav, problems = values.get("azav"), []
    if azav not in ASKED_FOR:
        return []
    if values.get("route") not in (None, Route.AZAV):  # VST-10
        text = "Mit einer Zulassung nach AZAV passt dieser Weg nicht zusammen."
        remedy = f"Bitte „{Route.AZAV.de}“ wählen, oder bei der Maßnahmezulassung „{AzavState.NONE.de}“."
        problems.append(FieldProblem("route", values.get("route"), text, remedy))
    if values.get("carrier_certified") != YesNo.YES:  # VST-05
        text = "Die Zulassung einer Maßnahme kann nur ein zertifizierter Träger beantragen."
        remedy = "Bitte zuerst die Trägerzertifizierung einholen."
        problems.append(FieldProblem("carrier_certified", values.get("carrier_certified"), text, remedy))
    if values.get("labour_market_interest") != YesNo.YES:  # VST-06
        text = "Ohne arbeitsmarktliches Interesse wird eine Maßnahme nicht zugelassen."
        remedy = "Bitte den Bedarf am Arbeitsmarkt darlegen."
        problems.append(FieldProblem("labour_market_interest", values.get("labour_market_interest"), text, remedy))
    if values.get("content") in (None, CourseContent.LANGUAGE):  # VST-07
        text = "Ein Kurs nur mit allgemeiner Sprache wird nicht zugelassen; er muss überwiegend fachlich sein."
        remedy = "Berufsbezogene Sprache darf fachliche Inhalte begleiten. Bitte die Inhalte angeben."
        problems.append(FieldProblem("content", values.get("content"), text, remedy))
    return problems


def findings(values: Values) -> list[Finding]:
    """What to think of, without refusing anything: ways that are often short (VST-10), virtual over Länder (VST-11)."""
    found, route = [], values.get("route")
    if route not in (None, Route.AZAV):
        text = "Dieser Weg trägt oft nicht auf Dauer."
        found.append(Finding("VST-10", Strength.NOTICE, text, "Bitte prüfen, wie es danach weitergeht.", "route"))
    over = values.get("cross_region") == YesNo.YES and values.get("delivery") in VIRTUAL
    if over and values.get("round") == CROSS_REGION_ROUND and values.get("carrier_certified") != YesNo.YES:
        text = "Bei einer länderübergreifenden virtuellen Qualifizierung soll der Träger schon zertifiziert sein."
        remedy = "Bitte die Trägerzertifizierung rechtzeitig einholen."
        found.append(Finding("VST-11", Strength.NOTICE, text, remedy, "carrier_certified"))
    return found


def check_step(kind: ItemType, before: str, after: str, reason: str | None) -> list[FieldProblem]:
    """Problems of a change of state: one that does not follow, or one without the reason it needs."""
    step = kind.step(before, after)
    if step is None:
        allowed = [state_label(one.after) for one in kind.steps if one.before == before]
        text = f"Von „{state_label(before)}“ führt kein Schritt zu „{state_label(after)}“."
        remedy = f"Möglich sind: {', '.join(allowed)}." if allowed else "Diesen Stand ändert hier niemand."
        return [FieldProblem("state", state_label(after), text, remedy, allowed)]
    if step.reason and not reason:
        text = f"Für den Schritt zu „{state_label(after)}“ fehlt der Grund."
        return [FieldProblem("reason", None, text, "Bitte kurz angeben, warum; er bleibt im Netzwerk.")]
    return []


def check_first(kind: ItemType, state: str) -> list[FieldProblem]:
    """Problems of the state in which an item is recorded."""
    if state in kind.first:
        return []
    allowed = [state_label(one) for one in kind.first]
    text = f"„{kind.title}“ beginnt nicht mit „{state_label(state)}“."
    return [FieldProblem("state", state_label(state), text, f"Möglich sind: {', '.join(allowed)}.", allowed)]
