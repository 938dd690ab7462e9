"""Offices and bookings in tests: a registration with a carrier's office, and a mail server beside it."""

import email
import sys
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from deploy.local.paths import ROOT
from services.registration.mailing.settings import MailSettings
from shared import clock
from shared.clock import BERLIN
from shared.security import Principal, issue_token
from shared.vocabulary import Role
from tests.support.recording import Caller
from tests.support.servers import Server, free_port, listening

WEEK = [{"weekday": day, "starts": "09:00", "ends": "14:00"} for day in range(5)]
OFFICE: dict[str, Any] = {
    "published": True,
    "address": "Musterweg 1, 12345 Musterstadt",
    "phone": "0123 456",
    "languages": ["de", "ar", "uk"],
    "channels": ["in_person", "phone"],
    "openings": WEEK,
    "minutes": 30,
    "places": 2,
}


def workday(ahead: int = 7) -> date:
    """A day from Monday to Friday that lies so many days ahead, or a little more."""
    day = clock.today() + timedelta(days=ahead)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def at(hour: int, minute: int = 0, day: date | None = None) -> str:
    """An instant of a day by the clock of Berlin, as the API takes it."""
    return datetime.combine(day or workday(), time(hour, minute), tzinfo=BERLIN).isoformat()


def office_units(carrier: str, code: str) -> dict[str, dict[str, Any]]:
    """A carrier with a Teilprojekt and an office, as the structure register takes them, by id; the office last."""
    project, office, common = str(uuid4()), str(uuid4()), {"valid_from": "2020-01-01"}
    line = {"programme_line": "recognition_counselling"}
    return {
        carrier: common | {"kind": "carrier", "code": "T-1", "name": "Träger"},
        project: common | line | {"kind": "sub_project", "code": f"P-{code}", "name": "Projekt", "parent_id": carrier},
        office: common | {"kind": "office", "code": code, "name": f"Beratung {code}", "parent_id": project},
    }


async def made_office(caller: Caller, code: str = "B-1", **more: Any) -> UUID:
    """An office of the caller's carrier with opening times; its id."""
    coordinator = Caller(caller.client, caller.settings, Role.COORDINATOR)
    units = office_units(str(caller.carrier), code)
    for key, unit in units.items():
        await coordinator.put(f"structure/{key}", unit)
    office = UUID(list(units)[-1])
    admin = Caller(caller.client, caller.settings, Role.ADMIN, caller.carrier)
    await admin.put(f"offices/{office}", OFFICE | more)
    return office


class Everyone:
    """Somebody without an account, as the gateway asks for her."""

    def __init__(self, caller: Caller) -> None:
        self.client, self.settings = caller.client, caller.settings

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request."""
        who = Principal("public", Role.READER, self.settings.network)
        token = issue_token(who, self.settings.signing_key.get_secret_value(), "services", 60)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, f"/api/v1/intake/{path}", json=body, headers=headers)

    async def book(self, office: UUID, starts_at: str | None, key: UUID | None = None, **more: Any) -> Any:
        """Try to book."""
        body = {"office_id": str(office), "starts_at": starts_at, "name": "Beispiel, Ada", "language": "ar"} | more
        return await self.send("PUT", f"requests/{key or uuid4()}", body)


class MailServer(Server):
    """A mail server process; what it took lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        folder.mkdir()
        command = [sys.executable, str(ROOT / "tests/support/smtp_process.py"), str(self.port), str(folder)]
        super().__init__(command, folder.with_suffix(".log"), lambda: listening(self.port))

    @property
    def settings(self) -> MailSettings:
        """How a registration sends through it; the test itself says when."""
        values: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "security": "none"}
        return MailSettings(**values, sender="termine@example.org", public_url="https://iq.example", poll_seconds=3600)

    def taken(self) -> list[EmailMessage]:
        """Messages it took, in the order of their dates."""
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
