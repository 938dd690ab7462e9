"""Editions as files of the API, and what a reader finds."""

import csv
import io

import pyarrow.parquet as pq

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


async def test_every_table_is_there_for_programs_without_signing_in(centre: Site) -> None:
    client, who = centre.gateway.client, await centre.gateway.as_role("coordination")
    body = {"title": "Offen", "as_of": "2022-07-15", "method": "rounded"}
    body |= {"tables": [{"indicator": "counselling_sessions", "by": ["region"], "from": "2022-04", "to": "2022-06"}]}
    key = (await client.post("/api/v1/editions", headers=who, json=body)).json()["edition_id"]
    assert (await client.get(f"/daten/{key}/1.csv")).status_code == 404  # a draft
    await client.post(f"/api/v1/editions/{key}/publish", headers=who)
    listed = (await client.get("/daten/verzeichnis.json")).json()[0]
    (told,) = listed["tables"]
    assert (listed["edition_id"], told["number"], told["by"]) == (key, 1, ["region"])
    assert listed["citation"].endswith(listed["page"])
    files = {form: address.removeprefix(listed["page"]) for form, address in told["files"].items()}
    assert files == {form: f"/1.{form}" for form in ("csv", "json", "parquet")}
    whole = (await client.get(f"/daten/{key}.json")).json()["tables"][0]
    rows = (await client.get(f"/daten/{key}/1.json")).json()["rows"]
    assert [row["value"] for row in rows] == [row["value"] for row in whole["rows"]]
    table = csv.DictReader(io.StringIO((await client.get(f"/daten/{key}/1.csv")).text))
    assert [row["value"] for row in table] == [str(row["value"]) for row in rows]
    parquet = await client.get(f"/daten/{key}/1.parquet")
    assert pq.read_table(io.BytesIO(parquet.content)).to_pylist() == rows
    assert parquet.headers["access-control-allow-origin"] == "*"
    again = await client.get(f"/daten/{key}/1.parquet", headers={"If-None-Match": parquet.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in ("2.csv", "0.csv", "1.exe", "eins.csv", "1٢.csv"):
        assert (await client.get(f"/daten/{key}/{wrong}")).status_code == 404, wrong
    page = (await client.get(f"/daten/{key}")).text
    assert listed["citation"].replace("&", "&amp;") in page
    assert f'href="/daten/{key}/1.parquet"' in page
    assert f"/daten/{key}/1.csv" in (await client.get("/daten/schnittstelle")).text
