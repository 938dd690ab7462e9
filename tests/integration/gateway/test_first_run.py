"""The first run of IKÖ 4.0 with its real timetable, played through in Chromium: from announcement to certificate."""

import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from services.gateway import open_forms
from tests.browser.conftest import OPTIONS
from tests.integration.gateway.conftest import PASSWORD, Gateway
from tests.support.recording import rows

BERLIN = ZoneInfo("Europe/Berlin")
HOUSES = 9
REGISTERED = datetime(2020, 3, 16, 9, tzinfo=BERLIN)
DEADLINE = datetime(2020, 4, 15, 23, 59, tzinfo=BERLIN)
# What the seminar paper of the run plans: (step, day, hours); held for all together.
TOGETHER = (
    ("seminar_1", "21.09.2020"),
    ("seminar_1", "22.09.2020"),
    ("seminar_2", "18.01.2021"),
    ("seminar_2", "19.01.2021"),
    ("closing", "18.05.2021"),
)
IN_EACH_HOUSE = (("coaching_1", "2020-10-05"), ("coaching_2", "2020-11-09"), ("coaching_2", "2020-12-07"))
IN_EACH_HOUSE += (("coaching_3", "2021-03-08"),)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Calendar:
    """The day on which everything happens; it moves when the test says so."""

    def __init__(self) -> None:
        self.instant = datetime(2020, 2, 3, 9, tzinfo=BERLIN)

    @contextlib.contextmanager
    def worn(self) -> Iterator["Calendar"]:
        """Let `shared.clock` say its instant."""
        calendar = self

        class Moving(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # no subclass is needed
                calendar.instant += timedelta(milliseconds=1)
                return calendar.instant.astimezone(tz or UTC)

        with patch("shared.clock.datetime", Moving):
            yield calendar


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendar]:
    """February 2020; forms may be filled in quickly, and the job that decides is asked by hand."""
    monkeypatch.setattr(open_forms, "LEAST_SECONDS", -1)
    monkeypatch.setenv("IQ_ENROLMENT_POLL_SECONDS", "3600")
    with Calendar().worn() as found:
        yield found


@pytest.fixture
async def browser(calendar: Calendar, network: Gateway) -> AsyncIterator[Any]:
    """Chromium at the gateway of the network, in contexts of their own."""
    assert calendar.instant.year == 2020
    program = shutil.which("chromium")
    assert program, "Chromium fehlt: als root `apt-get install chromium`"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield lambda: chromium.new_context(base_url=str(network.client.base_url), java_script_enabled=False)
        await chromium.close()


async def send(page: Page, button: str, **values: str) -> None:
    """Fill in the fields of the page's form by their names and press a button."""
    for name, value in values.items():
        field = page.locator(f"[name={name}]:not([type=hidden])").first
        kind = await field.get_attribute("type")
        tag = await field.evaluate("field => field.tagName")
        if tag == "SELECT":
            await field.select_option(value)
        elif kind in ("checkbox", "radio"):
            await page.locator(f"[name={name}][value='{value}']").check()
        else:
            await field.fill(value)
    async with page.expect_navigation():
        await page.get_by_role("button", name=button).first.click()


async def text_of(page: Page) -> str:
    """What the page says."""
    return await page.locator("main").inner_text()


async def on(calendar: Calendar, trainer: Page, day: datetime) -> None:
    """Another day has come: the trainer signs in again."""
    calendar.instant = day
    await trainer.context.clear_cookies()
    await trainer.goto("/anmelden")
    await send(trainer, "Anmelden", username="trainer", password=PASSWORD)


async def announced(trainer: Page) -> str:
    """The run, announced in public; its address."""
    await trainer.goto("/durchgaenge/neu")
    values = {"programme": "iko", "public_title": "IKÖ 4.0, erster Durchgang", "starts_on": "12.03.2020"}
    values |= {"ends_on": "31.05.2021", "opens_at": "03.02.2020 08:00", "deadline": "15.04.2020 23:59"}
    await send(trainer, "Speichern", **values, published="yes")
    assert "Gespeichert" in await text_of(trainer), await text_of(trainer)
    address = trainer.url.partition("?")[0]
    await trainer.goto(f"{address}/termine/neu?schritt=kickoff")
    day = {"date": "12.03.2020", "starts_at": "9:00", "ends_at": "16:00"}
    await send(trainer, "Speichern", **day, place="Regionaldirektion, Stuttgart")
    assert "Gespeichert" in await text_of(trainer), await text_of(trainer)
    return address


