"""Every page is accessible (axe, WCAG 2.2 A and AA), fits 320 px, and says that data are synthetic.

In `make test` each page is visited once, in changing widths, schemes and languages; `make axe` visits every page
of every role in all of them.
"""

import io
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby, product
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest
from playwright.sync_api import Page

from services.registration.appointments.tickets import token_of
from services.registration.attendance.feedback import token_of as feedback_token
from services.registration.enrolment.registering import ticket_of
from shared.clock import now, today
from shared.topology import CENTRE
from tests.browser.conftest import SignIn
from tests.browser.test_pages import violations
from tests.support.addresses import ACCOUNTS, NETWORK, pages
from tests.support.appointments import OFFICE, at, office_units
from tests.support.bodies import COMMENT, VIEW
from tests.support.enrolment import REGISTRATION, open_run
from tests.support.local_run import LocalRun

FULL = bool(os.environ.get("IQ_AXE"))
pytestmark = [pytest.mark.browser, pytest.mark.timeout(3600 if FULL else 240)]

PAGES = pages(once=not FULL)
VISITORS = [account for account in ACCOUNTS if any(entry[:2] == account for entry in PAGES)]
"""Who has pages to visit: when each is visited once, some accounts' pages are all visited by others."""

Scheme = Literal["light", "dark"]
WIDTHS = (1280, 320)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PUBLIC = {"method": "minimum3", "tables": [{"indicator": "structure_units", "by": "kind"}]}
# German that is not marked as such: its letters, or words that English does not have. Names are no German text.
FOREIGN = """names => {
    const german = /[äöüßÄÖÜ]|\\b(und|oder|nicht|für|von|zum|zur|mit|ist|wird|sind|eine?|keine?|bitte|bis)\\b/i;
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest("[lang]").lang !== "en" || parent.closest("script, style, code")) continue;
        const text = names.reduce((kept, name) => kept.replaceAll(name, ""), walker.currentNode.data);
        if (german.test(text)) found.push(text.trim().slice(0, 120));
    }
    return found;
}"""
NAMES = ["Baden-Württemberg", "Türkiye", "Länder", "Volapük", "Bokmål", "Prüfung"]


class View(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: Scheme
    language: str


def views(languages: tuple[str, ...], place: int) -> list[View]:
    """All ways to look at a page, or the one whose turn it is."""
    found = [View(width, scheme, language) for language, width, scheme in product(languages, WIDTHS, SCHEMES)]
    return found if FULL else [found[(place * 3) % len(found)]]


def client(run: LocalRun, region: str, role: str) -> httpx2.Client:
    account = run.account(region, role)
    found = httpx2.Client(base_url=account["gateway"], trust_env=False, timeout=60)
    form = {"username": account["username"], "password": account["password"], "purpose": "Prüfung"}
    token = found.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
    found.headers["Authorization"] = f"Bearer {token}"
    return found


def put(user: httpx2.Client, resource: str, **body: Any) -> str:
    """Record something; its id."""
    key = str(uuid4())
    user.put(f"/api/v1/{resource}/{key}", json=body).raise_for_status()
    return key


def body_of(user: httpx2.Client, case: str, day: str) -> str:
    """A body of the directory, which a case has a consent and a named referral for."""
    body = put(user, "bodies", kind="lawyer", name="Kanzlei am Markt", languages=["uk"])
    put(user, f"{case}/consents", body_id=body, purposes=["referral"], signed_on=day, valid_until=day)
    put(user, f"{case}/referrals", body_id=body, date=day, named=True, agreed=True)
    return body


def registered(trainer: httpx2.Client, key: str) -> tuple[str, str]:
    """A run that is open with a registration; the run's id, and what the link of the registration holds."""
    training = put(trainer, "runs", **open_run(now() + timedelta(days=14)))
    return training, ticket_of(UUID(put(trainer, f"runs/{training}/registrations", **REGISTRATION)), key)


def bookable(coordinator: httpx2.Client, admin: httpx2.Client, carrier: str, code: str) -> str:
    """An office of a carrier where everyone may book; its id."""
    units = office_units(carrier, code)
    for key, unit in list(units.items())[1:]:  # a local run knows its carriers
        coordinator.put(f"/api/v1/structure/{key}", json=unit).raise_for_status()
    office = list(units)[-1]
    admin.put(f"/api/v1/offices/{office}", json=OFFICE | {"places": 5}).raise_for_status()
    return office


def beside(trainer: httpx2.Client, run: str, key: str) -> dict[str, str]:
    """The open feedback of a run, and a contact person."""
    trainer.put(f"/api/v1/runs/{run}/feedback", json={"open": True}).raise_for_status()
    contact = put(trainer, "contact-persons", name="Beispiel, Person", house="Jobcenter am Fluss")
    return {"feedback": feedback_token(UUID(run), key), "contact_person": contact}


def training_run(trainer: httpx2.Client, day: str) -> dict[str, str]:
    """A run whose sizes need a reason, with a date."""
    course = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "starts_on": day, "max_places": 9}
    run = put(trainer, "runs", **course)
    kickoff = {"step": "kickoff", "starts_at": at(9), "ends_at": at(12)}
    return {"run": run, "run_date": put(trainer, f"runs/{run}/meetings", **kickoff)}


def published_project(trainer: httpx2.Client, coordinator: httpx2.Client) -> str:
    """A project of the database, released."""
    texts = {"title": "Willkommensmappe", "programme": "iko", "organisation": "Jobcenter Musterstadt", "topic": "other"}
    texts |= {"house_type": "job_centre", "idea": "Idee", "done": "Getan", "result": "Ergebnis"}
    item = put(trainer, "items", item_kind="project", values=texts)
    trainer.post(f"/api/v1/items/{item}/submit", json={"revision": 1}).raise_for_status()
    seen = {"revision": 2, "seen_as_public": True}
    coordinator.post(f"/api/v1/items/{item}/release", json=seen).raise_for_status()
    return item


