"""The public projects in the facts: the newest revision counts, and nothing that is not public is shown (PDB-03)."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.projects import published
from tests.integration.reporting.conftest import Desk
from tests.support.events import entity


def project(name: str, day: str, title: str, **more: Any) -> dict[str, Any]:
    public = {"title": title, "summary": "Idee: Sprache im Jobcenter", "organisation": "Jobcenter Musterstadt"}
    public |= {"url": None, "mailbox": None} | more.pop("public", {})
    common = {"event": "item", "name": name, "item_kind": "project", "state": "published", "recorded_on": day}
    return common | {"public": public} | more


FACTS: list[dict[str, Any]] = [
    project("old", "2026-01-05", "Alte Fassung", region="sn"),
    project("old", "2026-03-05", "Neue Fassung", region="sn", revision=2, public={"topic": "recognition"}),
    project("new", "2026-05-05", "100 % <b>Tür_auf</b>", public={"topic": "recognition", "programme": "iko"}),
    project("ambassador", "2026-04-05", "Botschafter*innen", public={"programme": "ikbo"}),
    project("gone", "2026-05-01", "Weg"),
    project("gone", "2026-05-02", "Weg", revision=2, withdrawn=True, public={}),
    {**project("taken", "2026-05-01", "Genommen"), "state": "withdrawn", "public": None},
    {**project("without", "2026-05-01", ""), "public": None},
    {**project("sheet", "2026-05-01", "Ein Blatt"), "item_kind": "good_practice"},
]


async def titles(desk: Desk, **asked: str) -> list[str]:
    async with desk.sessions() as session:
        items, total = await published(session, asked, 50, 0)
    assert total == len(items)
    return [item["title"] for item in items]


NEW = "100 % <b>Tür_auf</b>"
ALL = [NEW, "Botschafter*innen", "Neue Fassung"]


async def test_pdb_03_projects_of_all_networks_newest_first_and_found_by_words_and_filters(empty_desk: Desk) -> None:
    assert await empty_desk.keep(FACTS) == []
    assert await titles(empty_desk) == ALL
    assert await titles(empty_desk, q="TÜR_") == [NEW]  # no pattern: _ and % are themselves
    assert await titles(empty_desk, q="%") == [NEW]
    assert await titles(empty_desk, q="sprache im jobcenter") == ALL
    assert await titles(empty_desk, q="Alte Fassung") == []
    assert await titles(empty_desk, topic="recognition") == [NEW, "Neue Fassung"]
    assert await titles(empty_desk, programme="ikbo") == ["Botschafter*innen"]
    assert await titles(empty_desk, region="sn") == ["Neue Fassung"]
    async with empty_desk.sessions() as session:
        (second,), total = await published(session, {}, 1, 1)
        (one,), _ = await published(session, {}, 1, 0, entity("new"))
        gone, _ = await published(session, {}, 1, 0, entity("gone"))
    assert (second["title"], total) == ("Botschafter*innen", 3)
    assert (one["region"], str(one["published_on"]), one["mailbox"]) == ("rp", "2026-05-05", None)
    assert gone == []


@pytest.mark.parametrize("order", [1, -1])
async def test_in_any_order_the_newest_revision_is_shown(empty_desk: Desk, order: int) -> None:
    desk = replace(empty_desk, network="rp")
    told = [project("p", "2026-01-05", "eins"), project("p", "2026-01-06", "zwei", revision=2)]
    assert await desk.keep(told[::order]) == []
    assert await titles(desk) == ["zwei"]
