"""A signed-in client of one gateway, as a script of a network would write it."""

import time
from collections.abc import Callable
from typing import Any, Self

import httpx2

TIMEOUT_SECONDS = 300.0  # a network that stores a large file on a busy machine answers late
POLL_SECONDS = 0.5


class Gateway:
    """Talks to a gateway as one account; signs in again when its token has run out."""

    def __init__(self, account: dict[str, Any]) -> None:
        self.account = account
        self.http = httpx2.Client(base_url=account["gateway"], timeout=TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self.http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Answer to a request. Raises HTTPStatusError when it is refused."""
        response = self.http.request(method, path, **options)
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            self._sign_in()
            response = self.http.request(method, path, **options)
        response.raise_for_status()
        return response

    def _sign_in(self) -> None:
        form = {"username": self.account["username"], "password": self.account["password"]}
        response = self.http.post("/api/v1/token", data=form)
        response.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {response.json()['access_token']}"


def wait_until(what: str, condition: Callable[[], bool], seconds: float) -> None:
    """Ask again and again until it is so. Raises TimeoutError after `seconds`, naming `what`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(POLL_SECONDS)
