"""Imports that wait for somebody, as the start page lists them."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import BERLIN
from shared.importing.api import owners
from shared.importing.kinds import Kind
from shared.importing.tables import ImportJob
from shared.security import Principal, allowed

LOOKED_AT = 20


async def imports_waiting(session: AsyncSession, kinds: Iterable[Kind], principal: Principal) -> list[dict[str, Any]]:
    """Due items: files with an open mapping, and rows that the newest finished file of a kind had rejected.

    An older file's rejected rows are taken as mended, since the same file is sent again until none is left.
    """
    found = []
    for kind in kinds:
        if not allowed(principal, kind.permission):
            continue
        own = (ImportJob.kind == kind.name, col(ImportJob.carrier_id).in_(owners(kind, principal)))
        query = select(ImportJob).where(*own, col(ImportJob.state).in_(("needs_mapping", "done")))
        jobs = (await session.exec(query.order_by(col(ImportJob.created_at).desc()).limit(LOOKED_AT))).all()
        newest = next((job for job in jobs if job.state == "done"), None)
        for job in jobs:
            if job.state == "needs_mapping":
                found.append(_item(job, "import_mapping", f"{kind.title}: Überschriften oder Werte zuordnen"))
            elif job is newest and job.rejected:
                rows = "eine Zeile ist" if job.rejected == 1 else f"{job.rejected} Zeilen sind"
                found.append(_item(job, "import_rejected", f"{kind.title}: {rows} zu berichtigen"))
    return found


def _item(job: ImportJob, kind: str, title: str) -> dict[str, Any]:
    day = job.created_at.astimezone(BERLIN).date()
    return {"kind": kind, "entity_id": job.id, "title": title, "due": day, "link": f"/import/{job.kind}/{job.id}"}
