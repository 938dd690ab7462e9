"""Which certificates are printed, with their codes."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.certificates import answers, store
from services.registration.certificates.codes import code_of, grouped, hash_of
from services.registration.certificates.commands import MANY, Print
from services.registration.certificates.tables import CertificateRow
from services.registration.runs.store import get_run
from services.registration.tables import StructureRow
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor

GONE = "Diese Bescheinigung ist zurückgezogen und wird nicht mehr gedruckt."
NAMELESS = "Der Name ist nach Ablauf der Frist entfernt; die Bescheinigung lässt sich nicht mehr drucken."
OTHER_KEY = (
    "Der Schlüssel des Netzwerks ist ein anderer als bei der Ausstellung; der Code lässt sich nicht noch einmal "
    "drucken. Bitte ziehen Sie die Bescheinigung zurück und stellen Sie eine neue aus."
)
NONE_THERE = "Es gibt keine Bescheinigung, die gedruckt werden könnte. Bitte stellen Sie zuerst eine aus."
TOO_MANY = f"Das sind mehr als {MANY} Bescheinigungen. Bitte drucken Sie sie in Teilen."


async def to_print(session: AsyncSession, run_id: UUID, command: Print, actor: Actor) -> answers.PrintedAll:
    """What is printed of the certificates named, or of all in force; audited as given out.

    Raises Problem 404 (another carrier's, or none of the run) and 409 (withdrawn, without a name, another key).
    """
    run = await get_run(session, run_id, actor.principal.carriers)
    if run is None:
        raise Problem(404, NOT_FOUND)
    rows = await _chosen(session, run_id, command, actor)
    named = select(StructureRow.name).where(col(StructureRow.structure_id) == run.carrier_id)
    carrier = (await session.exec(named)).first()
    await readings.listed(session, actor.principal, "certificate", rows, "exported")
    items = [answers.printed(row, run.programme, carrier, code_on(row, actor.key)) for row in rows]
    return answers.PrintedAll(items=items)


async def _chosen(session: AsyncSession, run_id: UUID, command: Print, actor: Actor) -> list[CertificateRow]:
    rows = await store.certificates_of(session, run_id, actor.principal.carriers)
    if not command.certificate_ids:
        found = [row for row in rows if not row.withdrawn and row.name is not None]
        if not found:
            raise Problem(409, NONE_THERE)
        if len(found) > MANY:
            raise Problem(409, TOO_MANY)
        return found
    known = {row.certificate_id: row for row in rows}
    if not known.keys() >= set(command.certificate_ids):
        raise Problem(404, NOT_FOUND)
    found = [known[key] for key in dict.fromkeys(command.certificate_ids)]
    if any(row.withdrawn for row in found):
        raise Problem(409, GONE)
    if any(row.name is None for row in found):
        raise Problem(409, NAMELESS)
    return found


def code_on(row: CertificateRow, key: str) -> str | None:
    """The code of a certificate in groups. Raises Problem 409 where the key has changed: none is printed wrong."""
    if row.code_hash is None:
        return None
    code = code_of(row.certificate_id, key)
    if hash_of(code) != row.code_hash:
        raise Problem(409, OTHER_KEY)
    return grouped(code)