def of_trainers(trainer: httpx2.Client, coordinator: httpx2.Client, key: str, day: str) -> dict[str, str]:
    """Runs with dates and a registration, an item, an offering with a participation."""
    training, ticket = registered(trainer, key)
    offering = put(trainer, "offerings", code=f"AXE-{day}", title="Brücke", measure="specialized", starts=day)
    return {
        **training_run(trainer, day),
        **beside(trainer, training, key),
        "registration_ticket": ticket,
        "item": published_project(trainer, coordinator),
        "offering": offering,
        "participation": put(trainer, "participations", offering=f"AXE-{day}", entered_on=day),
    }


@pytest.fixture(scope="module")
def records(run: LocalRun) -> Iterator[dict[str, str]]:
    """What pages with an id in their address show, by the names of ADDRESSES."""
    day = today().isoformat()
    counsellor, trainer = client(run, NETWORK, "counsellor"), client(run, NETWORK, "trainer")
    admin, coordination = client(run, NETWORK, "admin"), client(run, CENTRE, "coordination")
    line = {"date": day, "programme_line": "fair_integration"}
    person = put(counsellor, "persons", family_name="Beispiel", given_names="Person")
    session = put(counsellor, "sessions", **line, person_id=person, nationality="SY", channel="in_person")
    (case,) = counsellor.get(f"/api/v1/cases?person_id={person}").raise_for_status().json()["items"]
    partial = {"state": "notice", "outcome": "partial", "since": day, "reference_occupation": "8130", "land": "rp"}
    procedure = put(counsellor, f"cases/{case['case_id']}/procedures", **partial)
    put(counsellor, f"cases/{case['case_id']}/procedures/{procedure}/stages", kind="measure", on=day)
    group = put(counsellor, "groups", **line, group_type="information", participants=7)
    training = line | {"programme_line": "intercultural", "format": "training", "role": "own", "number": 1}
    meeting = put(trainer, "meetings", **training, participants=12)
    list_of_old = io.BytesIO(b"Nummer;Datum\r\n1;31.02.2026\r\n")
    headers = {"Content-Type": "text/csv"}
    network = client(run, NETWORK, "coordinator")
    office = bookable(network, admin, run.account(NETWORK, "admin")["carrier_id"], "AXE")
    appointment = put(counsellor, "appointments", name="Beispiel", phone="0123 456", office_id=office, starts_at=at(9))
    ticket = token_of(UUID(appointment), run.signing_key(NETWORK))
    job = admin.post("/api/v1/imports/sessions", content=list_of_old.read(), headers=headers).raise_for_status().json()
    body = PUBLIC | {"title": "Struktur", "as_of": (today() - timedelta(days=1)).isoformat()}
    edition = coordination.post("/api/v1/editions", json=body).raise_for_status().json()["edition_id"]
    coordination.post(f"/api/v1/editions/{edition}/publish").raise_for_status()
    submitted = network.post("/api/v1/editions", json=body).raise_for_status().json()["edition_id"]
    network.post(f"/api/v1/editions/{submitted}/submit").raise_for_status()
    yield {
        "person": person,
        "session": session,
        "case": case["case_id"],
        "procedure": procedure,
        "body": body_of(counsellor, f"cases/{case['case_id']}", day),
        "office": office,
        "appointment": appointment,
        "ticket": ticket,
        "group": group,
        "meeting": meeting,
        **of_trainers(trainer, network, run.signing_key(NETWORK), day),
        "job": job["import_id"],
        "edition": edition,
        "view": put(coordination, "views", **VIEW),
        "comment": put(coordination, "comments", **COMMENT),
        "submitted": submitted,
    }
    for user in (counsellor, trainer, admin, coordination, network):
        user.close()


def look(page: Page, address: str, chosen: Sequence[View], axe: str) -> Iterator[tuple[Any, ...]]:
    """What is wrong with a page, loaded once for each language and then looked at in several ways."""
    for language, group in groupby(chosen, key=lambda view: view.language):
        answer = page.goto(f"{address}{'&' if '?' in address else '?'}sprache={language}")
        if answer is None or answer.status >= 500:
            yield address, language, "failed"
        for view in group:
            yield from ((address, *view, problem) for problem in seen(page, view, axe))


def seen(page: Page, view: View, axe: str) -> list[str]:
    """What is wrong with the page that is loaded, looked at in one way."""
    page.set_viewport_size({"width": view.width, "height": 900})
    page.emulate_media(color_scheme=view.scheme)
    wrong = violations(page, axe)
    if page.evaluate("document.documentElement.lang") != view.language:
        wrong.append("another language")
    if not page.locator("aside.notice strong").is_visible():
        wrong.append("no mark of synthetic data")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("wider than the window")
    if view.language == "en":
        wrong += [f"German: {text}" for text in page.evaluate(FOREIGN, NAMES)]
    return wrong


@pytest.mark.parametrize(("region", "role"), VISITORS, ids=["-".join(account) for account in VISITORS])
def test_pages_are_accessible(sign_in: SignIn, axe: str, records: dict[str, str], region: str, role: str) -> None:
    found = [(place, entry) for place, entry in enumerate(PAGES) if entry[:2] == (region, role)]
    page, wrong, looked = sign_in(region, role), [], 0
    for place, entry in found:
        chosen = views(entry.languages, place)
        looked += len(chosen)
        wrong += look(page, entry.address.format(**records), chosen, axe)
    print(f"{region} {role}: {looked} views, {len(wrong)} problems")
    assert wrong == []
