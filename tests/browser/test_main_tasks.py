"""The five main tasks on one way: appointment, first counselling, referral, recognition, erasure.

By keyboard where it matters, with and without JavaScript, at 1280 and 320 px, the public pages also from right to left.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_axe import bookable, client, put
from tests.browser.test_pages import save, violations
from tests.support.local_run import LocalRun

pytestmark = [pytest.mark.browser, pytest.mark.timeout(360)]

FIRST, FOLLOW_UP = 8, 4
"""Decisions that a first and a further counselling may ask for."""
Look = Callable[[], None]


class Made(NamedTuple):
    """What is there before: an office where one may book, and a body of the directory."""

    office: str
    body: str


@pytest.fixture(scope="module")
def made(run: LocalRun) -> Iterator[Made]:
    """An office of the accounts' carrier with opening times, and a lawyer."""
    users = [client(run, "rp", role) for role in ("coordinator", "admin", "counsellor")]
    with contextlib.ExitStack() as stack:
        coordinator, admin, counsellor = (stack.enter_context(contextlib.closing(user)) for user in users)
        office = bookable(coordinator, admin, run.account("rp", "admin")["carrier_id"], "TERMIN")
        yield Made(office, put(counsellor, "bodies", kind="lawyer", name="Kanzlei am Hafen"))


def go(page: Page, where: str) -> None:
    """Follow a link or press a button."""
    with page.expect_navigation():
        page.click(where)


def press(page: Page, name: str) -> None:
    """Press a button or follow a link of this name by keyboard."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looked_at(page: Page, axe: str) -> None:
    """Nothing is wrong with the page at this width; axe-core needs JavaScript."""
    assert not axe or violations(page, axe) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def decisions(page: Page) -> int:
    """Fields of a form that somebody has to look at: what is folded is known, or not needed for every record."""
    return page.locator("main form.stack .field").locator("visible=true").count()


def book(page: Page, office: str, name: str, language: str, look: Look) -> None:
    """From the public page to the page of the link, by keyboard."""
    page.goto(f"/termin?sprache={language}")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else None)
    assert page.locator("a[hreflang=tr]").count() == 1  # each language is offered once
    go(page, f"main a.button[href*='{office}']")
    page.wait_for_timeout(3200)  # nobody types faster
    page.focus("input[name=starts_at] >> nth=0")
    page.keyboard.press("Space")
    page.fill("#feld-name", name)
    look()
    save(page)
    assert page.locator("p.big").is_visible()
    assert name not in page.url + page.content()
    look()


def counsel(page: Page, name: str) -> str:
    """From the week of staff by one click into a session, with a further one after it; the address of the case."""
    page.goto("/termine")
    booked = page.locator(f"tr:has(th:has-text('{name}')):has-text('vereinbart') a")
    if not booked.count():  # it is the end of a week
        go(page, "text=Nächste Woche")
    with page.expect_navigation():
        booked.first.click()
    go(page, "text=Beratung beginnen")
    assert page.input_value("#feld-name") == name
    assert decisions(page) <= FIRST
    go(page, "main form.stack button[type=submit]:text-is('Speichern')")
    assert "Erstberatung" in page.inner_text("h1")
    first = page.url
    press(page, "Folgeberatung")
    assert decisions(page) <= FOLLOW_UP
    assert page.input_value("#feld-name") == name
    page.goto(first)
    press(page, "Zum Fall")
    return page.url.partition("?")[0]


def refer(page: Page, body: str, look: Look) -> None:
    """CON-02 to CON-04: blocked without a consent, nothing typed is lost; then told and logged; withdrawn, blocked."""

    def choose(tick: str) -> None:
        page.select_option("#feld-body_id", body)
        page.check(f"input[name={tick}]")

    press(page, "Verweis anlegen")
    choose("named")
    page.fill("#feld-note", "Kündigung prüfen")
    save(page)
    assert "keine Entbindung von der Schweigepflicht" in page.inner_text(".box--error")
    assert page.input_value("#feld-note") == "Kündigung prüfen"
    look()
    press(page, "Entbindung drucken oder aufnehmen")
    assert page.is_checked("input[name=purposes][value=referral]")
    press(page, "Unterschrieben, speichern")
    press(page, "Verweis anlegen")
    choose("named")
    save(page)
    assert "namentlicher Verweis" in page.inner_text("#verweise")
    look()
    press(page, "Widerrufen")
    press(page, "Weitergabe festhalten")
    choose("agreed")
    save(page)
    assert "wurde widerrufen" in page.inner_text(".box--error")
    look()


def recognise(page: Page, name: str, look: Look) -> None:
    """From the application to the partial notice, and what is due then."""
    press(page, "Verfahren anlegen")
    page.fill("#feld-reference_occupation", "8130")
    page.select_option("#feld-state", "application_filed")
    page.fill("#feld-since", "01.06.2026")
    go(page, "text=Stellen suchen")
    expect(page.locator("#feld-since")).to_have_value("01.06.2026")
    go(page, "main button:text-is('Speichern')")
    page.select_option("#feld-state", "notice")
    page.fill("#feld-since", "05.10.2026")
    go(page, "text=Stand speichern")
    expect(page.get_by_role("alert")).to_contain_text("fehlt das Ergebnis")
    page.select_option("#feld-outcome", "partial")
    go(page, "text=Stand speichern")
    expect(page.get_by_text("der nächste Schritt ist die Qualifizierungsberatung")).to_be_visible()
    look()
    page.goto("/")
    go(page, f"tr:has-text('{name}') >> text=Qualifizierungsberatung anbieten")
    go(page, "text=vormerken")
    expect(page.locator("main")).to_contain_text("Geplant: Qualifizierungsberatung")


def erase(page: Page, case: str) -> None:
    """From the case to the person, and her erasure: a reason, then a word; then nobody finds her or the case."""
    page.goto(case)
    press(page, "Zur Person")
    person = page.url
    press(page, "Löschen")
    page.check("input[name=reason][value=wish]")
    save(page)
    page.fill("#feld-word", "löschen")
    save(page)
    assert page.inner_text("h1") == "Gelöscht"
    for address in (person, case):
        wait_until_gone(page, address)


def wait_until_gone(page: Page, address: str) -> None:
    """The case follows the person in a few seconds."""
    for _ in range(40):
        answer = page.goto(address)
        if answer is not None and answer.status == 404:
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{address} is still there")


@pytest.mark.parametrize(("width", "javascript", "language"), [(1280, True, "ar"), (320, False, "de")])
def test_from_an_appointment_to_the_erasure_of_the_person(
    run: LocalRun,
    browser: Browser,
    sign_in: SignIn,
    axe: str,
    made: Made,
    *,
    width: int,
    javascript: bool,
    language: str,
) -> None:
    name, gateway = f"Beispiel{uuid4().hex[:8]}", run.account("rp", "counsellor")["gateway"]
    phone = {"width": 320, "height": 900}
    with browser.new_context(base_url=gateway, viewport=phone, java_script_enabled=javascript) as context:
        page = context.new_page()
        for number in range(1 + javascript):  # a second one, to be cancelled
            book(page, made.office, name, language, partial(looked_at, page, axe if javascript and not number else ""))
        if javascript:
            go(page, "main form button[type=submit]")
            assert page.locator("main form").count() == 0
    desk = sign_in("rp", "counsellor", width, javascript=javascript)
    look = partial(looked_at, desk, axe if javascript else "")
    case = counsel(desk, name)
    refer(desk, made.body, look)
    desk.goto(case)
    recognise(desk, name, look)
    erase(desk, case)
