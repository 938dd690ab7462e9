"""Addresses of all pages of the gateways, made from their routes: who visits which, in which languages they exist."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.gateway.language_choice import translated
from shared.topology import CENTRE
from shared.vocabulary.permissions import PERMISSIONS
from tests.support.routes import applications, declared

NETWORK = "rp"
ACCOUNTS = [
    *((CENTRE, role) for role in ("coordination", "reader", "jury", "operations")),
    *((NETWORK, role) for role in ("counsellor", "trainer", "admin", "coordinator")),
]
"""Who visits pages; of several who may, the first that is fit visits it when each page is visited once."""
DATE = "/durchgaenge/{run_id}/termine/{run_meeting_id}"
NO_PAGES = {
    *("/healthz", "/readyz", "/openapi.json", "/daten/katalog.jsonld", "/daten/{key}.{form}", "/export/datei"),
    *("/daten/verzeichnis.json", "/daten/{key}/{number}.{form}"),
    "/personen/{person_id}/auskunft/{form}",
    *(f"/berichte/{{key}}/buch.{form}" for form in ("pdf", "xlsx")),
    *("/import/{kind}/vorlage.xlsx", "/import/{kind}/{job_id}/fehler.csv", "/tabellen/broschuere.pdf"),
    *("/anmelden/start", "/anmelden/rueckkehr"),  # on the way to the provider and back
    *(
        "/personen/berufe",
        "/aenderungen/beratung",
        "/aenderungen/bildung",
    ),  # parts of pages
    "/termin/{token}/kalender",
    f"{DATE}/anwesenheit/liste.pdf",
    "/durchgaenge/{run_id}/kalender",
    "/kalender/{token}",
    "/good-practice/{key}.pdf",
}
# How parameters are filled: by a name of what the test records before.
ADDRESSES: Mapping[str, str] = {
    "/beratungen/{session_id}": "/beratungen/{session}",
    "/beratungen/{session_id}/korrigieren": "/beratungen/{session}/korrigieren",
    "/faelle/{case_id}": "/faelle/{case}",
    "/faelle/{case_id}/verfahren/neu": "/faelle/{case}/verfahren/neu",
    "/faelle/{case_id}/verfahren/{key}": "/faelle/{case}/verfahren/{procedure}",
    "/faelle/{case_id}/verfahren/{key}/bearbeiten": "/faelle/{case}/verfahren/{procedure}/bearbeiten",
    **{f"/faelle/{{case_id}}/{form}": f"/faelle/{{case}}/{form}" for form in ("verweis", "entbindung", "weitergabe")},
    "/faelle/{case_id}/vertraulich": "/faelle/{case}/vertraulich",
    "/faelle/{case_id}/ordner": "/faelle/{case}/ordner",
    "/stellen/{body_id}/bearbeiten": "/stellen/{body}/bearbeiten",
    "/import/{kind}/{job_id}": "/import/sessions/{job}",
    "/berichte/{key}": "/berichte/{book}",
    "/bund/linie/{programme_line}": "/bund/linie/recognition_counselling?as_of=jetzt",
    "/bund/netzwerk/{region}": f"/bund/netzwerk/{NETWORK}?as_of=jetzt",
    "/auswertung/linie/{programme_line}": "/auswertung/linie/recognition_counselling?as_of=jetzt",
    "/daten/{key}": "/daten/{edition}",
    "/methoden/{code}": "/methoden/first_counsellings",
    "/ansichten/neu": "/ansichten/neu?seite=%2Fanfrage%3Findicator%3Dreferrals",
    **{f"/ansichten/{{key}}{end}": f"/ansichten/{{view}}{end}" for end in ("", "/bearbeiten")},
    **{
        f"/ansichten/kommentare/{{key}}/{end}": f"/ansichten/kommentare/{{comment}}/{end}"
        for end in ("antworten", "bearbeiten")
    },
    "/tabellen/{table_id}": "/tabellen/t05",
    "/veroeffentlichungen/{key}": "/veroeffentlichungen/{edition}",
    "/veroeffentlichungen/einreichungen/{region}/{key}": f"/veroeffentlichungen/einreichungen/{NETWORK}/{{submitted}}",
    "/veroeffentlichungen/{key}/aenderungen": "/veroeffentlichungen/{edition}/aenderungen",
    "/termin/zeiten": "/termin/zeiten?stelle={office}",
    "/termin/{token}": "/termin/{ticket}",
    "/anmeldung/durchgang/{run_id}": "/anmeldung/durchgang/{run}",
    "/anmeldung/{token}": "/anmeldung/{registration_ticket}",
    **{f"/durchgaenge/{{run_id}}/anmeldungen{end}": f"/durchgaenge/{{run}}/anmeldungen{end}" for end in ("", "/neu")},
    "/termine/{appointment_id}": "/termine/{appointment}",
    "/termine/stellen/{office_id}": "/termine/stellen/{office}",
    "/durchgaenge/{run_id}": "/durchgaenge/{run}",
    "/durchgaenge/{run_id}/bearbeiten": "/durchgaenge/{run}/bearbeiten",
    "/durchgaenge/{run_id}/vorschlag": "/durchgaenge/{run}/vorschlag",
    "/durchgaenge/{run_id}/termine/neu": "/durchgaenge/{run}/termine/neu",
    "/durchgaenge/{run_id}/termine/{run_meeting_id}": "/durchgaenge/{run}/termine/{run_date}",
    "/personen/{person_id}": "/personen/{person}",
    "/personen/{person_id}/bearbeiten": "/personen/{person}/bearbeiten",
    "/personen/{person_id}/auskunft": "/personen/{person}/auskunft",
    "/personen/{person_id}/loeschen": "/personen/{person}/loeschen",
    f"{DATE}/anwesenheit": "/durchgaenge/{run}/termine/{run_date}/anwesenheit",
    "/ansprechpersonen/{key}/bearbeiten": "/ansprechpersonen/{contact_person}/bearbeiten",
    "/rueckmeldung/{token}": "/rueckmeldung/{feedback}",
    **{f"/vorgaenge/{{item_id}}{more}": f"/vorgaenge/{{item}}{more}" for more in ("", "/bearbeiten", "/vorschau")},
    "/praktisch/{key}": "/praktisch/{item}",
    "/good-practice/{key}": "/good-practice/{sheet}",
    "/good-practice/uebertragungen/{key}/bearbeiten": "/good-practice/uebertragungen/{sheet_transfer}/bearbeiten",
    **{f"/gremium/{{sitting_id}}{end}": f"/gremium/{{sitting}}{end}" for end in ("", "/bearbeiten", "/protokoll")},
    "/gremium/{sitting_id}/{item_id}": "/gremium/{sitting}/{proposal}",
    "/durchgaenge/{run_id}/bescheinigungen": "/durchgaenge/{run}/bescheinigungen",
    "/nachweis/{code}": "/nachweis/4F7K-9QWX-2M0Z-HT3B",
    "/gruppen/{key}/korrigieren": "/gruppen/{group}/korrigieren",
    "/teilnahmen/{key}/korrigieren": "/teilnahmen/{participation}/korrigieren",
    "/teilnahmen/{key}/ende": "/teilnahmen/{participation}/ende",
    "/teilnahmen/angebote/{key}/bearbeiten": "/teilnahmen/angebote/{offering}/bearbeiten",
    "/schulungen/{key}/korrigieren": "/schulungen/{meeting}/korrigieren",
}
ASKED = "/anfrage?indicator=first_counsellings"
# Pages that look different with what is asked, refused or missing.
MORE: Mapping[tuple[str, str], tuple[str, ...]] = {
    (CENTRE, "coordination"): (
        "/bund?as_of=jetzt",
        "/bund?jahr=2022&quartal=3&karte=qualification_entries",
        "/bund/linie/gibt-es-nicht",
        "/bund/vollstaendigkeit?jahr=2022",
        "/bund/weg?verweise=ja",
        "/bund/verstetigung?runde=unsinn",
        f"{ASKED}&wechsel=1",
        f"{ASKED}&by=region&as_of=jetzt",
        f"{ASKED}&by=month,region&as_of=jetzt",
        f"{ASKED}&from=13/2019",
        "/vergleich?a=indicator%3Dreferrals&b=indicator%3Dreferrals%26from%3D2022",
        "/veroeffentlichungen/vergleich?a={edition}&b={edition}",
        "/tabellen?stichtag=unsinn",
        "/tabellen/t02",
        "/qualitaet?regel=silent_network",
        "/qualitaet?nachfragen=gibt-es-nicht",
        "/gibt-es-nicht",
    ),
    (CENTRE, "reader"): ("/", "/bund"),
    (CENTRE, "jury"): ("/gremium", "/gremium/{sitting}", "/gremium/{sitting}/{proposal}"),
    (NETWORK, "counsellor"): (f"{ASKED}&by=gender,age_group&as_of=jetzt", f"{ASKED}&from=13/2019", "/bund"),
    (NETWORK, "admin"): ("/protokoll?von=unsinn", "/gibt-es-nicht"),
    (NETWORK, "trainer"): (
        "/vorgaenge/neu?art=transfer",
        "/vorgaenge/neu?art=good_practice",
        "/vorgaenge/neu?art=project",
    ),
    (NETWORK, "coordinator"): (
        "/impressum",
        "/datenschutz",
        "/barrierefreiheit",
        "/daten",
        "/veroeffentlichungen/neu",
        "/qualitaet",
        "/qualitaet/nachfragen",
    ),
}
# Where a page is at home, if not with the first who may open it.
OF_NETWORKS = ("", *(f"/{page}" for page in ("vollstaendigkeit", "vollstaendigkeit/zeitnaehe", "weg", "verstetigung")))
HOMES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("/", "/fragen", *(f"/auswertung{page}" for page in OF_NETWORKS)), (NETWORK, "counsellor")),
    "/auswertung/kohorten": (NETWORK, "coordinator"),
    "/auswertung/linie/{programme_line}": (NETWORK, "coordinator"),
}


class Page(NamedTuple):
    """A page for a visitor, and the languages in which it exists for her."""

    region: str
    role: str
    address: str
    languages: tuple[str, ...]


def templates(region: str) -> Iterator[tuple[str, str | None]]:
    """(path, permission) of every page of a gateway."""
    for route in declared(applications()[f"{region}.gateway"]):
        if route.method == "GET" and not route.path.startswith("/api/") and route.path not in NO_PAGES:
            yield route.path, route.permission


def uncovered() -> list[str]:
    """Pages whose parameters nobody fills."""
    return [path for path, _ in templates(NETWORK) if "{" in path and path not in ADDRESSES]


def pages(*, once: bool) -> list[Page]:
    """Every page for every role that may open it, or (`once`) for one of them."""
    found, seen = [], set()
    by_region = {region: list(templates(region)) for region in (CENTRE, NETWORK)}
    for region, role in ACCOUNTS:
        for path, permission in by_region[region]:
            away = HOMES.get(path, (region, role)) != (region, role)
            if (permission and role not in PERMISSIONS[permission]) or (once and (path in seen or away)):
                continue
            seen.add(path)
            found.append(page(region, role, ADDRESSES.get(path, path)))
        found += [page(region, role, address) for address in MORE.get((region, role), ())]
    return found


def page(region: str, role: str, address: str) -> Page:
    """A page with its languages."""
    both = translated(address.partition("?")[0], centre=region == CENTRE)
    return Page(region, role, address, ("de", "en") if both else ("de",))
