"""An appointment from the public page to a session, at 320 px, with and without JavaScript, also from right to left."""

import contextlib
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SignIn
from tests.browser.test_axe import bookable, client
from tests.browser.test_pages import save, violations
from tests.support.local_run import LocalRun

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def office(run: LocalRun) -> str:
    """An office of the accounts' carrier with opening times; its id."""
    coordinator, admin = client(run, "rp", "coordinator"), client(run, "rp", "admin")
    with contextlib.closing(coordinator), contextlib.closing(admin):
        return bookable(coordinator, admin, run.account("rp", "admin")["carrier_id"], "TERMIN")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def book(page: Page, office: str, name: str, language: str) -> None:
    """From the public page to the page of the link, by keyboard."""
    page.goto(f"/termin?sprache={language}")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else None)
    assert fits(page)
    with page.expect_navigation():
        page.click(f"main a.button[href*='{office}']")
    page.wait_for_timeout(3200)  # nobody types faster
    page.focus("input[name=starts_at] >> nth=0")
    page.keyboard.press("Space")
    page.fill("#feld-name", name)
    assert fits(page)
    save(page)
    assert page.locator("p.big").is_visible()
    assert name not in page.url + page.content()
    assert fits(page)


def counsel(page: Page, name: str) -> None:
    """From the week of staff into a session."""
    page.goto("/termine")
    booked = page.locator(f"tr:has(th:has-text('{name}')):has-text('vereinbart') a")
    if not booked.count():  # it is the end of a week
        with page.expect_navigation():
            page.click("text=Nächste Woche")
    assert fits(page)
    with page.expect_navigation():
        booked.first.click()
    assert fits(page)
    with page.expect_navigation():
        page.click("text=Beratung beginnen")
    assert page.input_value("#feld-name") == name
    save(page)
    assert "Erstberatung" in page.inner_text("h1")


@pytest.mark.parametrize(("javascript", "language"), [(True, "ar"), (False, "de")])
def test_from_the_public_page_to_a_session_and_a_cancelled_one(
    run: LocalRun, browser: Browser, sign_in: SignIn, axe: str, office: str, *, javascript: bool, language: str
) -> None:
    name, gateway = f"Beispiel{uuid4().hex[:8]}", run.account("rp", "counsellor")["gateway"]
    phone = {"width": 320, "height": 900}
    with browser.new_context(base_url=gateway, viewport=phone, java_script_enabled=javascript) as context:
        page = context.new_page()
        for _ in range(2):
            book(page, office, name, language)
        if javascript:
            assert violations(page, axe) == []
        with page.expect_navigation():
            page.click("main form button[type=submit]")
        assert page.locator("main form").count() == 0
    counsel(sign_in("rp", "counsellor", 320, javascript=javascript), name)
