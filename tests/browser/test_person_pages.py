"""The person register in a browser: by keyboard, with hints while typing, without JavaScript, accessible."""

from uuid import uuid4

import pytest

from tests.browser.conftest import SignIn
from tests.browser.test_pages import DIGITS_AS_LETTERS, save, violations
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def unique() -> str:
    """A family name that no other test records."""
    return "Beispiel" + uuid4().hex[:8].translate(DIGITS_AS_LETTERS)


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_persons_are_accessible(sign_in: SignIn, axe: str, width: int) -> None:
    page = sign_in("rp", "counsellor", width)
    name = unique()
    page.goto("/personen/neu")
    page.fill("#feld-family_name", name)
    page.fill("#feld-born", "31.02.1988")
    save(page)
    assert page.title().startswith("Fehler:")
    assert violations(page, axe) == []
    page.fill("#feld-born", "1988")
    save(page)
    for path in (page.url.partition("?")[0], f"{page.url.partition('?')[0]}/bearbeiten", "/personen", "/personen/neu"):
        page.goto(path)
        for summary in page.locator("details.facet > summary").all():
            summary.click()
        assert violations(page, axe) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_hint_appears_while_typing_and_the_search_finds_as_one_types(sign_in: SignIn, axe: str) -> None:
    page, name = sign_in("rp", "counsellor"), unique()
    page.goto("/personen/neu")
    page.fill("#feld-family_name", name)
    page.fill("#feld-given_names", "Mohammed")
    save(page)
    page.goto("/personen/neu")
    page.focus("#feld-family_name")
    page.keyboard.type(name.upper())
    page.keyboard.press("Tab")
    page.keyboard.type("Muhamed")
    page.wait_for_selector("#aehnliche a")
    assert f"{name}, Mohammed" in page.inner_text("#aehnliche")
    assert violations(page, axe) == []
    page.goto("/personen")
    page.focus("#q")
    page.keyboard.type(f"muhammad {name[:12]}")
    page.wait_for_selector("#treffer tbody tr")
    assert name not in page.url
    with page.expect_navigation():
        page.click("#treffer tbody a")
    assert page.inner_text("h1") == f"{name}, Mohammed"


def test_without_javascript_the_question_comes_before_saving_and_two_become_one(sign_in: SignIn) -> None:
    page, name = sign_in("rp", "counsellor", javascript=False), unique()
    for given in ("Khaled", "Khalid"):
        page.goto("/personen/neu")
        page.fill("#feld-family_name", name)
        page.fill("#feld-given_names", given)
        save(page)
    assert page.inner_text("h1") == "Ist es diese Person?"
    save(page)
    assert page.inner_text("h1") == f"{name}, Khalid"
    with page.expect_navigation():
        page.click("text=Ist dieselbe Person")
    assert "Auch erfasst als" in page.inner_text("main")
    with page.expect_navigation():
        page.click("text=Beratung erfassen")
    save(page)
    assert "Erstberatung" in page.inner_text("h1")


def test_a_browser_killed_while_a_person_is_typed_loses_nothing(sign_in: SignIn) -> None:
    page, name = sign_in("rp", "counsellor"), unique()
    page.goto("/personen/neu")
    page.focus("#feld-family_name")
    page.keyboard.type(name)
    page.wait_for_selector("#entwurf-stand:has-text('Als Entwurf gesichert')")
    draft = page.input_value("input[name=person_id]")
    page.context.close()
    later = sign_in("rp", "counsellor", javascript=False)
    later.goto("/")
    with later.expect_navigation():
        later.click(f"a[href='/personen/neu?entwurf={draft}']:has-text('Entwurf: Person')")
    assert later.input_value("#feld-family_name") == name
    with later.expect_navigation():
        later.click("text=Verwerfen")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_occupation_is_typed_as_a_word(sign_in: SignIn, axe: str, *, javascript: bool) -> None:
    page = sign_in("rp", "counsellor", 320, javascript=javascript)
    page.goto("/beratungen/neu")
    if not page.is_visible("#feld-reference_occupation"):
        page.click("details.more > summary")
    page.focus("#feld-reference_occupation")
    page.keyboard.type("gesundheit")
    if javascript:
        wait_for(lambda: page.locator("#feld-reference_occupation-liste option").count() == 2)
    save(page)
    wait_for(lambda: page.locator("[data-error-summary]:focus").count() == 1)
    assert page.input_value("#feld-reference_occupation") == "gesundheit"
    if javascript:
        assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("81 Medizinische Gesundheitsberufe").check()
    save(page)
    page.goto(page.url.partition("?")[0] + "/korrigieren")
    assert page.input_value("#feld-reference_occupation") == "81 Medizinische Gesundheitsberufe"
