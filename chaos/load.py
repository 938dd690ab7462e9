"""A load of sessions through a gateway that goes on whatever is killed: what was accepted is remembered."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

RETRY_SECONDS = 0.2


@dataclass
class Load:
    """Sends `count` sessions, `at_once` at a time; each is repeated with its id until it is accepted."""

    account: dict[str, Any]
    count: int
    at_once: int = 10
    accepted: set[str] = field(default_factory=set)
    refusals: int = 0
    _headers: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Send everything."""
        keys = asyncio.Queue[str]()
        for _ in range(self.count):
            keys.put_nowait(str(uuid4()))
        async with httpx2.AsyncClient(base_url=self.account["gateway"], timeout=20, trust_env=False) as client:
            await asyncio.gather(*(self._work(client, keys) for _ in range(self.at_once)))

    async def _work(self, client: httpx2.AsyncClient, keys: "asyncio.Queue[str]") -> None:
        while not keys.empty():
            key = keys.get_nowait()
            while not await self._accepted(client, key):
                self.refusals += 1
                await asyncio.sleep(RETRY_SECONDS)
            self.accepted.add(key)

    async def _accepted(self, client: httpx2.AsyncClient, key: str) -> bool:
        body = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
        try:
            if not self._headers:
                await self._sign_in(client)
            answer = await client.put(f"/api/v1/sessions/{key}", json=body, headers=self._headers)
        except httpx2.TransportError:
            return False
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            self._headers = {}
        return answer.status_code == httpx2.codes.OK

    async def _sign_in(self, client: httpx2.AsyncClient) -> None:
        form = {"username": self.account["username"], "password": self.account["password"]}
        answer = await client.post("/api/v1/token", data=form)
        if answer.status_code == httpx2.codes.OK:
            self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
