"""Pages of the person register on the real registration; counselling is away, and the pages say so."""

import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.integration.gateway.conftest import Gateway, csrf_of

Typed = dict[str, str]


@pytest.fixture
async def desk(network: Gateway) -> Gateway:
    """A counsellor who has signed in."""
    await network.sign_in("counsellor")
    return network


def hidden_of(page: httpx2.Response) -> Typed:
    """Hidden fields of a page's form."""
    return dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text.split("<main")[1]))


async def opened(desk: Gateway, path: str = "/personen/neu") -> Typed:
    """What an untouched form would send."""
    page = await desk.client.get(path)
    assert page.status_code == 200, page.text
    typed = hidden_of(page)
    typed |= dict(re.findall(r'name="([a-z0-9_]+)" type="text" value="([^"]*)"', page.text))
    return typed | dict(re.findall(r'type="radio" name="([a-z0-9_]+)" value="([^"]*)" checked', page.text))


async def recorded(desk: Gateway, **values: Any) -> str:
    """A person saved on the page; her address."""
    answer = await desk.client.post("/personen/neu", data=await opened(desk) | values)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_a_person_is_recorded_shown_found_and_changed(desk: Gateway) -> None:
    values = {"family_name": "Beispiel", "given_names": "Änne", "born": "3.2.1988", "phone": "0123 456"}
    values |= {"language_1": "ar", "level_1": "native", "nationality": "SY", "q1_title": "Lehrerin"}
    address = await recorded(desk, **values, q1_occupation="84 Lehrende und ausbildende Berufe", q1_year="2010")
    page = await desk.client.get(address)
    for text in ("Beispiel, Änne", "03.02.1988", "0123 456", "Arabisch (Erstsprache)", "Syrien", "Lehrerin, 2010"):
        assert text in page.text
    assert "Referenzberuf 84 Lehrende" in page.text
    assert "Die Beratungen sind gerade nicht erreichbar" in page.text
    assert f'href="/beratungen/neu?person={address.rsplit("/", 1)[1]}"' in page.text
    search = {"csrf": csrf_of(page), "q": "beispiel aenne 1988"}
    assert address in (await desk.client.post("/personen", data=search)).text
    fragment = await desk.client.post("/personen", data=search, headers={"hx-request": "true"})
    assert address in fragment.text
    assert "<html" not in fragment.text
    typed = await opened(desk, f"{address}/bearbeiten")
    assert typed["q1_occupation"] == "84 Lehrende und ausbildende Berufe"
    answer = await desk.client.post(f"{address}/bearbeiten", data=typed | {"phone": "", "q2_title": "Köchin"})
    assert answer.status_code == 303, answer.text
    page = await desk.client.get(address)
    assert "0123 456" not in page.text
    assert "Köchin" in page.text


async def test_who_may_be_recorded_already_is_asked_once_and_never_refused(desk: Gateway) -> None:
    address = await recorded(desk, family_name="Ahmad", given_names="Khaled", born="1990")
    typed = await opened(desk) | {"family_name": "Ahmed", "given_names": "Khalid", "born": "1990", "phone": "0123 456"}
    question = await desk.client.post("/personen/neu", data=typed)
    assert question.status_code == 200
    assert "Ist es diese Person?" in question.text
    assert question.text.index("Ahmed, Khalid") < question.text.index("Ahmad, Khaled")  # the new one first
    assert f'href="{address}"' in question.text
    assert 'value="0123 456"' in question.text
    hint = await desk.client.post("/personen/aehnlich", data=typed)
    assert f'href="{address}"' in hint.text
    assert "<html" not in hint.text
    answer = await desk.client.post("/personen/neu", data=typed | {"asked": "Ahmed|Khalid|1990"})
    assert answer.status_code == 303
    other = typed | {"asked": "Ahmed|Khalid|1990", "family_name": "Ahmat", "person_id": str(uuid4())}
    assert "Ist es diese Person?" in (await desk.client.post("/personen/neu", data=other)).text