async def register(public: BrowserContext, run: str, number: int) -> Page:
    """A house registers its team by the public link; the page of its ticket."""
    page = await public.new_page()
    await page.goto(f"/anmeldung/durchgang/{run.rpartition('/')[2]}")
    team = {
        "name_1": f"Muster, Person {number}",
        "graduate_1": "yes",
        "lead": "1",
        "name_2": f"Beispiel, Person {number}",
    }
    asked = {"house": f"Agentur {number}", "topic": "Kundenleitsystem", "email": f"haus{number}@example.org"}
    await send(page, "Verbindlich anmelden", **asked, **team, binding="yes")
    return page


async def decide(network: Gateway, calendar: Calendar, day: datetime) -> None:
    """Time goes on, and the job that opens, closes and decides looks at the runs."""
    calendar.instant = day
    await network.behind["registration"].state.advancing.work()


async def register_late(public: BrowserContext, run: str) -> str:
    """What somebody is told who opens the form after the deadline."""
    page = await public.new_page()
    await page.goto(f"/anmeldung/durchgang/{run.rpartition('/')[2]}")
    return await text_of(page)


async def told(tickets: list[Page]) -> None:
    """Eight houses have a place, the ninth knows why it waits (IKO-09, IKO-10)."""
    for page in tickets:
        await page.reload()
    said = [await text_of(page) for page in tickets]
    assert ["zugesagt" in text or "Zusage" in text or "Sie haben einen Platz" in text for text in said[:-1]] == [
        True
    ] * 8, said[0]
    assert "frühere Anmeldungen haben alle Plätze" in said[-1] or "Warteliste" in said[-1], said[-1]


async def planned(trainer: Page, run: str, calendar: Calendar) -> None:
    """A video conference replaces the kick-off (IKO-14); the seminars and the closing event are planned."""
    await on(calendar, trainer, datetime(2020, 6, 15, 9, tzinfo=BERLIN))
    await trainer.goto(run)
    await trainer.get_by_role("link", name="Ersatz planen").click()
    video = {"date": "15.07.2020", "starts_at": "10:00", "ends_at": "12:00", "link": "https://video.example.org/iko"}
    await send(trainer, "Speichern", **video)
    for step, day in TOGETHER:
        await trainer.goto(f"{run}/termine/neu?schritt={step}")
        await send(trainer, "Speichern", date=day, starts_at="9:00", ends_at="16:30", place="BTS Aalen")


async def held(network: Gateway, trainer: Page, run: str, calendar: Calendar) -> None:
    """Coachings in each house, then everything takes place; the list of a seminar is ticked in the browser."""
    headers, path = await network.as_role("trainer"), f"/api/v1{run.partition('/durchgaenge')[2]}"
    path = f"/api/v1/runs/{run.rpartition('/')[2]}"
    plan = (await network.client.get(f"{path}/plan", headers=headers)).json()
    for team in plan["teams"]:
        for number, (step, day) in enumerate(IN_EACH_HOUSE):
            body = {"step": step, "registration_id": team["registration_id"], "place": team["house"]}
            body |= {"starts_at": f"{day}T09:00:00+01:00", "ends_at": f"{day}T12:00:00+01:00"}
            made = await network.client.put(f"{path}/meetings/{uuid4()}", headers=headers, json=body)
            assert made.status_code == 200, (number, made.text)
    plan = (await network.client.get(f"{path}/plan", headers=headers)).json()
    assert [one for one in plan["findings"] if one["open"]] == []
    await on(calendar, trainer, datetime(2021, 5, 18, 18, tzinfo=BERLIN))
    headers = await network.as_role("trainer")
    dates = [one for one in plan["meetings"] if one["state"] == "planned"]
    by_hand, *others = sorted(dates, key=lambda one: one["step"] != "seminar_1")
    await trainer.goto(f"{run}/termine/{by_hand['run_meeting_id']}/anwesenheit")
    for box in await trainer.locator("input[type=radio][value=present], input[name^='tasks.']").all():
        await box.check()
    await send(trainer, "Speichern")
    assert "Der Termin zählt mit der Zahl der Anwesenden" in await text_of(trainer)
    for one in others:
        there = f"{path}/meetings/{one['run_meeting_id']}/attendance"
        people = (await network.client.get(there, headers=headers)).json()
        entries = [{"participant_id": who["participant_id"], "presence": "present"} for who in people["participants"]]
        noted = await network.client.put(
            there, headers=headers, json={"entries": entries, "revision": people["revision"]}
        )
        assert noted.status_code == 200, noted.text


