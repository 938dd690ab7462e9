"""Links of figures on real reporting: numbers that can be followed, the Stand that can be switched."""

import html
import re

from tests.integration.gateway.test_figure_pages import (  # fixtures too
    TODAY,
    YESTERDAY,
    Site,
    centre,
    german,
    network,
    text_of,
)

__all__ = ["centre", "network"]


async def test_the_api_passes_views_on_and_deletes_them(network: Site) -> None:
    who = await network.gateway.as_role("coordinator")
    path = "/api/v1/views/00000000-0000-4000-8000-000000000002"
    body = {"name": "n", "path": "/anfrage?indicator=referrals"}
    assert (await network.gateway.client.put(path, headers=who, json=body)).status_code == 200
    assert (await network.gateway.client.delete(path, headers=who)).status_code == 204
    assert (await network.gateway.client.get("/api/v1/questions", headers=who)).json() == {"items": [], "total": 0}
    links = "a=indicator%3Dreferrals&b=indicator%3Dreferrals"
    assert (await network.gateway.client.get(f"/api/v1/compare?{links}", headers=who)).json()["comparable"] is True


async def test_every_number_of_the_pages_can_be_followed(centre: Site) -> None:
    await centre.sign_in("coordination")
    page = await centre.get("/bund?jahr=2022")
    shown = text_of(page)
    assert f"Stand: gestern, 24 Uhr ({german(YESTERDAY)})" in shown
    tile = html.unescape(re.findall(r'<li class="tile"><a href="([^"]+)">Erstberatungen<strong>4<', page.text)[0])
    answer = text_of(await centre.get(tile))
    assert f"Erstberatungen, 01/2022–12/2022, Stand {german(YESTERDAY)}, Kenntnisstand {german(TODAY)}: 4 (" in answer
    month = html.unescape(re.findall(r'09/2022</th><td class="num"><a href="([^"]+)">3</a>', page.text)[0])
    assert "Beratungen, 09/2022, " in text_of(await centre.get(month))
    land = html.unescape(re.findall(r'Sachsen</th><td class="num"><a href="([^"]+)">1</a>', page.text)[0])
    assert "(Netzwerk: Sachsen), 01/2022–12/2022" in text_of(await centre.get(land))


async def test_the_stand_of_the_pages_can_be_switched_and_kept(network: Site) -> None:
    await network.sign_in("coordinator")
    page = await network.get("/auswertung?jahr=2022")
    links = {
        text: html.unescape(link)
        for link, text in re.findall(r'<a href="(/auswertung[^"]+)">(?:<span[^>]*>[^<]*</span>)?([^<]+)</a>', page.text)
    }
    assert links["Jetzt"] == "/auswertung?jahr=2022&as_of=jetzt"
    assert links["Permanenter Link"] == f"/auswertung?jahr=2022&as_of={YESTERDAY}&known_at={TODAY}"
    now = await network.get(links["Jetzt"])
    assert f"Stand: jetzt ({german(TODAY)})" in text_of(now)
    assert '<input type="hidden" name="as_of" value="jetzt">' in now.text  # another year keeps it
    past = await network.get("/auswertung?jahr=2022&as_of=2022-08-31")
    assert "Stand: 31.08.2022, 24 Uhr" in text_of(past)
    assert (await network.get("/auswertung?as_of=irgendwann")).status_code == 422
