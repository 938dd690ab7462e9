"""MEIN ORDNER in a browser (CON-06): a sheet is printed from a case, its code fills the form of the next session."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_case_pages import new_case
from tests.browser.test_main_tasks import looked_at, press
from tests.browser.test_pages import save
from tests.support.pages import form_of
from tests.support.papers import code_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def sheet_of(page: Page) -> bytes:
    """The PDF that the form sends; fetched beside the page, as Chromium has no viewer when nobody looks."""
    path = page.url.removeprefix(page.evaluate("location.origin"))
    typed = form_of(page.content(), path) | {"done": [page.input_value("#feld-done")], "next": ["Bescheid abwarten"]}
    body = "&".join(f"{name}={quote(value)}" for name, values in typed.items() for value in values)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = page.request.post(path, data=body, headers=headers)
    assert answer.headers["content-type"] == "application/pdf", answer.text()
    return answer.body()


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, False)])
def test_con_06_from_a_case_to_the_form_of_the_next_office(
    sign_in: SignIn, axe: str, width: int, *, javascript: bool
) -> None:
    page, name = sign_in("rp", "counsellor", width, javascript=javascript), f"Ordner, Olga {width}"
    case = new_case(page, name)
    with page.expect_navigation():
        page.get_by_role("link", name="Blatt für MEIN ORDNER").press("Enter")
    looked_at(page, axe if javascript else "")
    assert "Erstberatung" in page.input_value("#feld-done")
    code = code_on(sheet_of(page))
    page.goto("/ordner")
    assert page.evaluate("document.activeElement.id") == "feld-code"
    looked_at(page, axe if javascript else "")
    page.keyboard.insert_text(code[:-20])
    with page.expect_navigation():
        page.keyboard.press("Enter")  # as a handscanner does
    assert "beschädigt" in page.inner_text(".box--error")
    page.fill("#feld-code", code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    looked_at(page, axe if javascript else "")
    assert page.input_value("#feld-name") == name
    assert "Bescheid abwarten" in page.inner_text("main")
    press(page, "Ist diese Person")
    assert "was bekannt ist, steht schon da" in page.inner_text("main")
    save(page)
    press(page, "Zum Fall")
    assert page.url == case, "her own case, and nobody was made twice"