async def test_errors_keep_what_was_typed_and_stand_at_their_field(desk: Gateway) -> None:
    typed = await opened(desk)
    for values, field, words in (
        ({"born": "31.02.1988"}, "born", "kein gültiges Datum"),
        ({"born": "1.1.2999"}, "born", "kann nicht stimmen"),
        ({"email": "kein Postfach"}, "email", "erwartete Form"),
        ({"q1_title": "x", "q1_occupation": "Zauberei"}, "q1_occupation", "einen Vorschlag"),
        ({"q1_title": "x", "q1_occupation": "99"}, "q1_occupation", "KldB 2010"),
        ({"q1_year": "2010"}, "q1_title", "fehlt"),
        ({"family_name": "  "}, "family_name", "fehlt"),
    ):
        answer = await desk.client.post("/personen/neu", data=typed | {"family_name": "Beispiel"} | values)
        assert answer.status_code == 422, values
        error = answer.text.split(f'id="feld-{field}-fehler">')[1].split("<")[0]
        assert words in error
        assert all(f'value="{value}"' in answer.text for value in values.values()), values


async def test_two_tabs_keep_both_texts(desk: Gateway) -> None:
    address = await recorded(desk, family_name="Beispiel", phone="alt")
    first, second = [await opened(desk, f"{address}/bearbeiten") for _ in range(2)]
    assert (await desk.client.post(f"{address}/bearbeiten", data=first | {"phone": "eins"})).status_code == 303
    stale = await desk.client.post(f"{address}/bearbeiten", data=second | {"phone": "zwei", "email": "a@example.org"})
    assert stale.status_code == 409
    assert 'value="zwei"' in stale.text
    assert 'value="a@example.org"' in stale.text
    assert "Inzwischen gespeichert: eins" in stale.text
    again = second | hidden_of(stale) | {"phone": "zwei"}
    assert (await desk.client.post(f"{address}/bearbeiten", data=again)).status_code == 303
    assert "zwei" in (await desk.client.get(address)).text


async def test_two_records_become_one_and_two_again(desk: Gateway) -> None:
    keep = await recorded(desk, family_name="Ahmad", given_names="Khaled")
    other = await recorded(desk, family_name="Ahmed", given_names="Khalid", asked="Ahmed|Khalid|")
    page = await desk.client.get(keep)
    assert "Doppelt erfasst?" in page.text
    form = {"csrf": csrf_of(page), "other": other.rsplit("/", 1)[1]}
    assert (await desk.client.post(f"{keep}/zusammenfuehren", data=form)).headers["location"] == keep
    assert "Auch erfasst als" in (await desk.client.get(keep)).text
    merged = await desk.client.get(other)
    assert f'wurde mit <a href="{keep}">' in merged.text
    assert (await desk.client.post(f"{keep}/trennen", data=form)).status_code == 303
    assert "Doppelt erfasst?" in (await desk.client.get(keep)).text
    bad = await desk.client.post(f"{keep}/trennen", data=form | {"other": "x"})
    assert bad.status_code == 422
    assert (await desk.client.post(f"{keep}/zusammenfuehren", data={"other": form["other"]})).status_code == 403


async def test_suggestions_of_occupations_come_while_typing(desk: Gateway) -> None:
    page = await desk.client.get("/personen/neu")
    assert page.text.count('<option value="43 Informatik-') == 1  # there without JavaScript too
    found = await desk.client.get("/personen/berufe", params={"q1_occupation": "gebäu"})
    assert found.text.strip() == '<option value="34 Gebäude- und versorgungstechnische Berufe">'


async def test_only_those_who_counsel_see_persons(network: Gateway) -> None:
    for role in ("trainer", "admin", "coordinator"):
        await network.sign_in(role)
        for path in ("/personen", "/personen/neu", f"/personen/{uuid4()}", f"/personen/{uuid4()}/bearbeiten"):
            assert (await network.client.get(path)).status_code == 403, (role, path)
    await network.sign_in("counsellor")
    assert (await network.client.get(f"/personen/{uuid4()}")).status_code == 404
