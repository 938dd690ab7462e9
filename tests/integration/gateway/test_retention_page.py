"""*Aufbewahrung*: the rules with a dry run, for the administration of its carrier and the coordination; no names."""

import html
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared import clock
from tests.integration.gateway.conftest import Gateway
from tests.support.keeping import execute
from tests.support.recording import contents
from tests.support.servers import free_port

TITLE = "Personen, von denen nichts Jüngeres da ist"
OLD = "UPDATE person SET recorded_on = :day"


async def cells(whole: Gateway, title: str) -> list[str]:
    """The cells of a rule's row."""
    page = await whole.client.get("/aufbewahrung")
    assert page.status_code == 200, page.text
    text = html.unescape(page.text)
    assert "Xqzname" not in text
    assert "zu bestätigen" in text
    row = text.split(f"{title}</th>")[1].split("</tr>")[0]
    return [cell.split("</td>")[0] for cell in row.split("<td>")[1:]]


async def test_who_sees_what_is_due(whole: Gateway) -> None:
    behind = whole.behind["registration"]
    who: dict[str, Any] = await whole.as_role("counsellor")
    for _ in range(2):
        body = {"name": "Xqzname, Eine"}
        saved = await whole.client.put(f"/api/v1/persons/{uuid4()}", headers=who, json=body)
        assert saved.status_code == 200
    await execute(behind.state.sessions, OLD, day=clock.today().replace(day=1) - timedelta(days=4000))
    await execute(
        behind.state.sessions,
        "UPDATE person SET carrier_id = :other WHERE person_id = (SELECT min(person_id::text)::uuid FROM person)",
        other=uuid4(),
    )
    before = await contents(behind)
    await whole.sign_in("coordinator")
    assert "<strong>2</strong> fällig" in (await cells(whole, TITLE))[1]
    assert "noch nie" in (await cells(whole, TITLE))[2]
    assert "nichts fällig" in (await cells(whole, "Fehlgeschlagene Anmeldungen eines Namens"))[1]
    await whole.sign_in("admin")
    assert "<strong>1</strong> fällig" in (await cells(whole, TITLE))[1]
    assert "hier nicht gezählt" in (await cells(whole, "Fehlgeschlagene Anmeldungen eines Namens"))[1]
    assert await contents(behind) == before
    for role in ("counsellor", "trainer"):
        await whole.sign_in(role)
        assert (await whole.client.get("/aufbewahrung")).status_code == 403
    await whole.sign_in("coordinator")
    whole.app.state.upstreams.urls["registration"] = f"http://127.0.0.1:{free_port()}"
    assert "hier nicht gezählt" in (await cells(whole, TITLE))[1]
    assert "Stammdaten und Bildung“ ist gerade nicht erreichbar" in (await whole.client.get("/aufbewahrung")).text
