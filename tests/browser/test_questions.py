"""The ten questions of docs/questions.md: each path is walked by the names it gives, and ends at its heading."""

import re

import pytest
from playwright.sync_api import Page

from deploy.local.paths import ROOT
from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
MOST_STEPS = 3
"""Two minutes of somebody who reads each page: half a minute a page, and the first one."""


def paths() -> list[tuple[str, list[str], str]]:
    """(question, names along its path, heading at its end) of each row of the page."""
    text = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
    return [(asked, re.findall(r"`(.+?)`", path), heading) for _, asked, path, heading in ROW.findall(text)]


def follow(page: Page, step: str) -> None:
    """Choose the year at the top, or follow the first link of a name in the page."""
    if year := re.fullmatch(r"Jahr (\d{4})", step):
        page.select_option("#jahr", year[1])
        with page.expect_navigation():
            page.locator("form.row").get_by_role("button", name="Anzeigen").click()
        return
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=step).first.click()


def test_a_new_coordinator_finds_the_answers_by_following_the_pages(sign_in: SignIn) -> None:
    page = sign_in("de", "coordination", javascript=False)
    found = paths()
    assert len(found) == 10
    for question, steps, heading in found:
        assert len(steps) <= MOST_STEPS, question
        page.goto("/bund")
        for step in steps:
            follow(page, step)
        headings = page.locator("main").get_by_role("heading", name=heading)
        assert headings.first.is_visible(), (question, page.url, page.locator("main").inner_text()[:300])
        assert re.search(r"\d", page.locator("main").inner_text()), question
