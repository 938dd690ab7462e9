"""The start page: what is due, oldest first, in words, with names; the rest works when a service is away."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from shared import clock
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.pages import form_of
from tests.support.waiting import eventually

LIMIT = 200_000
"""Bytes of the first load without fonts."""


async def change(app: Any, statement: str, **values: Any) -> None:
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text(statement), values)


async def test_open_items_are_listed_oldest_first_with_names_and_lead_to_their_place(whole: Gateway) -> None:
    who, person, key = await whole.as_role("counsellor"), uuid4(), uuid4()
    await whole.client.put(f"/api/v1/persons/{person}", headers=who, json={"name": "Beispiel, Ada"})
    body = {"date": "2026-09-01", "programme_line": "recognition_counselling", "person_id": str(person)}
    await whole.client.put(f"/api/v1/sessions/{key}", headers=who, json=body)
    late = clock.now() - timedelta(days=4)
    counselling = whole.behind["counselling"]

    async def delivered() -> bool:
        found = (await whole.client.get(f"/api/v1/sessions/{key}", headers=who)).json()
        return found["arrived_at"] is not None

    await eventually(delivered)  # afterwards the relay leaves the row alone
    await whole.sign_in("counsellor")
    form = form_of((await whole.client.get("/beratungen/neu")).text, "/beratungen/neu")
    await whole.client.post("/beratungen/neu", data=form | {"merken": ["1"]})
    assert "noch nicht beim Bund" not in (await whole.client.get("/")).text
    await stop_uplink(counselling)
    await change(counselling, "UPDATE outbox SET delivered_at = NULL, created_at = :late", late=late)
    page = (await whole.client.get("/")).text
    first, second = page.index("Beratung ist noch nicht beim Bund angekommen"), page.index("Entwurf: Beratung")
    assert first < second
    assert "seit 3 Tagen" in page[:first]
    assert f'href="/beratungen/{key}"' in page
    assert "Beispiel, Ada" in page[first:second]
    listed = (await whole.client.get("/beratungen?unterwegs=1")).text
    assert f"/beratungen/{key}" in listed


async def stop_uplink(app: Any) -> None:
    """Let the service's relays rest, as when the hub is away."""
    messaging = app.state.messaging
    for relay in messaging.relays:
        relay._next = nothing


async def nothing(_connection: Any) -> list[Any]:
    return []


async def test_what_an_import_waits_for_is_due_for_the_administration(whole: Gateway) -> None:
    await whole.sign_in("admin")
    page = await whole.client.get("/import")
    lines = "Kennung;Datum;HSP;Art;TN\nG-1;1.9.2022;FI;Gruppeninfo;12\nG-2;1.9.2022;FI;Gruppeninfo;{}\n"

    async def upload(count: int) -> None:
        file = {"file": ("liste.csv", lines.format(count).encode(), "text/csv")}
        sent = await whole.client.post("/import/groups", data={"csrf": csrf_of(page)}, files=file)

        async def done() -> bool:
            shown = (await whole.client.get(sent.headers["location"])).text
            return "übernommen" in shown or "unverändert" in shown

        await eventually(done)

    await upload(0)
    start = (await whole.client.get("/")).text
    assert "Gruppeninformationen: eine Zeile ist zu berichtigen" in start
    assert 'href="/import/groups/' in start
    await upload(7)  # mended and sent again
    assert "Nichts ist offen" in (await whole.client.get("/")).text
    await whole.sign_in("counsellor")
    assert "/import/" not in (await whole.client.get("/")).text


async def test_the_list_says_when_it_may_be_incomplete(network: Gateway, gateway: Gateway) -> None:
    for found in (network, gateway):  # counselling away, then everything
        await found.sign_in("counsellor")
        page = await found.client.get("/")
        assert page.status_code == 200
        assert "nicht erreichbar" in page.text
        assert "/beratungen/neu" in page.text


@pytest.mark.parametrize("path", ["/", "/beratungen", "/beratungen/neu"])
async def test_the_first_load_stays_below_200_kilobytes_without_fonts(whole: Gateway, path: str) -> None:
    await whole.sign_in("counsellor")
    page = await whole.client.get(path)
    links = httpx2.URL(str(whole.client.base_url))
    wanted = {part.split('"')[0] for part in page.text.split('="/static/')[1:]}
    assert {"app.css", "app.js"} <= {name.split("?")[0] for name in wanted}
    total = page.num_bytes_downloaded
    for name in wanted:
        answer = await whole.client.get(links.join(f"/static/{name}"), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        total += answer.num_bytes_downloaded
    assert 20_000 < total <= LIMIT
