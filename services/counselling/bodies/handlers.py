"""Changing the directory: one transaction with its audit; it has no event."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import untold
from services.counselling.bodies import store
from services.counselling.bodies.commands import RecordBody
from services.counselling.bodies.rules import KEEPERS, may_change
from services.counselling.bodies.tables import BodyRow
from shared.problems import Problem
from shared.recording import Actor
from shared.revisions import next_revision

KEPT = "Diesen Eintrag ändern Verwaltung oder Koordination. Bitte sagen Sie dort Bescheid."


async def record_body(session: AsyncSession, body_id: UUID, command: RecordBody, actor: Actor) -> BodyRow:
    """Record or change an entry. Repeating changes nothing.

    Raises Problem 403 (a counsellor may only add), 409 (stale revision).
    """
    stored = await store.get_body(session, body_id, to_change=True)
    content = command.model_dump(exclude={"revision", "checked"})
    content["languages"] = sorted(set(content["languages"]))
    keeps = actor.principal.role in KEEPERS
    content["checked_on"] = actor.today if command.checked and keeps else (stored.checked_on if stored else None)
    if stored is not None and all(getattr(stored, name) == value for name, value in content.items()):
        return stored
    if not may_change(actor.principal.role, exists=stored is not None):
        raise Problem(403, KEPT)
    # The next revision also of one that is gone: it may come back.
    revision = 1 if stored is None else next_revision(stored, content | {"revision": 0}, command.revision)
    row = stored or BodyRow(body_id=body_id, recorded_on=actor.today, **content | {"revision": 1})
    row.sqlmodel_update(content)
    row.revision, row.recorded_on = revision or 1, max(actor.today, row.recorded_on)
    await untold.save(session, row, "body.recorded", actor)
    return row
