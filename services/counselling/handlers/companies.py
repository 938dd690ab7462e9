"""Recording and withdrawing counsellings of companies; who is new follows from the order (contracts §4)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.commands import RecordCompany, Withdraw
from services.counselling.model import Offices, check_line, check_record, told_line
from services.counselling.order import OrderKey, finds_new, first_by_round
from services.counselling.references import company_key
from services.counselling.tables import CompanyRow
from shared.problems import Problem, invalid
from shared.recording import NOT_FOUND, Actor, Revisions
from shared.revisions import next_revision
from shared.vocabulary import Origin


async def record_company(session: AsyncSession, company_id: UUID, command: RecordCompany, actor: Actor) -> CompanyRow:
    """Record or correct a counselling of a company; the system decides who is new. Repeating changes nothing.

    Raises Problem 404 (id of another carrier), 409 (stale revision) or 422 (rules of `model`).
    """
    carriers = actor.principal.carriers
    await store.lock_companies(session, carriers)
    stored = await store.get_row(session, CompanyRow, company_id, carriers)
    offices = await store.offices(session, carriers) if command.office else {}
    problems = check_line(told_line(stored), command.programme_line)
    if problems := problems + check_record(command.model_dump(), offices, actor.today):
        raise invalid(*problems)
    carrier = stored.carrier_id if stored else actor.principal.carrier
    content = _content(command, offices, company_key(carrier, command.company_ref, actor.key))
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or CompanyRow(
        company_id=company_id,
        carrier_id=carrier,
        origin=Origin.ENTERED.value,
        recorded_on=actor.today,
        first_recorded_on=actor.today,
        revision=1,
        **content,
    )
    left = store.company_of(row)
    row.sqlmodel_update(content)
    row.revision, row.withdrawn = revision or 1, False
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    await settle(session, revisions, row, {left, store.company_of(row)})
    revisions.add(row, "company.recorded" if row.revision == 1 else "company.corrected")
    await revisions.write()
    return row


def _content(command: RecordCompany, offices: Offices, key: str | None) -> dict[str, Any]:
    content = command.model_dump(exclude={"office", "company_ref", "revision"})
    office = offices.get(command.office or "")
    return content | {"office_id": office.office_id if office else None, "company_key": key}


async def withdraw_company(session: AsyncSession, company_id: UUID, command: Withdraw, actor: Actor) -> None:
    """Withdraw a counselling from today on; the earliest remaining one of its round becomes new. Repeatable.

    Raises Problem 404.
    """
    carriers = actor.principal.carriers
    await store.lock_companies(session, carriers)
    row = await store.get_row(session, CompanyRow, company_id, carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.withdrawn, row.withdrawn_reason = True, command.reason
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    await settle(session, revisions, row, {store.company_of(row)})
    revisions.add(row, "company.withdrawn")
    await revisions.write()


async def settle(
    session: AsyncSession, revisions: Revisions, cause: CompanyRow, companies: set[store.Group | None]
) -> None:
    """Put `cause` in order and give every counselling that becomes new, or no longer is, its next revision.

    Of a company nobody named, every counselling is new. A withdrawn record keeps what it said.
    """
    if cause.company_key is None:
        cause.company_is_new = True
    touched = [company for company in companies if company is not None]
    for company, rows in (await store.company_records(session, touched)).items():
        present = [row for row in rows if row.company_id != cause.company_id]
        if store.company_of(cause) == company and not cause.withdrawn:
            present.append(cause)
        for row in reorder(present):
            if row is not cause:
                derive_revision(row, cause.recorded_on, revisions)


def place(row: CompanyRow) -> OrderKey:
    """A record as the order sees it."""
    return (row.date, row.first_recorded_on, row.company_id)


def reorder(present: Sequence[CompanyRow], gone: Sequence[CompanyRow] = ()) -> list[CompanyRow]:
    """Apply the order to one company's records in force; returns those it changed.

    Records that are `gone` take no place in it and say what they would have found.
    """
    first = first_by_round(map(place, present))
    changed = []
    for row in (*present, *gone):
        new = finds_new(place(row), first)
        if row.company_is_new != new:
            row.company_is_new = new
            changed.append(row)
    return changed


def derive_revision(row: CompanyRow, cause_day: date, revisions: Revisions) -> None:
    """The next revision of a record that another one changed, recorded on the later of both days (contracts §4)."""
    row.revision += 1
    row.recorded_on = max(row.recorded_on, cause_day)
    revisions.add(row, "company.reordered")
