"""„Praktisch!“ for everyone: pages and feed on real reporting, without an account; HTML of a text is text (PDB-03)."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.app import create_app as create_reporting
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, alone, served, settings
from tests.integration.reporting.conftest import Desk
from tests.integration.reporting.test_projects import project
from tests.support.apps import serving
from tests.support.events import entity
from tests.support.servers import NatsServer

EVIL = "<script>alert(1)</script> & Tür"
TEXT = 'Art des Hauses: Jobcenter\n\nIdee: eins\nzwei <img src=x onerror="x">'
FACTS: list[dict[str, Any]] = [
    project(
        "evil", "2026-05-05", EVIL, public={"summary": TEXT, "mailbox": "kontakt@haus.example", "topic": "recognition"}
    ),
    project("sn", "2026-04-05", "Botschafter*innen", region="sn", public={"programme": "ikbo"}),
]


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The centre's gateway on its reporting."""
    told = await alone(CENTRE, database, nats_server)
    reporting = create_reporting(told)
    await Desk(reporting.state.sessions, CENTRE).keep(FACTS)
    url = f"http://127.0.0.1:{told.port}"
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(serving(reporting, told.port))
        asked = settings(CENTRE, database("gateway"), tmp_path, signing_key=told.signing_key, reporting_url=url)
        yield await stack.enter_async_context(served(asked))


async def test_everybody_finds_and_reads_projects_and_html_stays_text(centre: Gateway) -> None:
    page = await centre.client.get("/praktisch")
    assert page.status_code == 200, page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Tür" in page.text
    assert "<script>alert" not in page.text
    assert page.text.index("Tür") < page.text.index("Botschafter*innen")  # newest first
    for query, there, gone in (
        ("q=tür", "Tür", "Botschafter*innen"),
        ("programme=ikbo", "Botschafter*innen", "&amp; Tür"),
        ("topic=recognition", "&amp; Tür", "Botschafter*innen"),
        ("region=sn", "Botschafter*innen", "&amp; Tür"),
        ("topic=unsinn&region=%00", "Botschafter*innen", "nichts veröffentlicht"),
    ):
        main = (await centre.client.get(f"/praktisch?{query}")).text.split("</form>")[-1]
        assert (there in main, gone in main) == (True, False), query
    assert "Dazu ist nichts veröffentlicht" in (await centre.client.get("/praktisch?q=nirgends")).text
    entry = await centre.client.get(f"/praktisch/{entity('evil')}")
    assert "<p>Idee: eins<br>zwei &lt;img src=x" in entry.text
    assert 'href="mailto:kontakt@haus.example"' in entry.text
    english = await centre.client.get(f"/praktisch/{entity('evil')}?sprache=en")
    assert ("Published on 05.05.2026" in english.text, '<article lang="de">' in english.text) == (True, True)


async def test_what_is_not_there_is_said_and_the_feed_is_json(centre: Gateway) -> None:
    for key in (str(uuid4()), "unsinn"):
        away = await centre.client.get(f"/praktisch/{key}")
        assert (away.status_code, "Dieses Projekt gibt es nicht" in away.text) == (404, True)
    feed = await centre.client.get("/api/v1/projects?q=TÜR")
    (one,) = feed.json()["items"]
    assert (one["title"], one["summary"], one["region"], one["topic"]) == (EVIL, TEXT, "rp", "recognition")
    assert feed.json()["total"] == 1
    assert (await centre.client.get("/api/v1/projects?topic=unsinn")).status_code == 422
    assert (await centre.client.get("/api/v1/published-projects")).status_code == 401  # asked through the feed only


async def test_without_reporting_the_page_says_so(gateway: Gateway) -> None:
    away = await gateway.client.get("/praktisch")
    assert (away.status_code, "nicht erreichbar" in away.text) == (503, True)
