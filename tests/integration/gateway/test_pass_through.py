"""Groups and companies through the gateway: what scripts and the import page see (contracts §5)."""

from typing import Any
from uuid import uuid4

import pytest

from services.gateway.api import IMPORTS
from services.gateway.pages.imports import TITLES
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.waiting import eventually

COMPANY = {"date": "2026-05-04", "programme_line": "skilled_worker_networks", "company_ref": "HRB 1"}


def test_every_kind_of_import_has_its_title() -> None:
    assert list(TITLES) == list(IMPORTS)


async def test_companies_are_recorded_listed_and_withdrawn(whole: Gateway) -> None:
    who, key = await whole.as_role("counsellor"), uuid4()
    saved = await whole.client.put(f"/api/v1/companies/{key}", headers=who, json=COMPANY)
    assert saved.json() == {"company_id": str(key), "revision": 1, "company_is_new": True}
    admin = await whole.as_role("admin")
    listed = await whole.client.get("/api/v1/companies?month=2026-05", headers=admin)
    assert [item["company_id"] for item in listed.json()["items"]] == [str(key)]
    gone = await whole.client.post(f"/api/v1/companies/{key}/withdraw", headers=who, json={"reason": "Probe"})
    assert gone.status_code == 204
    assert (await whole.client.put(f"/api/v1/companies/{key}", headers=admin, json=COMPANY)).status_code == 403
    trainer = await whole.as_role("trainer")
    assert (await whole.client.get("/api/v1/companies", headers=trainer)).status_code == 403


FILES = {
    "groups": "Kennung;Datum;HSP;Art;TN\nG-1;1.9.2022;FI;Gruppeninfo;12\nG-2;1.9.2022;FI;Gruppeninfo;0\n",
    "companies": "Kennung;Datum;HSP;Branche\nU-1;1.9.2022;HSP 4;Gastgewerbe\nU-2;1.9.2018;HSP 4;Gastgewerbe\n",
}


@pytest.mark.parametrize("kind", FILES)
async def test_a_list_goes_in_through_the_page(whole: Gateway, kind: str) -> None:
    await whole.sign_in("admin")
    page = await whole.client.get("/import")
    assert all(
        f"<h2>{title}</h2>" in page.text for kind, title in TITLES.items() if IMPORTS[kind].permission == "imports:run"
    )
    form = await whole.client.get(f"/import/{kind}/vorlage.xlsx")
    assert form.content.startswith(b"PK")
    upload = {"file": ("liste.csv", FILES[kind].encode(), "text/csv")}
    sent = await whole.client.post(f"/import/{kind}", data={"csrf": csrf_of(page)}, files=upload)
    assert sent.status_code == 303, sent.text

    async def done() -> str:
        shown = (await whole.client.get(sent.headers["location"])).text
        return shown if "abgelehnt" in shown and "läuft" not in shown else ""

    shown = str(await eventually(done))
    assert TITLES[kind] in shown
    assert {"groups": "ganze Zahl von 1", "companies": "01.01.2019"}[kind] in shown


async def test_a_list_goes_in_through_the_api(whole: Gateway) -> None:
    who = await whole.as_role("admin")
    sent = await whole.client.post(
        "/api/v1/imports/companies?strict=1&origin=synthetic",
        headers=who | {"content-type": "text/csv"},
        content=FILES["companies"].encode(),
    )
    assert sent.status_code == 202, sent.text
    url = sent.json()["status_url"]
    assert url.startswith(str(whole.client.base_url))

    async def done() -> dict[str, Any]:
        found: dict[str, Any] = (await whole.client.get(url, headers=who)).json()
        return found if found["state"] == "done" else {}

    status = await eventually(done)
    assert (status["rows"], status["accepted"], status["rejected"]) == (2, 1, 1)
    (item,) = (await whole.client.get("/api/v1/companies", headers=who)).json()["items"]
    assert (item["external_id"], item["origin"], item["sector"]) == ("U-1", "synthetic", "hospitality")
    refused = await whole.client.post("/api/v1/imports/companies", headers=await whole.as_role("counsellor"))
    assert refused.status_code == 403
