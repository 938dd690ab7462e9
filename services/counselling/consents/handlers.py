"""Noting and withdrawing consents, and handing something over: the one way by which a third party learns anything."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import untold
from services.counselling.bodies.rules import gone
from services.counselling.bodies.store import get_body
from services.counselling.bodies.tables import BodyRow
from services.counselling.cases.store import case_for
from services.counselling.cases.tables import CaseRow
from services.counselling.consents import store
from services.counselling.consents.commands import HandOver, RecordConsent
from services.counselling.consents.rules import check_consent, covers, why_not
from services.counselling.consents.tables import ConsentRow, TransferRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor

SIGNED = "Was unterschrieben ist, wird nicht geändert. Bitte diese Entbindung widerrufen und die neue aufnehmen."
LOGGED = "Unter dieser Kennung ist schon eine andere Weitergabe festgehalten; sie bleibt, wie sie ist."
FIRST_SIGN = "Bitte zuerst eine Entbindung aufnehmen; ein Hinweis ohne Namen braucht keine."


@dataclass(frozen=True)
class Handover:
    """What is to be handed over: under which id it is logged, to whom, what for, how, and what."""

    transfer_id: UUID
    body: BodyRow
    purpose: str
    kind: str
    details: str | None = None


async def body_for(session: AsyncSession, body_id: UUID) -> BodyRow:
    """A body one may still turn to. Raises Problem 422."""
    row = await get_body(session, body_id)
    if row is None or row.withdrawn:
        raise invalid(gone("body_id", body_id))
    return row


async def record_consent(
    session: AsyncSession, case_id: UUID, consent_id: UUID, command: RecordConsent, actor: Actor
) -> ConsentRow:
    """Note a consent. Repeating changes nothing.

    Raises Problem 404 (case), 409 (another one has this id: what is signed stays), 422 (rules, unknown body).
    """
    case = await case_for(session, actor.principal, case_id, to_change=True)
    first = command.valid_from or command.signed_on
    content = command.model_dump() | {"valid_from": first, "purposes": sorted(set(command.purposes))}
    stored = await store.get_consent(session, case, consent_id)
    if stored is not None:
        if any(getattr(stored, name) != value for name, value in content.items()):
            raise Problem(409, SIGNED)
        return stored
    await body_for(session, command.body_id)
    if problems := check_consent(command.purposes, command.signed_on, first, command.valid_until, actor.today):
        raise invalid(*problems)
    owned: dict[str, Any] = {"carrier_id": case.carrier_id, "case_id": case.case_id, "recorded_on": actor.today}
    row = ConsentRow(consent_id=consent_id, **owned, **content)
    await untold.save(session, row, "consent.recorded", actor)
    return row


async def withdraw_consent(session: AsyncSession, case_id: UUID, consent_id: UUID, actor: Actor) -> ConsentRow:
    """Withdraw a consent as of now (CON-04); what was handed over stays logged. Repeatable. Raises Problem 404.

    Whoever may see the case may do it: a person who calls must not be told to wait for somebody's return.
    """
    case = await case_for(session, actor.principal, case_id)
    row = await store.get_consent(session, case, consent_id)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.revision = actor.instant, row.revision + 1
        await untold.save(session, row, "consent.withdrawn", actor)
    return row


async def record_transfer(
    session: AsyncSession, case_id: UUID, transfer_id: UUID, command: HandOver, actor: Actor
) -> TransferRow:
    """Log that something is handed over now, if a consent covers it. Repeating changes nothing.

    Raises Problem 404 (case), 409 (no consent covers it), 422 (unknown body, not agreed with the person).
    """
    case = await case_for(session, actor.principal, case_id, to_change=True)
    if not command.agreed:
        text = "Eine Weitergabe geschieht nur in Absprache mit der Person."
        raise invalid(FieldProblem("agreed", None, text, "Bitte vorher mit ihr absprechen und das hier bestätigen."))
    stored = await store.get_transfer(session, case, transfer_id)
    if stored is not None:
        if (stored.body_id, stored.purpose) != (command.body_id, command.purpose):
            raise Problem(409, LOGGED)
        return stored
    what = (command.purpose, command.kind, command.details)
    body = await body_for(session, command.body_id)
    return await hand_over(session, case, Handover(transfer_id, body, *what), actor)


async def hand_over(session: AsyncSession, case: CaseRow, what: Handover, actor: Actor) -> TransferRow:
    """Let a third party know something of a person: checked and logged in one transaction (CON-02, CON-03).

    The consents it rests on are kept until the transaction ends, so that a withdrawal stops the next one at once.
    Raises Problem 409 that says what is missing.
    """
    rows = await store.held(session, case, what.body.body_id)
    releases = [store.release_of(row) for row in rows]
    asked = (what.body.body_id, what.purpose, actor.today)
    release = covers(releases, *asked)
    if release is None:
        text = why_not(releases, *asked)
        raise Problem(409, f"{text} {FIRST_SIGN}", [FieldProblem("body_id", what.body.name, text, FIRST_SIGN)])
    row = TransferRow(
        transfer_id=what.transfer_id,
        carrier_id=case.carrier_id,
        case_id=case.case_id,
        consent_id=release.consent_id,
        body_id=what.body.body_id,
        recipient=what.body.name,
        purpose=what.purpose,
        kind=what.kind,
        date=actor.today,
        details=what.details,
        subject=actor.principal.subject,
        made_at=actor.instant,
    )
    await untold.save(session, row, "transfer.recorded", actor)
    return row
