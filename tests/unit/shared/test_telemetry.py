"""Requests are counted while they are answered, whatever becomes of them."""

import pytest
from prometheus_client import REGISTRY
from starlette.types import Receive, Scope, Send

from shared.telemetry import Measured

SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}


def in_flight() -> float | None:
    return REGISTRY.get_sample_value("iq_http_requests_in_flight", {"network": "rp", "service": "unit"})


async def nothing() -> dict[str, str]:
    return {"type": "http.request"}


async def ignore(_message: object) -> None:
    pass


@pytest.mark.parametrize("fails", [False, True])
async def test_a_request_is_in_flight_until_it_is_answered_or_has_failed(fails: bool) -> None:
    seen: list[float | None] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(in_flight())
        if fails:
            raise ZeroDivisionError
        await send({"type": "http.response.start", "status": 204, "headers": []})

    measured = Measured(app, "rp", "unit")
    if fails:
        with pytest.raises(ZeroDivisionError):
            await measured(SCOPE, nothing, ignore)
    else:
        await measured(SCOPE, nothing, ignore)
    assert (seen, in_flight()) == ([1.0], 0.0)
