"""A named referral in a browser: blocked, consent noted, told and logged, withdrawn, blocked again; accessible."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_pages import save, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("local-run"), pytest.mark.timeout(180)]


def press(page: Page, name: str) -> None:
    """Press a button or follow a link of this name by keyboard."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, name: str) -> None:
    """Choose a body in a form."""
    page.select_option("#feld-body_id", label=f"Anwaltliche Beratung: {name}")


def looked_at(page: Page, axe: str, name: str) -> None:
    """Nothing is wrong with the page at this width; axe-core needs JavaScript."""
    import os

    page.screenshot(path=f"/tmp/consent/shots/{name}-{page.viewport_size['width']}.png", full_page=True)
    assert not axe or violations(page, axe) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, False)])
def test_con_02_to_con_04_from_a_session_to_a_withdrawn_consent(
    sign_in: SignIn, axe: str, width: int, *, javascript: bool
) -> None:
    page, axe = sign_in("rp", "counsellor", width, javascript=javascript), axe if javascript else ""
    to = f"Kanzlei am Markt {width}"
    page.goto("/beratungen/neu")
    page.fill("#feld-name", f"Schweigepflicht, Sina {width}")
    save(page)
    press(page, "Zum Fall")
    case = page.url.partition("?")[0]
    page.goto("/stellen/neu")
    page.select_option("#feld-kind", "lawyer")
    page.fill("#feld-name", to)
    save(page)
    looked_at(page, axe, "stellen")
    page.goto(case)
    press(page, "Verweis anlegen")
    choose(page, to)
    page.check("input[name=named]")
    page.fill("#feld-note", "Kündigung prüfen")
    save(page)
    assert "keine Entbindung von der Schweigepflicht" in page.inner_text(".box--error")
    assert page.input_value("#feld-note") == "Kündigung prüfen"
    looked_at(page, axe, "gesperrt")
    press(page, "Entbindung drucken oder aufnehmen")
    page.check("input[name=purposes][value=referral]")
    looked_at(page, axe, "entbindung")
    press(page, "Unterschrieben, speichern")
    press(page, "Verweis anlegen")
    choose(page, to)
    page.check("input[name=named]")
    save(page)
    assert "namentlicher Verweis" in page.inner_text("#verweise")
    looked_at(page, axe, "fall")
    press(page, "Widerrufen")
    assert "widerrufen" in page.inner_text("#verweise")
    press(page, "Weitergabe festhalten")
    choose(page, to)
    page.check("input[name=agreed]")
    save(page)
    assert "wurde widerrufen" in page.inner_text(".box--error")
    looked_at(page, axe, "weitergabe")
    page.goto(case)
    assert "namentlicher Verweis" in page.inner_text("#verweise")
