"""Editions as files of the API, and what a reader finds."""

from tests.integration.gateway.test_edition_pages import (  # a fixture too
    Site,
    centre,
)

__all__ = ["centre"]


async def test_the_api_passes_editions_on_and_renders_their_pdf(centre: Site) -> None:
    client, who = centre.gateway.client, await centre.gateway.as_role("coordination")
    body = {"title": "T", "as_of": "2022-07-15", "method": "rounded"}
    body |= {"tables": [{"indicator": "counselling_sessions", "by": ["region"], "from": "2022-04", "to": "2022-06"}]}
    made = await client.post("/api/v1/editions", headers=who, json=body)
    assert made.status_code == 201
    path = f"/api/v1/editions/{made.json()['edition_id']}"
    reader = await centre.gateway.as_role("reader")
    assert (await client.get(f"{path}?file=pdf", headers=reader)).status_code == 404
    assert (await client.post("/api/v1/editions", headers=reader, json=body)).status_code == 403
    draft = await client.get(f"{path}?file=pdf", headers=who)
    assert draft.content.startswith(b"%PDF")
    assert (await client.post(f"{path}/publish", headers=who)).json()["state"] == "published"
    assert (await client.get(path, headers=reader)).json()["hash"] == made.json()["hash"]
    assert (await client.get(f"{path}?file=csv", headers=reader)).headers["content-type"] == "text/csv; charset=utf-8"
    assert (await client.get(f"{path}?file=pdf", headers=reader)).content != draft.content  # that one was marked
    assert (await client.get("/api/v1/editions", headers=reader)).json()[0]["title"] == "T"


async def test_a_reader_finds_the_data_in_the_navigation_and_no_exact_figures(centre: Site) -> None:
    await centre.sign_in("reader")
    page = await centre.get("/daten")
    assert '<a href="/daten" aria-current="page">Daten</a>' in page.text
    assert '<a href="/daten">Daten</a>' in (await centre.get("/")).text
    for path in ("/veroeffentlichungen", "/veroeffentlichungen/neu", "/anfrage", "/bund"):
        assert (await centre.get(path)).status_code == 403
