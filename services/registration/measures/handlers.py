"""Participations at the desk: entered, corrected, ended, withdrawn, restored; the edge commits."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import occupations
from services.registration import store as records
from services.registration.measures import store
from services.registration.measures.commands import EndParticipation, RecordParticipation
from services.registration.measures.filling import content_of, others_of, proposal_of
from services.registration.measures.offerings import implied
from services.registration.measures.rules import Days, check_desk, check_twice, with_days
from services.registration.participation import check_in_force
from services.registration.proposals.handlers import AnswerProposal, answer_proposal
from services.registration.tables import OfferingRow, ParticipationRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.rights.tombstones import Tombstones
from shared.vocabulary import Origin
from shared.vocabulary.proposals import ProposalAnswer

NOUN = "participation"


async def record_participation(
    session: AsyncSession, participation_id: UUID, command: RecordParticipation, actor: Actor
) -> ParticipationRow:
    """Record or correct a participation; a proposal that it takes up is accepted in the same act.

    Repeating changes nothing. Raises Problem 404 (other carrier's id, no such proposal), 409 (stale) or 422.
    """
    stored = await store.get_participation(session, participation_id, actor.principal.carriers)
    offering = await offering_for(session, command, actor)
    proposal = await proposal_of(session, command, actor) if stored is None else None
    content = await content_of(session, command, stored, proposal, offering, actor)
    problems = await _problems(session, participation_id, command, content, offering, actor)
    if problems:
        raise invalid(*problems)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    if proposal is not None:
        await answer_proposal(session, proposal.proposal_id, AnswerProposal(answer=ProposalAnswer.ACCEPTED), actor)
    known = {"carrier_id": actor.principal.carrier, "origin": Origin.ENTERED.value, "recorded_on": actor.today}
    row = stored or ParticipationRow(participation_id=participation_id, revision=0, **known, **content)
    row.sqlmodel_update(content)
    row.withdrawn, row.withdrawn_reason = False, None
    await _save(session, row, "participation.recorded", actor, revision or 1)
    return row


async def offering_for(session: AsyncSession, command: RecordParticipation, actor: Actor) -> OfferingRow:
    """The offering of a code, made if the command says it is new. Raises Problem 422 where it is unknown or gone."""
    code, carrier = command.offering, actor.principal.carrier
    found = await store.offering_of_code(session, carrier, code)
    if found is not None:
        if problems := check_in_force(code, withdrawn=found.withdrawn):
            raise invalid(*problems)
        return found
    if not command.new_offering:
        text = f"Das Angebot „{code}“ gibt es bei Ihrem Träger nicht."
        raise invalid(FieldProblem("offering", code, text, "Bitte das Kürzel prüfen oder es als neu anlegen."))
    made = implied(carrier, code, Origin.ENTERED.value, actor.today)
    revisions = records.revisions(session, actor)
    revisions.add(made, "offering.implied")
    await revisions.write()
    return made


async def _problems(
    session: AsyncSession,
    participation_id: UUID,
    command: RecordParticipation,
    content: dict[str, Any],
    offering: OfferingRow,
    actor: Actor,
) -> list[FieldProblem]:
    hers = [Days(row.entered_on, row.ended_on) for row in await others_of(session, content, participation_id, actor)]
    values = with_days(content) | {"birth_year": command.birth_year}
    problems = check_desk(values, offering.programme_line, offering.measure, hers, actor.today)
    key, name = content["reference_occupation"], content["external_id"]
    if key is not None and await occupations.missing(session, {key}):
        text = f"Den Schlüssel {key} gibt es in der Klassifikation der Berufe (KldB 2010) nicht."
        remedy = "Bitte den Beruf suchen und einen Vorschlag wählen."
        problems.append(FieldProblem("reference_occupation", key, text, remedy))
    if name is not None:
        problems += await _check_reference(session, name, participation_id, command, actor)
    return problems


async def _check_reference(
    session: AsyncSession, name: str, participation_id: UUID, command: RecordParticipation, actor: Actor
) -> list[FieldProblem]:
    """Problems of the carrier's own reference: another participation has it, or it is an erased one's."""
    carrier = actor.principal.carrier
    if await store.named(session, carrier, name) not in (None, participation_id):
        text = "Diese Kennung hat schon eine andere Teilnahme."
        return [FieldProblem("external_id", name, text, "Bitte eine andere wählen.")]
    stones = await Tombstones.load(session, carrier, NOUN, actor.key)
    return stones.over(name, None, command.entered_on)


async def end_participation(
    session: AsyncSession, participation_id: UUID, command: EndParticipation, actor: Actor
) -> ParticipationRow:
    """End a participation, or end it otherwise. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    row = await _own(session, participation_id, actor)
    if row.withdrawn:
        raise Problem(409, "Diese Teilnahme ist zurückgezogen. Bitte zuerst wiederherstellen.")
    offering = await store.offering_of(session, row)
    content: dict[str, Any] = command.model_dump(exclude={"revision", "after_exit"})
    if command.after_exit is not None:
        content |= command.model_dump(include={"after_exit"}, mode="json")
    values = with_days(row.model_dump()) | content
    if problems := check_desk(values, row.programme_line, offering.measure, (), actor.today):
        raise invalid(*problems)
    revision = next_revision(row, content, command.revision or row.revision)
    if revision is None:
        return row
    row.sqlmodel_update(content)
    await _save(session, row, "participation.ended", actor, revision)
    return row


async def withdraw_participation(session: AsyncSession, participation_id: UUID, reason: str, actor: Actor) -> None:
    """Withdraw a participation from today on. Repeatable. Raises Problem 404."""
    row = await _own(session, participation_id, actor)
    if not row.withdrawn:
        row.withdrawn, row.withdrawn_reason = True, reason
        await _save(session, row, "participation.withdrawn", actor, row.revision + 1)


async def restore_participation(session: AsyncSession, participation_id: UUID, actor: Actor) -> None:
    """Bring a withdrawn participation back. Repeatable. Raises Problem 404, 422 where the person entered again."""
    row = await _own(session, participation_id, actor)
    if not row.withdrawn:
        return
    others = await others_of(session, row.model_dump(), participation_id, actor)
    hers = [Days(other.entered_on, other.ended_on) for other in others]
    if problems := check_twice(Days(row.entered_on, row.ended_on), hers):
        raise invalid(*problems)
    row.withdrawn, row.withdrawn_reason = False, None
    await _save(session, row, "participation.restored", actor, row.revision + 1)


async def _own(session: AsyncSession, participation_id: UUID, actor: Actor) -> ParticipationRow:
    row = await store.get_participation(session, participation_id, actor.principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    return row


async def _save(session: AsyncSession, row: ParticipationRow, action: str, actor: Actor, revision: int) -> None:
    row.revision, row.recorded_on = revision, max(actor.today, row.recorded_on)
    revisions = records.revisions(session, actor)
    revisions.add(row, action)
    await revisions.write()
