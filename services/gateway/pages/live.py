"""Pages learn that something has changed (server-sent events). The stream names nothing; the page asks for itself.

Watchers of one carrier share one look at the service every two seconds. A stream ends with the session, with its
process, and after half a minute of its own accord: the browser opens the next one.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.gateway.access import LIVE, SignedIn, Visitor, visitor_of
from services.gateway.pages.records import upstreams
from shared.problems import Problem
from shared.security import Principal
from shared.serving import LEAVING

router = APIRouter(prefix=LIVE.rstrip("/"), include_in_schema=False)

STEP_SECONDS = 2.0
STREAM_SECONDS = 30.0
AT_MOST, PER_ACCOUNT = 300, 6
"""Open streams of this process, and of one account in all its windows."""
CHANGED, ENDED = "geaendert", "abgemeldet"


@dataclass
class Watch:
    """The mark of one carrier's records in one service, looked up at most every two seconds."""

    service: str
    mark: str = ""
    floor: int | None = None
    looked: float = -STEP_SECONDS
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def now(self, request: Request, principal: Principal) -> str:
        """The present mark; the last one known while the service is away."""
        async with self.lock:
            if time.monotonic() - self.looked < STEP_SECONDS * 0.9:
                return self.mark
            params = {} if self.floor is None else {"floor": self.floor}
            try:
                found = await upstreams(request).call(principal, self.service, "GET", "/api/v1/changes", params=params)
            except Problem:
                return self.mark
            finally:
                self.looked = time.monotonic()
            self.floor, self.mark = found["floor"], found["mark"]
            return self.mark


@dataclass
class Watching:
    """Who watches what in this process."""

    watches: dict[tuple[object, ...], Watch] = field(default_factory=dict)
    streams: Counter[str] = field(default_factory=Counter)

    def watch(self, service: str, principal: Principal) -> Watch:
        """The watch that the principal shares with everybody of the same carriers."""
        return self.watches.setdefault((service, principal.carriers), Watch(service))


def seat(permission: str) -> Callable[..., AsyncIterator[Visitor]]:
    """Dependency of a stream: the visitor, while there is room. Raises Problem 429."""

    async def taken(
        request: Request, visitor: Annotated[Visitor, Depends(SignedIn(permission))]
    ) -> AsyncIterator[Visitor]:
        streams, who = request.app.state.watching.streams, visitor.principal.subject
        if streams.total() >= AT_MOST or streams[who] >= PER_ACCOUNT:
            raise Problem(429, "Es sind schon zu viele Fenster offen. Diese Seite zeigt Neues erst beim Neuladen.")
        streams[who] += 1
        try:
            yield visitor
        finally:
            streams[who] -= 1

    return taken


async def events(request: Request, visitor: Visitor, service: str) -> AsyncIterator[ServerSentEvent]:
    """Tells of changes since the mark that the browser saw last."""
    watch: Watch = request.app.state.watching.watch(service, visitor.principal)
    now = await watch.now(request, visitor.principal)
    seen = request.headers.get("last-event-id") or now
    end = time.monotonic() + STREAM_SECONDS
    yield ServerSentEvent(comment="bereit", id=seen, retry=1000)
    while time.monotonic() < end and not LEAVING.is_set():
        if now != seen:
            seen = now
            yield ServerSentEvent(event=CHANGED, raw_data="-", id=seen)
        await asyncio.sleep(STEP_SECONDS)
        if await visitor_of(request) is None:
            yield ServerSentEvent(event=ENDED, raw_data="-")
            return
        now = await watch.now(request, visitor.principal)


Sessions = Annotated[Visitor, Depends(seat("sessions:read"))]
Meetings = Annotated[Visitor, Depends(seat("meetings:read"))]


@router.get("/beratung", response_class=EventSourceResponse)
async def of_counselling(request: Request, visitor: Sessions) -> AsyncIterator[ServerSentEvent]:
    """Changes of sessions and groups."""
    async for event in events(request, visitor, "counselling"):
        yield event


@router.get("/bildung", response_class=EventSourceResponse)
async def of_registration(request: Request, visitor: Meetings) -> AsyncIterator[ServerSentEvent]:
    """Changes of trainings and events."""
    async for event in events(request, visitor, "registration"):
        yield event
