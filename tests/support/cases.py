"""Cases in tests: someone new, a colleague, and the case that a first session opens."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from tests.support.recording import Caller

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
MIGRATION = SESSION | {"programme_line": "migration_service"}


def person() -> dict[str, str]:
    """Someone new."""
    return {"person_id": str(uuid4())}


def colleague(counsellor: Caller, subject: str = "colleague", office: UUID | None = None) -> Caller:
    """Another counsellor of the same carrier."""
    return replace(counsellor, subject=subject, office=office)


async def case_of(counsellor: Caller, body: dict[str, Any]) -> dict[str, Any]:
    """The one case that recording a session opens."""
    await counsellor.put(f"sessions/{uuid4()}", body)
    found = (await counsellor.send("GET", f"cases?person_id={body['person_id']}")).json()
    assert found["total"] == 1, found
    one: dict[str, Any] = found["items"][0]
    return one
