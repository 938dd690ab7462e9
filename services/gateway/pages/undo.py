"""Undo: what the last change replaced is kept for a quarter of an hour; undoing it is an honest next revision."""

from typing import Any, Literal, NamedTuple
from uuid import UUID

from fastapi import Request

from services.gateway import drafts
from services.gateway.access import Visitor
from services.gateway.pages.records import upstreams
from shared.problems import Problem

Act = Literal["withdraw", "restore", "correct"]
WORDS = {
    "withdraw": "Der Eintrag wird dann zurückgezogen.",
    "restore": "Der Eintrag gilt dann wieder.",
    "correct": "Dann gelten wieder die Angaben von vorher.",
}
REASON = "rückgängig gemacht"
TOO_LATE = "Das lässt sich nicht mehr rückgängig machen: Es ist über 15 Minuten her. Bitte korrigieren Sie den Eintrag."
CHANGED = "Das lässt sich nicht mehr rückgängig machen: Der Eintrag wurde inzwischen weiter geändert."


class Record(NamedTuple):
    """Where a record lives: service, resource of its API, id."""

    service: str
    resource: str
    key: UUID

    @property
    def path(self) -> str:
        """Its address in the service's API."""
        return f"/api/v1/{self.resource}/{self.key}"


async def remember(
    request: Request, visitor: Visitor, record: Record, act: Act, revision: int, body: dict[str, Any] | None = None
) -> None:
    """Keep what would undo the change that made `revision`; without it there is no undo, nothing else is missing."""
    content = {"act": act, "revision": revision, "body": body}
    try:
        await drafts.put(request, visitor.principal, "undo", record.key, content)
    except Problem:
        return


async def undo_words(request: Request, visitor: Visitor, key: UUID) -> str:
    """What undoing would do now, in words; empty when there is nothing to undo."""
    found = await drafts.get(request, visitor.principal, "undo", key)
    return WORDS[found[0]["act"]] if found else ""


async def undo(request: Request, visitor: Visitor, record: Record) -> None:
    """Undo the visitor's last change of a record. Raises Problem 409 when it is too late or the record moved on."""
    found = await drafts.get(request, visitor.principal, "undo", record.key)
    if found is None:
        raise Problem(409, TOO_LATE)
    kept = found[0]
    send = upstreams(request).call
    if (await send(visitor.principal, record.service, "GET", record.path))["revision"] != kept["revision"]:
        raise Problem(409, CHANGED)
    if kept["act"] == "correct":
        body = kept["body"] | {"revision": kept["revision"]}
        await send(visitor.principal, record.service, "PUT", record.path, json=body)
    elif kept["act"] == "restore":
        await send(visitor.principal, record.service, "POST", f"{record.path}/restore")
    else:
        await send(visitor.principal, record.service, "POST", f"{record.path}/withdraw", json={"reason": REASON})
    await drafts.forget(request, visitor.principal, "undo", record.key)
