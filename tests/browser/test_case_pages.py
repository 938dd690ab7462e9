"""A case in a browser: a new person's session opens it, it gets a help plan, a colleague takes it over; by keyboard."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_pages import save, violations
from tests.support.local_run import LocalRun

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard and wait for the next page."""
    page.get_by_role("button", name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def opened(page: Page, summary: str) -> None:
    """Open what is folded, unless it stands open already."""
    found = page.locator("summary", has_text=summary)
    if found.evaluate("e => !e.parentElement.open"):
        found.press("Enter")


def account(run: LocalRun, username: str) -> dict[str, str]:
    """An account by its name."""
    accounts = json.loads((run.folder / "accounts.json").read_text())
    return next(entry for entry in accounts if (entry["region"], entry["username"]) == ("rp", username))


def as_colleague(page: Page, run: LocalRun) -> None:
    """Sign out and in again as a colleague in the carrier's second office."""
    press(page, "Abmelden")
    entry = account(run, "umland-a")
    page.goto("/anmelden")
    page.fill("#feld-username", entry["username"])
    page.fill("#feld-password", entry["password"])
    press(page, "Anmelden")


def new_case(page: Page, name: str) -> str:
    """Record a new person's session; the address of the case it opens, which is shown."""
    page.goto("/beratungen/neu")
    page.fill("#feld-name", name)
    save(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Zum Fall").click()
    return page.url.split("?")[0]


def plan(page: Page) -> None:
    """Put the case under case management and give it the help plan it asks for; a day that is none is told."""
    page.select_option("#method", "case_management")
    press(page, "Speichern")
    assert "Case Management braucht einen Hilfeplan" in page.inner_text("main")
    page.fill("#feld-aim", "Anerkennung als Pflegefachkraft")
    press(page, "Ziel speichern")
    page.fill("#feld-title", "Zeugnisse übersetzen lassen")
    page.fill("#feld-due", "morgen")
    press(page, "Schritt speichern")
    assert "ist kein gültiges Datum" in page.inner_text("main")
    page.fill("#feld-due", "1.12.2026")
    press(page, "Schritt speichern")
    assert "Case Management braucht" not in page.inner_text("main")
    assert "Zeugnisse übersetzen lassen" in page.inner_text("#hilfeplan table")


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, False)])
def test_a_case_is_opened_planned_and_handed_over(
    sign_in: SignIn, run: LocalRun, axe: str, width: int, *, javascript: bool
) -> None:
    page, name = sign_in("rp", "counsellor", width, javascript=javascript), f"Beispiel, Fall {width}"
    address = new_case(page, name)
    plan(page)
    assert not javascript or violations(page, axe) == []
    opened(page, "Fall übergeben")
    page.select_option("#feld-to", "umland-a")
    press(page, "Zur Übernahme anbieten")
    as_colleague(page, run)
    with page.expect_navigation():
        page.get_by_role("link", name="Fall zur Übernahme angeboten").first.click()
    assert name in page.inner_text("main")
    press(page, "Fall übernehmen")
    assert page.url.split("?")[0] == address
    assert "Sie führen jetzt diesen Fall" in page.inner_text("main")
    assert "umland-a" in page.inner_text("dl.facts")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
