"""Offerings at the desk: created and described; and the one that only comes up in a participation."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as records
from services.registration.measures import store
from services.registration.measures.commands import RecordOffering
from services.registration.model import check_offering
from services.registration.tables import OfferingRow
from shared.problems import FieldProblem, invalid
from shared.recording import Actor
from shared.revisions import next_revision
from shared.vocabulary import CourseForm, Delivery, Origin, ProgrammeLine


async def record_offering(
    session: AsyncSession, offering_id: UUID, command: RecordOffering, actor: Actor
) -> OfferingRow:
    """Create an offering or describe it anew. Repeating changes nothing. Raises Problem 409 (stale) or 422."""
    carrier = actor.principal.carrier
    stored = await store.get_offering(session, offering_id, actor.principal.carriers)
    offices = await records.offices(session, actor.principal.carriers) if command.office else {}
    content: dict[str, Any] = command.model_dump(exclude={"revision", "code"})
    content["target_groups"] = sorted(set(content["target_groups"]))
    in_use = (await records.lines_in_use(session, carrier)).get(command.code) if stored is not None else None
    same_code = await store.offering_of_code(session, carrier, command.code)
    problems = check_code(command.code, stored, same_code) + check_offering(content, offices, in_use)
    if problems:
        raise invalid(*problems)
    content["office_id"] = offices.get(content.pop("office") or "")
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    known = {"external_id": command.code, "origin": Origin.ENTERED.value, "recorded_on": actor.today}
    row = stored or OfferingRow(offering_id=offering_id, carrier_id=carrier, revision=1, **known, **content)
    row.sqlmodel_update(content)
    row.revision, row.withdrawn, row.recorded_on = revision or 1, False, max(actor.today, row.recorded_on)
    revisions = records.revisions(session, actor)
    revisions.add(row, "offering.recorded")
    await revisions.write()
    return row


def check_code(code: str, stored: OfferingRow | None, same_code: OfferingRow | None) -> list[FieldProblem]:
    """Problems of an offering's code: another offering has it, or it was another before."""
    if stored is not None and stored.external_id != code:
        text = f"Das Kürzel dieses Angebots ist „{stored.external_id}“; es bleibt, weil Listen es daran erkennen."
        return [FieldProblem("code", code, text, "Bitte das Kürzel belassen oder ein neues Angebot anlegen.")]
    if stored is None and same_code is not None:
        text = f"Das Kürzel „{code}“ hat schon ein anderes Angebot."
        return [FieldProblem("code", code, text, "Bitte ein anderes wählen oder das vorhandene Angebot ändern.")]
    return []


def implied(carrier: UUID, code: str, origin: str, today: date) -> OfferingRow:
    """An offering that only comes up in a participation: of the line qualification, to be described later."""
    return OfferingRow(
        offering_id=uuid4(),
        carrier_id=carrier,
        origin=origin,
        external_id=code,
        revision=1,
        recorded_on=today,
        programme_line=ProgrammeLine.QUALIFICATION.value,
        form=CourseForm.NOT_STATED.value,
        delivery=Delivery.NOT_STATED.value,
    )
