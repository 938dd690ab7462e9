"""Waiting in tests: until this is true, at most so many seconds. Never a bare sleep."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Value = TypeVar("Value")
STEP_SECONDS = 0.02


@overload
async def eventually(probe: Callable[[], Awaitable[Value]], seconds: float = 10.0) -> Value: ...
@overload
async def eventually(probe: Callable[[], Value], seconds: float = 10.0) -> Value: ...
async def eventually(probe: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true answer of `probe` (a plain or an async function). Fails with its last one after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        value = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s; last answer: {value!r}"
        await asyncio.sleep(STEP_SECONDS)


def wait_for(probe: Callable[[], Value], seconds: float = 10.0) -> Value:
    """Like `eventually`, for tests without an event loop."""
    end = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < end, f"not within {seconds} s; last answer: {value!r}"
        time.sleep(STEP_SECONDS)
    return value
