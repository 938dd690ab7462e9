"""Pages learn of changes: the stream names nothing, ends with the session and keeps no session alive."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from services.gateway.pages import live
from services.gateway.sessions import IDLE
from shared import clock
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.waiting import eventually

SESSION = {"date": "2026-09-01", "programme_line": "recognition_counselling", "person_ref": "KANARIENVOGEL"}
STREAM = "/aenderungen/beratung"


class Listener:
    """Collects the lines of a stream."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.status = 0
        self.ended = False

    async def listen(self, client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
        async with client.stream("GET", STREAM, headers=headers) as answer:
            self.status = answer.status_code
            async for line in answer.aiter_lines():
                self.lines.append(line)
        self.ended = True


@contextlib.asynccontextmanager
async def listening(gateway: Gateway, **headers: str) -> AsyncIterator[Listener]:
    listener = Listener()
    task = asyncio.create_task(listener.listen(gateway.client, headers))
    try:
        await eventually(lambda: listener.lines or listener.ended)
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STEP_SECONDS", 0.1)


async def record(gateway: Gateway, **more: Any) -> None:
    who = await gateway.as_role("counsellor")
    answer = await gateway.client.put(f"/api/v1/sessions/{uuid4()}", headers=who, json=SESSION | more)
    assert answer.status_code == 200, answer.text


async def test_a_page_learns_of_a_record_and_of_its_arrival_and_of_nothing_else(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    async with listening(whole) as listener:
        quiet = list(listener.lines)
        await record(whole)
        await eventually(lambda: "event: geaendert" in listener.lines)
        said = {line.partition(":")[0] for line in listener.lines if line}
        assert said <= {"", "event", "data", "id", "retry"}
        assert "data: -" in listener.lines
        assert "KANARIENVOGEL" not in "".join(listener.lines)
        mark = next(line for line in quiet if line.startswith("id:")).removeprefix("id: ")
    async with listening(whole, **{"Last-Event-ID": mark}) as late:  # what happened between two streams is told
        await eventually(lambda: "event: geaendert" in late.lines)


async def test_signing_out_ends_the_stream_and_listening_keeps_nobody_signed_in(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    page = await whole.client.get("/beratungen")

    async def last_seen() -> Any:
        async with whole.app.state.sessions() as session:
            return await (await session.connection()).scalar(text("SELECT last_seen FROM sign_in"))

    async with whole.app.state.sessions() as session, session.begin():
        old = clock.now() - IDLE + timedelta(minutes=1)
        await (await session.connection()).execute(text("UPDATE sign_in SET last_seen = :old"), {"old": old})
    async with listening(whole) as listener:
        assert (await whole.client.get("/beratungen", headers={"X-Live": "1"})).status_code == 200
        assert await last_seen() == old
        assert (await whole.client.post("/abmelden", data={"csrf": csrf_of(page)})).status_code == 303
        await eventually(lambda: listener.ended)
        assert "event: abgemeldet" in listener.lines
    await eventually(lambda: whole.app.state.watching.streams.total() == 0)  # its seat is given up after the last line


async def test_streams_are_bounded_and_need_the_permission(whole: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await whole.client.get(STREAM)).status_code == 303
    await whole.sign_in("trainer")
    assert (await whole.client.get(STREAM)).status_code == 403
    await whole.sign_in("counsellor")
    monkeypatch.setattr(live, "PER_ACCOUNT", 1)
    async with listening(whole):
        assert (await whole.client.get(STREAM)).status_code == 429
    await eventually(lambda: whole.app.state.watching.streams.total() == 0)


async def test_watchers_of_a_carrier_share_one_look(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    async with listening(whole), listening(whole):
        assert len(whole.app.state.watching.watches) == 1


async def test_a_stream_ends_when_its_process_is_told_to(whole: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = asyncio.Event()
    monkeypatch.setattr(live, "LEAVING", leaving)
    await whole.sign_in("counsellor")
    async with listening(whole) as listener:
        assert not listener.ended
        leaving.set()
        await eventually(lambda: listener.ended)
        assert "event: abgemeldet" not in listener.lines  # nobody is signed out by it


async def test_a_stream_ends_of_itself_so_that_a_process_can_stop(
    whole: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "STREAM_SECONDS", 0.3)
    await whole.sign_in("counsellor")
    async with listening(whole) as listener:
        await eventually(lambda: listener.ended)
        assert "event: abgemeldet" not in listener.lines
