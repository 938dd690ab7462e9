"""MEIN ORDNER (CON-06) on real services: printed in one network, taken up in another that asks nobody, kept nowhere."""

import json
import logging
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.gateway.folder.keys import public_entry
from shared.logs import DiscreetFormatter
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, served, settings
from tests.integration.gateway.test_case_pages import case_page, post
from tests.support.pages import form_of
from tests.support.papers import code_on
from tests.support.recording import rows

SEEDS = {code: urlsafe_b64encode(bytes([number]) * 32).decode() for number, code in enumerate(("rp", "sn"))}
LINES = {"done": "CANARY-Zeugnisse übersetzt\nAntrag gestellt", "next": "Bescheid abwarten"}


@pytest.fixture
async def desk(whole: Gateway, tmp_path: Path) -> Gateway:
    """A counsellor who has signed in, in a network with keys."""
    told, file = whole.app.state.settings, tmp_path / "list.json"
    file.write_text(json.dumps({"keys": [public_entry(code, seed) for code, seed in SEEDS.items()]}))
    told.folder_key, told.folder_trust_list = SecretStr(SEEDS["rp"]), file
    await whole.sign_in("counsellor")
    return whole


async def printed(desk: Gateway, case: str, **typed: Any) -> Any:
    """Print a sheet of a case."""
    page = await desk.client.get(f"{case}/ordner")
    assert page.status_code == 200, page.text
    return await desk.client.post(f"{case}/ordner", data=form_of(page.text, f"{case}/ordner") | typed)


async def scanned(desk: Gateway, code: str, address: str = "/ordner", **more: str) -> Any:
    """Scan a code."""
    page = await desk.client.get(address)
    return await desk.client.post("/ordner", data=form_of(page.text, "/ordner") | {"code": code} | more)


async def told_a_person(desk: Gateway, name: str) -> str:
    """A case whose person is known with her level of German and a step; the address of the case."""
    case = await case_page(desk, name)
    person = (await desk.client.get(case)).text.split('href="/personen/')[1].split('"')[0]
    form = {"born": "3.2.1988", "german_level": "b1", "nationality": "SY", "gender": "female"}
    await post(desk, f"/personen/{person}/bearbeiten", f"/personen/{person}/bearbeiten", **form)
    await post(desk, case, f"{case}/schritte", title="Zeugnisse übersetzen", due="1.12.2026", by="person")
    return case


async def everything_kept(desk: Gateway) -> str:
    """All rows of all databases of the network."""
    told = []
    for app in (desk.app, *desk.behind.values()):
        names = await rows(app, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in names:
            told += [str(row) for (row,) in await rows(app, f'SELECT t::text FROM "{name}" t')]
    return "\n".join(told)


async def test_con_06_a_sheet_is_printed_and_fills_the_form_of_another_network(
    desk: Gateway, database: MakeDatabase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case = await told_a_person(desk, "Beispiel, Ada")
    page = (await desk.client.get(f"{case}/ordner")).text
    for text in ("Beispiel, Ada, 03.02.1988", "Syrien, weiblich", "B1", "Zeugnisse übersetzen (bis 01.12.2026)"):
        assert text in page
    with caplog.at_level(logging.DEBUG):
        paper = await printed(desk, case, **LINES, language="ar")
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
        other = settings("sn", database("gateway"), tmp_path, folder_trust_list=tmp_path / "list.json")
        async with served(other) as there:
            await there.sign_in("counsellor")
            code = code_on(paper.content)
            form = await scanned(there, code)
            person = await scanned(there, code, ziel="person")
    for text in ('value="Beispiel, Ada"', 'value="1988"', 'value="SY" selected', "CANARY-Zeugnisse", "Rheinland-Pfalz"):
        assert text in form.text, text
    for text in ('value="Beispiel"', 'value="Ada"', 'value="03.02.1988"', 'value="b1" selected'):
        assert text in person.text, text
    acts = await rows(desk.behind["counselling"], "SELECT action FROM audit ORDER BY seq")
    assert ("case.printed",) in acts
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    assert "CANARY" not in await everything_kept(desk) + "\n".join(lines)


async def test_con_06_what_is_ticked_off_is_not_on_the_sheet_and_what_is_wrong_keeps_what_was_typed(
    desk: Gateway,
) -> None:
    case = await told_a_person(desk, "Beispiel, Berta")
    refused = await printed(desk, case, done="\n".join(map(str, range(9))), next="x" * 201)
    assert refused.status_code == 422
    for text in ("Das sind 9 Zeilen", "mehr als 200 Zeichen", "x" * 201):
        assert text in refused.text
    code = code_on((await printed(desk, case, parts=[], done="", next="")).content)
    nameless = await scanned(desk, code)
    assert "Ausgefüllt vom Blatt" in nameless.text
    assert "Beispiel, Berta" not in nameless.text
    desk.app.state.settings.folder_key = None
    without = await printed(desk, case, **LINES)
    assert (without.status_code, "noch kein Schlüssel" in without.text, "CANARY" in without.text) == (409, True, True)
    bad = code[:-9] + "AAAAAAAAA"
    damaged = await scanned(desk, bad)
    assert (damaged.status_code, "beschädigt" in damaged.text, bad in damaged.text) == (
        422,
        True,
        True,
    )


async def test_con_06_a_sheet_of_another_person_is_a_warning_and_the_right_one_is_found(desk: Gateway) -> None:
    code = code_on((await printed(desk, await told_a_person(desk, "Beispiel, Cara"))).content)
    found = await scanned(desk, code)
    assert "heißen ähnlich" in found.text
    person = found.text.split('name="person" value="')[1].split('"')[0]
    same = await scanned(desk, code, f"/ordner?person={person}")
    assert "Ist es dieselbe Person?" not in same.text
    assert "was bekannt ist, steht schon da" in same.text
    case = (await desk.client.get(await case_page(desk, "Anders, Anna"))).text
    other = case.split('href="/personen/')[1].split('"')[0]
    doubtful = await scanned(desk, code, f"/ordner?person={other}")
    assert doubtful.status_code == 200
    assert "auf Beispiel, Cara, geboren 03.02.1988 ausgestellt, geöffnet ist Anders, Anna" in doubtful.text
    assert 'value="Anders, Anna"' in doubtful.text
