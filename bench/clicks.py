"""What people open around their work: a counsellor before a consultation is saved, the coordination all day long."""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

import httpx2

from tests.support.pages import form_of

SIGN_IN, PURPOSE, NEW = "/anmelden", "/zweck", "/beratungen/neu"
NATION = ("/bund", "/bund/weg", "/bund/vollstaendigkeit", "/bund/linie/recognition_counselling", "/bund/netzwerk/rp")
NATION_SECONDS = 6.0
"""The coordination opens a page as often as that."""


class Browser:
    """One person's browser, signed in by page; `took` are the seconds until each page was there."""

    def __init__(self, account: dict[str, Any]) -> None:
        self.account = account
        self.http = httpx2.AsyncClient(base_url=account["gateway"], timeout=60, trust_env=False)
        self.took: list[float] = []

    async def sign_in(self, purpose: str = "") -> None:
        """Sign in, and say what for where that is asked. Raises httpx2.HTTPStatusError when it is refused."""
        form = {"username": self.account["username"], "password": self.account["password"], "weiter": "/"}
        answer = await self.http.post(SIGN_IN, data=form)
        if answer.status_code >= 400:
            answer.raise_for_status()
        if purpose:
            asked = form_of((await self.http.get(PURPOSE)).text, PURPOSE)
            answer = await self.http.post(PURPOSE, data=asked | {"purpose": [purpose]})
            if answer.status_code >= 400:
                answer.raise_for_status()

    async def open(self, path: str) -> str:
        """Open a page. Raises httpx2.HTTPStatusError for one that is not there."""
        began = time.monotonic()
        page = (await self.http.get(path)).raise_for_status()
        self.took.append(time.monotonic() - began)
        return page.text

    async def before_a_consultation(self, name: str) -> None:
        """The start page, whether the person is known, the form, and twice what is kept while it is filled in."""
        await self.open("/")
        await self.open(f"/beratungen?q={name}")
        form = form_of(await self.open(NEW), NEW) | {"name": [f"{name}, Kim"]}
        for _ in range(2):
            answer = await self.http.post("/entwuerfe/session", data=form, headers={"X-Draft": "1"})
            answer.raise_for_status()

    async def all_day(self, paths: Sequence[str], chance: random.Random) -> None:
        """Open one of the pages every few seconds, for ever."""
        while True:
            await self.open(chance.choice(paths))
            await asyncio.sleep(NATION_SECONDS)
