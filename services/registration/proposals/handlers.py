"""Answering a proposal: kept, audited and told to counselling in one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import publishing
from services.registration.proposals import store
from services.registration.proposals.tables import AnswerRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor, Revisions
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer


class AnswerProposal(BaseModel):
    """Accept a proposal, or decline it with a reason."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)

    answer: ProposalAnswer
    reason: DeclineReason | None = None


def check_answer(answer: str, reason: str | None) -> list[FieldProblem]:
    """Problems of an answer: who declines says why, who accepts gives no reason."""
    if answer == ProposalAnswer.DECLINED and reason is None:
        text = "Der Grund fehlt; die Beratungsstelle und die Person sollen wissen, woran es liegt."
        return [FieldProblem("reason", None, text, "Bitte einen Grund wählen.")]
    if answer == ProposalAnswer.ACCEPTED and reason is not None:
        return [FieldProblem("reason", reason, "Eine Zusage braucht keinen Grund.", "Bitte das Feld leeren.")]
    return []


def told(row: AnswerRow, region: str, instant: datetime) -> list[dict[str, Any]]:
    """The message of an answer."""
    return publishing.answer_messages(row.model_dump(), region, instant)


async def answer_proposal(session: AsyncSession, proposal_id: UUID, command: AnswerProposal, actor: Actor) -> AnswerRow:
    """Answer a proposal in force, or answer it otherwise. Repeating changes nothing. Raises Problem 404, 422."""
    if problems := check_answer(command.answer, command.reason):
        raise invalid(*problems)
    asked = await store.asked(session, proposal_id, actor.principal.carriers)
    if asked is None:
        raise Problem(404, NOT_FOUND)
    row = await session.get(AnswerRow, proposal_id)
    content: dict[str, Any] = {"answer": command.answer, "reason": command.reason}
    if row is not None and all(getattr(row, name) == value for name, value in content.items()):
        return row
    whose = asked.model_dump(include={"proposal_id", "carrier_id", "to_carrier_id", "person_id"})
    row = row or AnswerRow(revision=0, recorded_on=actor.today, answered_by="", **whose, **content)
    row.sqlmodel_update(content | {"answered_by": actor.principal.subject})
    row.revision, row.recorded_on = row.revision + 1, max(actor.today, row.recorded_on)
    revisions = Revisions(session, actor.region, actor.principal.subject, actor.instant, told)
    revisions.add(row, "proposal.answered")
    await revisions.write()
    return row
