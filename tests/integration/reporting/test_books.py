"""Books on real reporting: written table by table, gone on after a kill, honest about what is not there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from services.reporting.books.definitions import steps_of
from services.reporting.books.worker import Books
from services.reporting.books.writing import Writer
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.apps import lone_settings
from tests.support.federation import Federation
from tests.support.ordered_books import ORDER, TODAY, YESTERDAY, Site, has, hold, row, site
from tests.support.recording import Caller, rows
from tests.support.servers import NatsServer
from tests.support.waiting import eventually

MIRROR = {"kind": "mirror"}
STEPS = len(steps_of("in_figures", "rp"))


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase) -> AsyncIterator[Site]:
    """The centre, whose networks are all silent."""
    settings = lone_settings("de", database("reporting"), nats_server.url)
    async with site(settings, Role.COORDINATION) as found:
        yield found


@pytest.fixture
async def network(federation: Federation, database: MakeDatabase) -> AsyncIterator[Site]:
    """The network rp."""
    async with site(federation.settings("rp", database("reporting")), Role.COORDINATOR) as found:
        yield found


async def test_a_book_has_the_numbers_of_the_one_read_path(centre: Site) -> None:
    tables = await centre.written(await centre.order())
    found = tables["key_figures"]
    assert row(found, "Beratungen")["values"] == [2, 1, 2]  # quarter, the same a year before, year
    for entry in found["passports"]:
        told = (await centre.caller.send("GET", f"figures?{entry['passport']['link']}")).json()
        assert told["total"] == found["rows"][entry["line"]]["values"][entry["column"]], entry
        assert told["passport"]["filters"]["region"] == ["rp"]
    assert [entry["codes"] for entry in tables["first_by_nationality"]["rows"]] == [["SY"]]


async def test_the_same_days_give_the_same_book(centre: Site) -> None:
    days = {"as_of": YESTERDAY.isoformat(), "known_at": YESTERDAY.isoformat()}
    one = await centre.ended(await centre.order(**days))
    await centre.keep({"name": "late", "region": "rp", "month": "2022-08", "received": TODAY})
    two = await centre.ended(await centre.order(**days))
    assert (one["state"], len(one["hash"])) == ("done", 64)
    known_later = await centre.ended(await centre.order(**days | {"known_at": TODAY.isoformat()}))
    assert one["hash"] == two["hash"] != known_later["hash"]
    tables = [await centre.written(book["book_id"]) for book in (one, two, known_later)]
    assert tables[0] == tables[1] != tables[2]


async def test_without_days_a_book_is_of_yesterday_or_of_today_where_nothing_is_older(centre: Site) -> None:
    book = await centre.ended(await centre.order())
    assert (book["as_of"], book["known_at"]) == (YESTERDAY.isoformat(), YESTERDAY.isoformat())
    await centre.change("UPDATE holding SET day = current_date + 1")
    book = await centre.ended(await centre.order())
    assert (book["as_of"], book["known_at"]) == (YESTERDAY.isoformat(), TODAY.isoformat())


async def test_silent_networks_fail_a_table_with_the_reason_and_not_the_book(centre: Site) -> None:
    key = await centre.order(kind="table_volume", region="", as_of="2022-10-15")
    tables, book = await centre.written(key), await centre.book(key)
    assert book["steps"] == len(steps_of("table_volume", "de")) == len(tables)
    silent = {name for name, table in tables.items() if table["problem"]}
    assert silent == {name for name in tables if "Kein Netzwerk hat geantwortet." in tables[name]["problem"]}
    assert {"timeliness", "first_by_gender", "first_by_age_group", "first_by_occupation_group"} <= silent
    assert book["failed_tables"] == len(silent)
    assert [(one["codes"], one["values"][0]) for one in tables["first_by_network"]["rows"]] == [
        (["rp"], 2),
        (["sn"], 1),
    ]


async def test_changes_since_the_last_book_keep_the_two_clocks_apart(centre: Site) -> None:
    key = await centre.order(as_of="2022-10-01", **MIRROR)
    await centre.ended(key)
    gone = {"name": "a", "region": "rp", "month": "2022-08", "revision": 2, "withdrawn": True, "received": TODAY}
    late = {"name": "e", "region": "rp", "month": "2022-09", "received": TODAY}
    await centre.keep(gone, late)
    now = {"as_of": TODAY.isoformat(), "known_at": TODAY.isoformat()}
    tables = await centre.written(await centre.order(**now, **MIRROR))
    found = row(tables["changes"], "Erstberatungen")
    assert tables["changes"]["since"]["book_id"] == key
    assert (found["before"], found["after"], found["change"]) == (1, 2, 1)
    assert found["reasons"] == {"late": 1, "received": 1, "withdrawn": 1}


async def test_own_figures_stand_beside_published_ones_only(centre: Site) -> None:
    tables = await centre.written(await centre.order(**MIRROR))
    shown = tables["published"]["rows"]
    assert {entry["of"] for entry in shown} <= {"de", "rp"}
    whole = [entry for entry in shown if (entry["indicator"], entry["to"]) == ("first_counsellings", "2022-09")]
    assert [(entry["published"], entry["own"]) for entry in whole] == [(181175, 3), (45540, 0)]


async def test_a_kill_in_the_middle_is_gone_on_from(centre: Site) -> None:
    hold(centre, 2)
    key = await centre.order()
    await eventually(lambda: has(centre, key, 2))
    refused = await centre.caller.send("GET", f"books/{key}/content")
    assert (refused.status_code, f"2 von {STEPS} Tabellen" in refused.json()["detail"]) == (409, True)
    state = centre.app.state
    other = Books(state.sessions, Writer(state.sessions, state.figures, "de"))
    assert not await other.work_one(), "whoever writes it holds it"
    await centre.change("UPDATE book SET lease_until = now() - interval '1 second'")  # as half a minute after a kill
    assert await other.work_one()
    book = await centre.book(key)
    assert (book["state"], book["done"], book["failed_tables"]) == ("done", STEPS, 0)
    kept = await rows(centre.app, "SELECT place, count(*) FROM book_table GROUP BY place ORDER BY place")
    assert kept == [(place, 1) for place in range(STEPS)]


async def test_who_was_taken_over_from_writes_no_more(centre: Site) -> None:
    going = hold(centre, 2)
    key = await centre.order()
    await eventually(lambda: has(centre, key, 2))
    await centre.change(f"UPDATE book SET worker = '{uuid4()}', lease_until = now() + interval '1 hour'")
    going.set()
    await asyncio.sleep(0.5)
    assert (await centre.book(key))["done"] == 2


async def test_a_book_is_cancelled_while_it_is_written_and_deleted_only_then(centre: Site) -> None:
    going = hold(centre, 1)
    key = await centre.order()
    await eventually(lambda: has(centre, key, 1))
    refused = await centre.caller.send("DELETE", f"books/{key}")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Dieses Buch entsteht noch. Bitte erst abbrechen, dann löschen.",
    )
    assert (await centre.caller.send("POST", f"books/{key}/cancel")).json()["state"] == "cancelled"
    going.set()
    other = await centre.order(quarter="2022-Q2")
    await centre.ended(other)
    assert ((await centre.book(key))["state"], (await centre.book(key))["done"]) == ("cancelled", 1)
    assert (await centre.caller.send("POST", f"books/{key}/cancel")).status_code == 409
    assert (await centre.caller.send("DELETE", f"books/{key}")).status_code == 204
    assert (await centre.caller.send("GET", f"books/{key}")).status_code == 404
    assert await rows(centre.app, "SELECT DISTINCT book_id::text FROM book_table") == [(other,)]


async def test_the_same_order_changes_nothing_and_another_one_is_refused(centre: Site) -> None:
    going = hold(centre, 0)
    key = await centre.order()
    assert (await centre.caller.put(f"books/{key}", ORDER))["book_id"] == key
    other = await centre.caller.send("PUT", f"books/{key}", json=ORDER | {"quarter": "2022-Q2"})
    assert (other.status_code, "ein anderes Buch" in other.json()["detail"]) == (409, True)
    twice = await centre.caller.send("PUT", f"books/{uuid4()}", json=ORDER)
    assert twice.status_code == 409
    assert twice.json()["detail"].startswith("„IQ in Zahlen Rheinland-Pfalz, 3. Quartal 2022“ entsteht gerade.")
    going.set()
    await centre.ended(key)
    assert (await centre.caller.put(f"books/{key}", ORDER))["state"] == "done"
    assert len((await centre.caller.send("GET", "books")).json()["items"]) == 1


async def test_bad_orders_are_explained(centre: Site) -> None:
    for wrong, words in (
        ({"quarter": "2099-Q1"}, "Dieses Quartal hat noch nicht begonnen."),
        ({"region": "xx"}, "Für dieses Netzwerk gibt es dieses Buch hier nicht."),
        ({"quarter": None}, "Die Angabe ist nicht gültig."),
        ({"as_of": "gestern"}, "Das ist kein gültiges Datum."),
    ):
        answer = await centre.caller.send("PUT", f"books/{uuid4()}", json=ORDER | wrong)
        assert (answer.status_code, words in answer.json()["detail"]) == (422, True), answer.json()
    assert (await centre.caller.send("GET", f"books/{uuid4()}/content")).status_code == 404


async def test_a_table_that_fails_unexpectedly_is_told_and_a_database_that_is_away_is_waited_for(centre: Site) -> None:
    writer, failures = centre.app.state.books.writer, [OperationalError("", None, OSError()), ValueError("secret")]
    write = writer.write

    async def failing(book: Any, step: Any) -> Any:
        if step.table.id == "sessions_by_line" and failures:
            raise failures.pop(0)
        return await write(book, step)

    object.__setattr__(writer, "write", failing)
    tables = await centre.written(await centre.order())
    assert tables["sessions_by_line"]["problem"] == "Diese Tabelle ist unerwartet gescheitert."
    assert [name for name, table in tables.items() if table["problem"]] == ["sessions_by_line"]


async def test_a_book_that_only_fails_says_so(centre: Site) -> None:
    async def failing(_book: Any, _step: Any) -> Any:
        raise ValueError

    object.__setattr__(centre.app.state.books.writer, "write", failing)
    book = await centre.ended(await centre.order())
    assert (book["state"], book["detail"].startswith("Keine einzige Tabelle")) == ("failed", True)
    assert (await centre.caller.send("GET", f"books/{book['book_id']}/content")).status_code == 409


async def test_a_network_makes_its_own_books_and_no_others(network: Site) -> None:
    site = network
    shelf = (await site.caller.send("GET", "books")).json()
    assert {kind["kind"]: kind["regions"] for kind in shelf["kinds"]} == {"in_figures": ["rp"], "mirror": ["rp"]}
    refused = await site.caller.send("PUT", f"books/{uuid4()}", json=ORDER | {"region": "sn"})
    assert refused.status_code == 422
    tables = await site.written(await site.order(region="", **MIRROR))
    assert row(tables["key_figures"], "Erstberatungen")["values"] == [2, 1, 2, 3]
    assert tables["timeliness"]["problem"] == ""
    assert row(tables["completeness"], "counselling")["values"] == [3]
    counsellor = Caller(site.caller.client, site.app.state.settings, Role.COUNSELLOR)
    assert (await counsellor.send("GET", "books")).status_code == 403


async def test_a_restart_goes_on_at_once(nats_server: NatsServer, database: MakeDatabase) -> None:
    url = database("reporting")
    async with site(lone_settings("de", url, nats_server.url), Role.COORDINATION) as first:
        hold(first, 1)
        key = await first.order()
        await eventually(lambda: has(first, key, 1))
    async with site(lone_settings("de", url, nats_server.url), Role.COORDINATION) as second:
        book = await second.ended(key)
        assert (book["state"], book["done"]) == ("done", STEPS)
        assert await rows(second.app, "SELECT attempts, worker FROM book") == [(0, None)]
