"""The search in the list of sessions: a name turns pages, renews itself and narrows, and stands in no address."""

import re
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_pages import look_for
from tests.support.local_run import LocalRun
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PAGE = 50


class Person:
    """One person with sessions, recorded by script."""

    def __init__(self, run: LocalRun, name: str) -> None:
        account = run.account("rp", "counsellor")
        self.client = httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False)
        form = {"username": account["username"], "password": account["password"]}
        token = self.client.post("/api/v1/token", data=form).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.key, self.name = str(uuid4()), name
        self.client.put(f"/api/v1/persons/{self.key}", json={"name": name}).raise_for_status()

    def counsel(self, times: int) -> None:
        """Record sessions of one day."""
        body = {"date": "2026-09-01", "programme_line": "recognition_counselling", "person_id": self.key}
        for _ in range(times):
            self.client.put(f"/api/v1/sessions/{uuid4()}", json=body).raise_for_status()


@pytest.fixture(scope="module")
def person(run: LocalRun) -> Iterator[Person]:
    """Somebody with one session more than a page holds."""
    found = Person(run, f"Suche, {uuid4().hex[:8]}")
    found.counsel(PAGE + 1)
    yield found
    found.client.close()


def rows(page: Page) -> int:
    return page.locator("#treffer tbody tr").count()


def test_a_search_turns_pages_without_javascript_and_without_an_address(sign_in: SignIn, person: Person) -> None:
    page = sign_in("rp", "counsellor", 320, javascript=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look_for(page, person.name)
    assert rows(page) == PAGE
    with page.expect_navigation():
        page.get_by_role("button", name="Nächste Seite").click()
    assert (rows(page), page.input_value("#q")) == (1, person.name)
    with page.expect_navigation():
        page.get_by_role("button", name="Vorherige Seite").click()
    assert rows(page) == PAGE
    page.fill("#feld-month", "2026-08")
    with page.expect_navigation():
        page.press("#feld-month", "Enter")
    assert rows(page) == 0
    assert not [url for url in asked if re.search(r"Suche|q=", url) or quote(person.name) in url]


def test_a_search_narrows_while_typing_and_shows_what_comes(sign_in: SignIn, person: Person) -> None:
    page = sign_in("rp", "counsellor")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/beratungen")
    page.type("#q", person.name)
    shown = page.locator("#treffer [role=status]")
    wait_for(lambda: f"1 bis {PAGE} von" in shown.inner_text() and person.name in page.inner_text("#treffer"), 10)
    page.get_by_role("button", name="Nächste Seite").click()
    wait_for(lambda: shown.inner_text().startswith(f"{PAGE + 1} bis"), 10)
    before = rows(page)
    page.evaluate("document.activeElement.blur()")
    person.counsel(1)
    wait_for(lambda: rows(page) == before + 1, 20)
    assert page.url.endswith("/beratungen")
    assert not [url for url in asked if quote(person.name) in url or "q=" in url]
