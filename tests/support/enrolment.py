"""Runs and registrations in tests: a run that is open, teams of houses, somebody without an account."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.security import Principal, issue_token
from shared.vocabulary import Role
from tests.support.recording import Caller

TEAM: list[dict[str, Any]] = [
    {"name": "Beispiel, Ada", "function": "ambassador", "graduate": True, "lead": True},
    {"name": "Muster, Kim", "function": "migration_officer"},
]
REGISTRATION: dict[str, Any] = {
    "house": "Jobcenter Musterstadt",
    "topic": "Einfache Sprache in Briefen",
    "email": "haus@example.org",
    "binding": True,
    "members": TEAM,
}


def open_run(until: datetime, **more: Any) -> dict[str, Any]:
    """A published run of IKÖ 4.0 that is open until then and begins a good while later."""
    opens, starts = until - timedelta(days=60), until.date() + timedelta(days=90)
    given = {"opens_at": opens.isoformat(), "deadline": until.isoformat(), "starts_on": starts.isoformat()}
    return {"programme": "iko", "public_title": "IKÖ 4.0", "published": True} | given | more


async def made_run(caller: Caller, until: datetime | None = None, **more: Any) -> UUID:
    """A run of the caller's carrier that is open until then; its id."""
    key = uuid4()
    await caller.put(f"runs/{key}", open_run(until or clock.now() + timedelta(days=14), **more))
    return key


def house(number: int, **more: Any) -> dict[str, Any]:
    """The registration of a house."""
    return REGISTRATION | {"house": f"Jobcenter {number}", "email": f"haus{number}@example.org"} | more


class Public:
    """Somebody without an account, as the gateway asks for her."""

    def __init__(self, caller: Caller) -> None:
        self.client, self.settings = caller.client, caller.settings
        who = Principal("public", Role.READER, self.settings.network)
        token = issue_token(who, self.settings.signing_key.get_secret_value(), "services", 600)
        self.headers = {"Authorization": f"Bearer {token}"}

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request."""
        return await self.client.request(method, f"/api/v1/intake/{path}", json=body, headers=self.headers)

    async def register(self, run: UUID, body: dict[str, Any], key: UUID | None = None) -> Any:
        """Try to register."""
        return await self.send("PUT", f"runs/{run}/registrations/{key or uuid4()}", body)

    async def ticket(self, token: str, act: str = "") -> Any:
        """What the link shows, after an act."""
        return await self.send("POST", f"registrations/ticket{act}", {"token": token})
