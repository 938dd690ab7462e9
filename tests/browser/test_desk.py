"""The desk in a browser: text survives a killed page and an ended session; tabs, undo and new records, by keyboard."""

import pytest
from playwright.sync_api import Page
from psycopg import sql

from deploy.local.postgres import Postgres
from tests.browser.conftest import SignIn
from tests.browser.test_pages import save, violations
from tests.support.local_run import LocalRun
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

NAME = "#feld-name"


def end_sessions(run: LocalRun) -> None:
    """What a server does when ten hours are over."""
    with Postgres(run.folder / "postgres").connect("rp_gateway") as connection:
        connection.execute(sql.SQL("DELETE FROM sign_in"))


def enter(page: Page, run: LocalRun) -> None:
    """Sign in on the sign-in page that is shown."""
    account = run.account("rp", "counsellor")
    page.fill("#feld-username", account["username"])
    page.fill("#feld-password", account["password"])
    with page.expect_navigation():
        page.click("main button[type=submit]")


def recorded(page: Page, name: str) -> str:
    """Record a session of an earlier day (those of one day have no order people would know) and return its address."""
    page.goto("/beratungen/neu")
    page.fill("#feld-date", "1.9.2026")
    page.fill(NAME, name)
    save(page)
    return page.url.split("?")[0]


def test_a_browser_killed_while_typing_loses_nothing(sign_in: SignIn, axe: str) -> None:
    page = sign_in("rp", "counsellor")
    page.goto("/beratungen/neu")
    page.focus(NAME)
    page.keyboard.type("Abgebrochen, Mitten im Wort")
    page.wait_for_selector("#entwurf-stand:has-text('Als Entwurf gesichert')")
    assert violations(page, axe) == []
    page.context.close()  # no page is asked whether it wants to go
    for width in (1280, 320):
        later = sign_in("rp", "counsellor", width)
        later.goto("/")
        assert violations(later, axe) == []
        offered = later.get_by_role("link", name="Entwurf: Beratung")
        drafts = offered.count()
        with later.expect_navigation():
            offered.first.click()
        assert later.input_value(NAME) == "Abgebrochen, Mitten im Wort"
        assert violations(later, axe) == []
    with later.expect_navigation():
        later.click("text=Verwerfen")
    assert later.get_by_role("link", name="Entwurf: Beratung").count() == drafts - 1


def test_every_key_typed_before_leaving_is_kept(sign_in: SignIn) -> None:
    page = sign_in("rp", "counsellor")
    page.goto("/beratungen/neu")
    page.focus(NAME)
    page.keyboard.type("Letzte Taste")
    page.goto("/")  # no waiting: leaving sends what is left
    page.goto("/")
    with page.expect_navigation():
        page.get_by_role("link", name="Entwurf: Beratung").first.click()
    assert page.input_value(NAME) == "Letzte Taste"
    with page.expect_navigation():
        page.click("text=Verwerfen")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ends_while_typing_costs_no_text(sign_in: SignIn, run: LocalRun, *, javascript: bool) -> None:
    page = sign_in("rp", "counsellor", javascript=javascript)
    page.goto("/beratungen/neu")
    page.fill("#feld-birth_year", "1988")
    end_sessions(run)
    page.fill(NAME, f"Ende, Sitzung {javascript}")
    if javascript:
        page.wait_for_selector("#entwurf-stand:has-text('abgelaufen')")
    save(page)
    assert page.inner_text("h1") == "Anmelden"
    enter(page, run)
    assert "Ihr Entwurf ist wieder da" in page.inner_text("main")
    assert (page.input_value(NAME), page.input_value("#feld-birth_year")) == (f"Ende, Sitzung {javascript}", "1988")
    save(page)
    assert page.inner_text("h1").startswith("Erstberatung vom")


def test_follow_up_and_referral_by_keyboard_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("rp", "counsellor", javascript=False)
    recorded(page, "Kette, Ohne Skript")
    page.get_by_role("link", name="Folgeberatung", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.input_value(NAME) == "Kette, Ohne Skript"
    page.focus(NAME)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1").startswith("Folgeberatung vom")
    page.get_by_role("link", name="Verweisberatung", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.select_option("#feld-referral_target", "lawyer")
    save(page)
    assert page.inner_text("h1").startswith("Verweisberatung vom")
    assert "Anwaltliche Beratung" in page.inner_text("dl.facts")
    with page.expect_navigation():
        page.click("text=Rückgängig machen")
    assert "zurückgezogen" in page.inner_text("#eintrag")


def test_a_draft_is_kept_by_a_button_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("rp", "trainer", javascript=False)
    page.goto("/schulungen/neu")
    page.fill("#feld-participants", "17")
    with page.expect_navigation():
        page.click("text=Als Entwurf merken")
    assert "Entwurf gemerkt" in page.inner_text(".box")
    with page.expect_navigation():
        page.click("text=Entwurf: Schulung")
    assert page.input_value("#feld-participants") == "17"
    save(page)
    assert page.locator("tbody").get_by_role("cell", name="17", exact=True).count() == 1
    assert page.locator("text=Entwurf:").count() == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_two_tabs_are_told_apart_and_both_texts_kept(sign_in: SignIn, axe: str, width: int) -> None:
    page = sign_in("rp", "counsellor", width)
    where = recorded(page, f"Zwei, Fenster {width}")
    other = page.context.new_page()
    for tab, channel in ((page, "phone"), (other, "written")):
        tab.goto(f"{where}/korrigieren")
        tab.check(f"input[name=channel][value={channel}]")
    save(other)
    save(page)
    assert "inzwischen geändert" in page.inner_text("[data-error-summary]")
    assert "telefonisch" in page.inner_text("form.stack")
    assert "schriftlich" in page.inner_text("form.stack")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    save(page)
    assert "telefonisch" in page.inner_text("dl.facts")
    assert violations(page, axe) == []


def test_new_records_and_their_arrival_appear_without_reload(sign_in: SignIn) -> None:
    watching, working = sign_in("rp", "counsellor"), sign_in("rp", "counsellor")
    watching.goto("/beratungen")
    watching.evaluate("window.sameDocument = true")
    recorded(working, "Neu, Ohne Neuladen")
    watching.wait_for_selector("td:has-text('Neu, Ohne Neuladen')", timeout=15_000)
    row = watching.locator("tr", has_text="Neu, Ohne Neuladen")
    wait_for(lambda: "beim Bund angekommen" in row.inner_text(), 20)
    working.wait_for_selector("#eintrag:has-text('beim Bund angekommen')", timeout=15_000)
    assert watching.evaluate("window.sameDocument") is True
    assert watching.evaluate("localStorage.length + sessionStorage.length") == 0
