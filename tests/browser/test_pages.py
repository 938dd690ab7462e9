"""What people see and do: recorded by keyboard and without JavaScript, counted for the nation, accessible."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DIGITS_AS_LETTERS = str.maketrans("0123456789", "bcdfgklmnp")
ASKED = "/anfrage?indicator=first_counsellings"


def violations(page: Page, axe: str) -> list[str]:
    if not page.evaluate("!!window.axe"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
    )
    return [f"{entry['id']}: {entry['nodes'][0]['html'][:120]}" for entry in found["violations"]]


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("main form.stack button[type=submit]")


def national_total(page: Page) -> int:
    page.goto("/bund?as_of=jetzt")  # what was recorded today counts from now, not yesterday
    return int(page.locator(".tile strong").first.inner_text().replace(".", ""))


def look_for(page: Page, name: str) -> None:
    page.goto("/beratungen")
    page.fill("#q", name)
    with page.expect_navigation():
        page.press("#q", "Enter")


def test_a_session_recorded_by_keyboard_is_counted_for_the_nation(sign_in: SignIn) -> None:
    nation, desk = sign_in("de", "coordination"), sign_in("rp", "counsellor")
    before = national_total(nation)
    desk.goto("/beratungen/neu")
    desk.focus("#feld-date")
    for text in (None, None, "Beispiel, Person", "1988"):  # date and line as they are, then name and year of birth
        if text:
            desk.keyboard.type(text)
        desk.keyboard.press("Tab")
    desk.keyboard.type("Syrien")
    desk.focus("#feld-name")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert desk.locator("h1").inner_text().startswith("Erstberatung vom")
    assert "Syrien" in desk.inner_text("dl.facts")
    wait_for(lambda: national_total(nation) == before + 1, 20)

    def arrived() -> bool:
        look_for(desk, "beispiel")
        return desk.get_by_text("beim Bund angekommen").first.is_visible()

    wait_for(arrived, 20)
    assert "Syrien" in nation.content()


def test_without_javascript_errors_keep_what_was_typed_and_a_double_save_counts_once(sign_in: SignIn) -> None:
    page = sign_in("rp", "counsellor", javascript=False)
    page.goto("/beratungen/neu")
    page.fill("#feld-date", "31.02.2026")
    name = f"Ohne Skript {uuid4().hex[:12].translate(DIGITS_AS_LETTERS)}"  # a search takes spellings for one another
    page.fill("#feld-name", name)
    save(page)
    assert page.title().startswith("Fehler:")
    assert "kein gültiges Datum" in page.inner_text("[data-error-summary]")
    assert page.input_value("#feld-name") == name
    page.fill("#feld-date", "1.9.2026")
    fields = page.locator("form.stack input[type=hidden]").all()
    office = page.input_value("#feld-office")
    again = {str(field.get_attribute("name")): str(field.get_attribute("value")) for field in fields}
    save(page)
    assert "gespeichert" in page.inner_text(".box")
    again |= {"date": "1.9.2026", "name": name, "programme_line": "recognition_counselling", "channel": "in_person"}
    again |= dict.fromkeys(("nationality", "refugee_background", "gender", "has_degree"), "not_stated")
    again |= {"office": office}
    repeated = page.context.request.post("/beratungen/neu", form=again)
    assert "gespeichert" in repeated.text()
    look_for(page, name.rsplit(maxsplit=1)[-1])
    assert page.locator("tbody tr").count() == 1
    assert "?" not in page.url  # no name in an address


def test_errors_are_accessible(sign_in: SignIn, axe: str) -> None:
    for width in (1280, 320):
        page = sign_in("rp", "counsellor", width)
        page.goto("/beratungen/neu")
        page.fill("#feld-date", "24.12.2099")
        save(page)
        assert "Zukunft" in page.inner_text("[data-error-summary]")
        assert violations(page, axe) == []


def test_a_special_request_takes_two_minutes_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("rp", "counsellor", javascript=False)
    page.goto("/anfrage")
    page.select_option("#feld-indicator", "first_counsellings")
    with page.expect_navigation():
        page.click("main button:has-text('Weiter')")
    page.click("summary:has-text('Staatsangehörigkeit')")
    page.fill("#feld-nationality", "Syrien")
    page.select_option("#by-1", "gender")
    page.fill("#feld-from", "13/2019")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Fehler:")
    assert "MM/JJJJ" in page.inner_text("#feld-from-fehler")
    page.fill("#feld-from", "1.2019")  # what else was typed is still there
    with page.expect_navigation():
        page.press("#feld-from", "Enter")
    sentence = page.inner_text(".cite")
    assert sentence.startswith("Erstberatungen (Staatsangehörigkeit: Syrien) nach Geschlecht, ab 01/2019, Stand ")
    assert "IQ Netzwerk Rheinland-Pfalz, Arbeitsstand, synthetische Daten" in sentence
    with page.expect_navigation():
        page.click("text=Permanenter Link")
    assert "known_at=" in page.url
    assert page.inner_text(".cite") == sentence


def test_choosing_another_indicator_brings_its_facets_and_keeps_the_rest(sign_in: SignIn, axe: str) -> None:
    page = sign_in("de", "coordination")
    page.goto(f"{ASKED}&wechsel=1")
    assert page.get_by_text("Diese Angaben verlassen die Netzwerke nicht").is_visible()
    page.fill("#feld-from", "1.2022")
    page.select_option("#by-1", "gender")
    page.select_option("#feld-indicator", "meetings_held")
    page.wait_for_selector("#angaben:has-text('Nicht übernommen')")
    assert "gibt: Geschlecht" in page.inner_text("#angaben [role=status]")
    assert page.input_value("#feld-from") == "01/2022"
    assert page.locator("summary:has-text('Format')").count() == 1
    assert violations(page, axe) == []


def test_a_training_is_recorded_and_listed(sign_in: SignIn) -> None:
    page = sign_in("rp", "trainer")
    page.goto("/schulungen/neu")
    page.fill("#feld-participants", "23")
    save(page)
    told = [row.inner_text().split("\t") for row in page.locator("tbody tr").all()]
    assert [cells for cells in told if "23" in cells]


def test_an_old_list_is_imported_and_mended(sign_in: SignIn, axe: str, tmp_path: Path) -> None:
    file = tmp_path / "alte-liste.csv"
    lines = [
        "Blattnummer;Beratungsdatum;Handlungsfeld;Art;Herkunft",
        "1;01.09.2026;Faire Integration;Erstberatung;Syrien",
    ]
    lines += [
        "2;2.9.26;Faire Integration;Orientierungsgespräch;Irak",
        "3;31.02.2026;Faire Integration;Erstberatung;Iran",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    page = sign_in("rp", "admin")
    page.goto("/import")
    page.set_input_files("#file-sessions", file)
    with page.expect_navigation():
        page.click("form[action='/import/sessions'] button")
    wait_for(lambda: page.reload() is not None and "verarbeitet" not in page.inner_text("main"), 30)
    assert "Was bedeuten" in page.inner_text("h1")
    assert violations(page, axe) == []
    page.get_by_label("„Blattnummer“ ist").select_option("external_id")
    page.get_by_label("Orientierungsgespräch").select_option("first")
    save(page)
    wait_for(lambda: page.reload() is not None and "Fertig" in page.inner_text("main"), 30)
    assert "2 übernommen" in page.inner_text(".box")
    assert "Kalender" in page.inner_text("tbody")
    assert violations(page, axe) == []
