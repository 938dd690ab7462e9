"""Fixtures of the browser tests: a federation as `make run` starts it, and headless Chromium."""

import shutil
from collections.abc import Callable, Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.local_run import LocalRun, start_local_run

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SignIn = Callable[..., Page]
EXPECTED = "the server responded with a status of 4"  # a refusal is an answer; 5xx and broken policies are not


@pytest.fixture(scope="package")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """One network and the centre, for all browser tests: each makes what it looks for."""
    folder = tmp_path_factory.mktemp("browser") / "local"
    started = start_local_run(folder, "rp")
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; no longer than the module, as it occupies the process's event loop."""
    program = shutil.which("chromium")
    assert program, "Chromium fehlt: als root `apt-get install chromium`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def sign_in(run: LocalRun, browser: Browser) -> Iterator[SignIn]:
    """Signs in as a role in a fresh context: `sign_in("rp", "counsellor", width=320, javascript=False)`.

    Any message of the browser's console, a broken content security policy among them, fails the test.
    """
    contexts: list[BrowserContext] = []
    messages: list[str] = []

    def make(region: str, role: str, width: int = 1280, *, javascript: bool = True) -> Page:
        account = run.account(region, role)
        context = browser.new_context(
            base_url=account["gateway"], viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: None if EXPECTED in message.text else messages.append(message.text))
        page.goto("/anmelden")
        page.fill("#feld-username", account["username"])
        page.fill("#feld-password", account["password"])
        with page.expect_navigation():
            page.click("main button[type=submit]")
        if page.url.endswith("/zweck"):
            page.fill("#purpose", "Prüfung")
            with page.expect_navigation():
                page.click("main button[type=submit]")
        return page

    yield make
    for context in contexts:
        context.close()
    assert messages == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as its package ships it."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