async def certified(trainer: Page, run: str, public: BrowserContext) -> None:
    """Every house gets its certificate; the code on the paper says that it is valid, and later that it is withdrawn."""
    await trainer.goto(f"{run}/bescheinigungen")
    await send(trainer, "8 ausstellen")
    assert "8 Bescheinigungen sind ausgestellt" in await text_of(trainer)
    csrf = await trainer.locator("[name=csrf]").first.get_attribute("value")
    pdf = await trainer.request.post(f"{run}/bescheinigungen/drucken", form={"csrf": csrf or ""})
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    codes = codes_of(await pdf.body())
    assert len(codes) == 8
    visitor = await public.new_page()
    await visitor.goto(f"/nachweis/{codes[0]}")
    assert "gültig" in await text_of(visitor)
    await visitor.goto("/nachweis/ABCD-EFGH-JKMN-PQRS")
    assert "unbekannt" in await text_of(visitor)
    await trainer.goto(f"{run}/bescheinigungen")
    await trainer.locator("summary", has_text="Zurückziehen").first.click()
    await send(trainer, "Für immer zurückziehen", reason="Name falsch")
    said = set()
    for code in codes:
        await visitor.goto(f"/nachweis/{code}")
        said |= {word for word in ("zurückgezogen", "gültig") if word in await text_of(visitor)}
    assert said == {"zurückgezogen", "gültig"}


def codes_of(pdf: bytes) -> list[str]:
    """The codes printed in a paper."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return list(dict.fromkeys(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", text)))


async def counted(network: Gateway) -> None:
    """What was held is what counts: each date is a meeting with its headcount, and who came first counts once."""
    app = network.behind["registration"]
    found = await rows(app, "SELECT format, count(*), sum(new_participants) FROM meeting GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in found] == [("counselling", 32, 16), ("event", 2, 16), ("training", 4, 16)]


async def test_the_first_run_from_announcement_to_certificate(
    network: Gateway, calendar: Calendar, browser: Any
) -> None:
    trainer = await (await browser()).new_page()
    await on(calendar, trainer, calendar.instant)
    run = await announced(trainer)
    await on(calendar, trainer, datetime(2020, 3, 10, 9, tzinfo=BERLIN))
    await trainer.goto(run)
    await trainer.get_by_role("link", name="Ändern oder absagen").click()
    await trainer.get_by_text("Termin absagen").first.click()
    await send(trainer, "Termin absagen", reason="Pandemie")
    await decide(network, calendar, REGISTERED)
    tickets, public = [], await browser()
    for number in range(1, HOUSES + 1):
        calendar.instant = REGISTERED + timedelta(days=number)
        tickets.append(await register(public, run, number))
        assert "Ihre Anmeldung ist angekommen" in await text_of(tickets[-1])
    calendar.instant = DEADLINE + timedelta(seconds=1)
    late = await register_late(public, run)
    assert "Die Anmeldefrist ist abgelaufen" in late or "geschlossen" in late
    await decide(network, calendar, DEADLINE + timedelta(hours=9))
    await told(tickets)
    await planned(trainer, run, calendar)
    await held(network, trainer, run, calendar)
    await trainer.goto(run)
    await send(trainer, "Durchgang abschließen")
    assert "Durchgang abgeschlossen" in await text_of(trainer)
    await certified(trainer, run, public)
    await counted(network)
