"""A named referral in a browser: blocked, consent noted, told and logged, withdrawn, blocked again; accessible."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_pages import save, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

Look = Callable[[], None]


def press(page: Page, name: str) -> None:
    """Press a button or follow a link of this name by keyboard."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, to: str, tick: str) -> None:
    """Choose a body in a form, and say what is asked beside."""
    page.select_option("#feld-body_id", label=f"Anwaltliche Beratung: {to}")
    page.check(f"input[name={tick}]")


def looked_at(page: Page, axe: str) -> None:
    """Nothing is wrong with the page at this width; axe-core needs JavaScript."""
    assert not axe or violations(page, axe) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def case_and_body(page: Page, name: str, to: str) -> str:
    """Record a session of somebody new and add a body to the directory; the address of her case."""
    page.goto("/beratungen/neu")
    page.fill("#feld-name", name)
    save(page)
    press(page, "Zum Fall")
    case = page.url.partition("?")[0]
    page.goto("/stellen/neu")
    page.select_option("#feld-kind", "lawyer")
    page.fill("#feld-name", to)
    save(page)
    return case


def blocked(page: Page, to: str, look: Look) -> None:
    """A named referral without a consent: refused, nothing typed is lost, and the way out is beside it."""
    press(page, "Verweis anlegen")
    choose(page, to, "named")
    page.fill("#feld-note", "Kündigung prüfen")
    save(page)
    assert "keine Entbindung von der Schweigepflicht" in page.inner_text(".box--error")
    assert page.input_value("#feld-note") == "Kündigung prüfen"
    look()
    press(page, "Entbindung drucken oder aufnehmen")


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, False)])
def test_con_02_to_con_04_from_a_session_to_a_withdrawn_consent(
    sign_in: SignIn, axe: str, width: int, *, javascript: bool
) -> None:
    page, to = sign_in("rp", "counsellor", width, javascript=javascript), f"Kanzlei am Markt {width}"
    look = partial(looked_at, page, axe if javascript else "")
    case = case_and_body(page, f"Schweigepflicht, Sina {width}", to)
    look()
    page.goto(case)
    blocked(page, to, look)
    assert page.is_checked("input[name=purposes][value=referral]")
    look()
    press(page, "Unterschrieben, speichern")
    press(page, "Verweis anlegen")
    choose(page, to, "named")
    save(page)
    assert "namentlicher Verweis" in page.inner_text("#verweise")
    look()
    press(page, "Widerrufen")
    press(page, "Weitergabe festhalten")
    choose(page, to, "agreed")
    save(page)
    assert "wurde widerrufen" in page.inner_text(".box--error")
    look()
    page.goto(case)
    assert "namentlicher Verweis" in page.inner_text("#verweise")
