"""From the application to the partial notice in a browser: the authority is looked for, the next step is proposed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def go(page: Page, where: str) -> None:
    with page.expect_navigation():
        page.click(where)


def open_case(page: Page, name: str) -> None:
    """A first counselling of a new nurse, and her case."""
    page.goto("/beratungen/neu")
    page.fill("#feld-name", name)
    if page.locator("#feld-reference_occupation").is_hidden():
        page.click("summary:has-text('Weitere Angaben')")
    page.fill("#feld-reference_occupation", "8130")
    with page.expect_navigation():
        page.press("#feld-name", "Enter")
    go(page, "text=Zum Fall")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, False)])
def test_from_the_application_to_the_partial_notice(sign_in: SignIn, width: int, javascript: bool) -> None:
    page = sign_in("rp", "counsellor", width, javascript=javascript)
    open_case(page, f"Beispiel, Weg {width}")
    go(page, "text=Verfahren anlegen")
    fits(page)
    expect(page.locator("#feld-reference_occupation")).to_have_value(re.compile("^8130"))
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
    fits(page)
    page.goto("/")
    go(page, f"tr:has-text('Weg {width}') >> text=Qualifizierungsberatung anbieten")
    go(page, "text=vormerken")
    expect(page.locator("main")).to_contain_text("Geplant: Qualifizierungsberatung")
