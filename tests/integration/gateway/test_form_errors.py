"""All that is wrong with a form is said at once: what the gateway cannot read, and what each service would refuse."""

import html
import re

import httpx2
import pytest

from tests.integration.gateway.conftest import Gateway
from tests.support.pages import Typed, form_of
from tests.support.recording import contents, rows


def wrong(page: httpx2.Response) -> dict[str, str]:
    """What the summary on top says, by the field it leads to; each stands at its field too."""
    assert page.status_code == 422, page.status_code
    summary = page.text.partition("data-error-summary")[2].partition("</ul>")[0]
    assert "autofocus" in page.text.partition("data-error-summary")[0].rpartition("<")[2]
    found = {name: html.unescape(text) for name, text in re.findall(r'href="#feld-([^"]+)">([^<]+)<', summary)}
    for name in found:
        assert f'id="feld-{name}"' in page.text
        assert f'id="feld-{name}-fehler"' in page.text
    return found


async def sent(desk: Gateway, path: str, typed: Typed) -> httpx2.Response:
    page = await desk.client.get(path)
    return await desk.client.post(path, data=form_of(page.text, path) | typed)


@pytest.mark.parametrize("day", ["31.02.2026", "24.12.2099"])
async def test_a_session_and_its_person(whole: Gateway, day: str) -> None:
    await whole.sign_in("counsellor")
    typed = {"date": [day], "birth_year": ["1850"], "name": ["x" * 201], "reference_occupation": ["Zauberei"]}
    found = wrong(await sent(whole, "/beratungen/neu", typed | {"language": ["klingonisch"]}))
    assert found.keys() == {"date", "birth_year", "name", "reference_occupation", "language"}
    assert await rows(whole.behind["registration"], "SELECT 1 FROM person") == []
    assert await rows(whole.behind["counselling"], "SELECT 1 FROM counselling_session") == []


async def test_a_person_who_is_refused_and_the_session_that_would_be(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    found = wrong(
        await sent(whole, "/beratungen/neu", {"date": ["24.12.2099"], "name": ["Eins"], "birth_year": ["1850"]})
    )
    assert found.keys() == {"date", "birth_year"}


async def test_a_person(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    typed: Typed = {"family_name": ["Beispiel"], "born": ["31.02.1988"], "email": ["kein Postfach"], "q1_title": ["x"]}
    typed |= {"q1_year": ["neulich"], "q1_occupation": ["Zauberei"], "phone": ["1"]}
    found = wrong(await sent(whole, "/personen/neu", typed))
    assert found.keys() == {"born", "email", "phone", "q1_year", "q1_occupation"}
    assert found["email"].startswith("E-Mail: ")


async def test_what_is_wrong_with_a_person_comes_before_the_question_who_she_is(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    assert (await sent(whole, "/personen/neu", {"family_name": ["Beispiel"]})).status_code == 303
    for values in ({"born": ["31.02.1988"]}, {"email": ["kein Postfach"]}):
        assert wrong(await sent(whole, "/personen/neu", {"family_name": ["Beispiel"]} | values)).keys() == values.keys()
    question = await sent(whole, "/personen/neu", {"family_name": ["Beispiel"]})
    assert (question.status_code, "Ist es diese Person?" in question.text) == (200, True)


@pytest.mark.parametrize(("role", "path"), [("counsellor", "/gruppen/neu"), ("trainer", "/schulungen/neu")])
async def test_headcounts(whole: Gateway, role: str, path: str) -> None:
    await whole.sign_in(role)
    found = wrong(await sent(whole, path, {"date": ["gestern"], "participants": ["viele"], "programme_line": ["x"]}))
    assert found.keys() == {"date", "participants", "programme_line"}
    assert "„Datum“ ist kein gültiges Datum." in found["date"]


async def test_to_try_leaves_nothing_behind(whole: Gateway) -> None:
    who = await whole.as_role("counsellor")
    before = [await contents(app) for app in whole.behind.values()]
    key = "00000000-0000-4000-8000-000000000001"
    session = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
    for path, body in ((f"sessions/{key}", session), (f"persons/{key}", {"name": "Niemand"})):
        answer = await whole.client.post(f"/api/v1/{path}/check", headers=who, json=body)
        assert answer.status_code == 204, answer.text
        refused = await whole.client.post(f"/api/v1/{path}/check", headers=who, json=body | {"unknown": 1})
        assert refused.status_code == 422
    assert [await contents(app) for app in whole.behind.values()] == before


@pytest.mark.parametrize("area", ["beratungen", "gruppen"])
async def test_a_reason_of_two_letters_comes_back_to_its_form(whole: Gateway, area: str) -> None:
    await whole.sign_in("counsellor")
    typed = {"date": ["04.05.2026"], "programme_line": ["fair_integration"], "participants": ["7"]}
    saved = await sent(whole, f"/{area}/neu", typed)
    key = re.findall(r"[0-9a-f-]{36}", saved.headers["location"])[0]
    path = f"/{area}/{key}" if area == "beratungen" else f"/{area}/{key}/korrigieren"
    form = form_of((await whole.client.get(path)).text, f"/{area}/{key}/zurueckziehen")
    answer = await whole.client.post(f"/{area}/{key}/zurueckziehen", data=form | {"reason": ["<b"]})
    assert wrong(answer).keys() == {"reason"}
    assert "<details open><summary>Zurückziehen" in answer.text  # seen without JavaScript too
    again = form_of(answer.text, f"/{area}/{key}/zurueckziehen")
    assert again["reason"] == ["<b"]
    mended = await whole.client.post(f"/{area}/{key}/zurueckziehen", data=again | {"reason": ["doppelt"]})
    assert mended.status_code == 303


@pytest.mark.parametrize("path", ["/beratungen", "/gruppen"])
async def test_a_month_that_is_none_comes_back_to_the_filter(whole: Gateway, path: str) -> None:
    await whole.sign_in("counsellor")
    assert wrong(await whole.client.get(f"{path}?month=13/2026"))["month"].startswith("„Monat“ ist kein Monat.")
    for month in ("05/2026", "2026-05", ""):
        assert (await whole.client.get(f"{path}?month={month}")).status_code == 200


async def test_a_search_with_a_month_that_is_none_keeps_what_was_typed(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    typed: Typed = {"q": ["Beispiel"], "month": ["Mai"]}
    answer = await sent(whole, "/beratungen", typed)
    assert wrong(answer).keys() == {"month"}
    assert {name: form_of(answer.text, "/beratungen")[name] for name in typed} == typed
