"""Occupations in forms: a word is enough, the key is kept; without JavaScript, and with the list away."""

import html
import re

import httpx2
import pytest

from services.registration.__main__ import load_occupations
from tests.integration.gateway.conftest import Gateway
from tests.support.pages import Typed, form_of
from tests.support.recording import rows
from tests.support.servers import free_port

NEW = "/beratungen/neu"
LIST = "\ufeffSchlüssel;Ebene;Titel\r\n81;2;Medizinische Gesundheitsberufe\r\n8130;4;Gesundheits- und Krankenpflege\r\n"
LIST += "8210;4;Altenpflege\r\n84;2;Lehrende und ausbildende Berufe\r\n84124;5;Lehrkräfte in der Primarstufe\r\n"


@pytest.fixture
async def desk(whole: Gateway) -> Gateway:
    """A counsellor who has signed in, and the official list."""
    await load_occupations(whole.behind["registration"].state.settings, LIST.encode())
    await whole.sign_in("counsellor")
    return whole


async def send(desk: Gateway, typed: Typed, path: str = NEW) -> httpx2.Response:
    return await desk.client.post(path, data=typed)


async def opened(desk: Gateway, path: str = NEW, action: str = NEW) -> Typed:
    page = await desk.client.get(path)
    assert page.status_code == 200, page.text
    return form_of(page.text, action)


async def keys(desk: Gateway) -> list[str]:
    return [
        key for (key,) in await rows(desk.behind["counselling"], "SELECT reference_occupation FROM counselling_session")
    ]


def error_of(page: str, name: str = "reference_occupation") -> str:
    found = re.search(rf'id="feld-{name}-fehler">([^<]+)', page)
    return html.unescape(found[1]) if found else ""


async def test_a_word_that_means_one_occupation_is_kept_as_its_key_and_shown_with_its_title(desk: Gateway) -> None:
    answer = await send(desk, await opened(desk) | {"reference_occupation": ["krankenpfl"], "name": ["Eins, Person"]})
    assert answer.status_code == 303, answer.text
    assert await keys(desk) == ["8130"]
    place = answer.headers["location"].partition("?")[0]
    again = await opened(desk, f"{place}/korrigieren")
    assert again["reference_occupation"] == ["8130 Gesundheits- und Krankenpflege"]
    assert (await send(desk, again)).status_code == 303
    assert await keys(desk) == ["8130"]
    following = await opened(desk, f"{NEW}?von={place.rsplit('/', 1)[1]}")
    assert following["reference_occupation"] == ["8130 Gesundheits- und Krankenpflege"]


async def test_of_several_occupations_one_is_chosen_and_everything_else_stays(desk: Gateway) -> None:
    typed = await opened(desk) | {"reference_occupation": ["Pflege"], "name": ["Zwei, Person"], "occasions": ["pay"]}
    page = await send(desk, typed)
    assert page.status_code == 422
    assert error_of(page.text) == "Das können mehrere Berufe sein. Bitte darunter einen auswählen."
    assert 'href="#feld-reference_occupation"' in page.text
    form = form_of(page.text, NEW)
    assert (form["reference_occupation"], form["name"], form["occasions"]) == (["Pflege"], ["Zwei, Person"], ["pay"])
    assert form["reference_occupation_auswahl"] == [""]
    offered = re.findall(r'name="reference_occupation_auswahl" value="([^"]+)"', page.text)
    assert [text.partition(" ")[0] for text in offered] == ["82", "8130", "8210"]
    assert (await send(desk, form | {"reference_occupation_auswahl": [offered[2]]})).status_code == 303
    assert await keys(desk) == ["8210"]


async def test_a_word_that_means_none_or_a_list_that_is_away_says_what_to_do(desk: Gateway) -> None:
    typed = await opened(desk) | {"reference_occupation": ["Zauberei"]}
    page = await send(desk, typed)
    assert (page.status_code, 'value="Zauberei"' in page.text) == (422, True)
    assert error_of(page.text).startswith("In der Liste der Berufe kommt das nicht vor.")
    desk.app.state.upstreams.urls["registration"] = f"http://127.0.0.1:{free_port()}"
    away = await send(desk, typed)
    assert (away.status_code, "Bitte den Schlüssel eintragen" in error_of(away.text)) == (422, True)
    assert (await send(desk, typed | {"reference_occupation": ["8130"]})).status_code == 303
    assert await keys(desk) == ["8130"]


async def test_what_the_register_knows_of_a_person_is_not_asked_again(desk: Gateway) -> None:
    new = "/personen/neu"
    values: Typed = {"family_name": ["Drei"], "q1_title": ["Lehrerin"], "q1_occupation": ["Primarstufe"]}
    answer = await send(desk, await opened(desk, new, new) | values, new)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"].partition("?")[0]
    assert "Referenzberuf 84124 Lehrkräfte in der Primarstufe" in (await desk.client.get(place)).text
    form = await opened(desk, f"{NEW}?person={place.rsplit('/', 1)[1]}")
    assert form["reference_occupation"] == ["84124 Lehrkräfte in der Primarstufe"]


async def test_two_tabs_differ_in_the_occupation_only_if_its_key_does(desk: Gateway) -> None:
    answer = await send(desk, await opened(desk) | {"reference_occupation": ["8130"]})
    place = answer.headers["location"].partition("?")[0]
    one, two = [await opened(desk, f"{place}/korrigieren") for _ in range(2)]
    assert (await send(desk, one | {"channel": ["phone"]})).status_code == 303
    clash = await send(desk, two | {"channel": ["written"], "reference_occupation": ["8130"]})
    assert (clash.status_code, "Referenzberuf" in clash.text) == (409, False)
