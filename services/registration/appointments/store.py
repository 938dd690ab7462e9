"""Reads and saves of appointments. Staff's queries take the principal's carriers; the public sees offices and times."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.rules import Opening, Plan
from services.registration.appointments.tables import AppointmentRow, IntakeOfficeRow, MailRow
from services.registration.store import Carriers, structure
from services.registration.tables import StructureRow
from shared.clock import BERLIN
from shared.vocabulary import AppointmentState, MailState, StructureKind

FREE_STATES = (AppointmentState.WAITING.value, AppointmentState.CANCELLED.value)
LISTED = 500
EXCLUSION_VIOLATION = "23P01"  # SQLSTATE


def plan_of(office: IntakeOfficeRow) -> Plan:
    """When an office counsels, as the rules see it."""
    openings = [
        Opening(one["weekday"], time.fromisoformat(one["starts"]), time.fromisoformat(one["ends"]))
        for one in office.openings
    ]
    closed = frozenset(date.fromisoformat(day) for day in office.closed_days)
    return Plan(openings, closed, office.minutes, office.places)


def instants(first: date, days: int) -> tuple[datetime, datetime]:
    """Begin of a day and end of the last of so many days, by the local clock."""
    start = datetime.combine(first, time(), tzinfo=BERLIN)
    return start, datetime.combine(first + timedelta(days=days), time(), tzinfo=BERLIN)


async def units(session: AsyncSession) -> dict[UUID, StructureRow]:
    """Offices of the structure register in force."""
    return {unit.structure_id: unit for unit in await structure(session, StructureKind.OFFICE.value)}


async def public_offices(session: AsyncSession, today: date) -> list[tuple[IntakeOfficeRow, StructureRow]]:
    """Offices that everyone may book at, by name."""
    known = await units(session)
    rows = await session.exec(select(IntakeOfficeRow).where(col(IntakeOfficeRow.published)))
    pairs = [(row, known[row.office_id]) for row in rows if row.office_id in known]
    return sorted((pair for pair in pairs if is_open(pair[1], today)), key=lambda pair: pair[1].name.casefold())


def is_open(unit: StructureRow, today: date) -> bool:
    """Whether a unit of the structure register is in force on a day."""
    return unit.valid_from <= today and (unit.valid_to is None or unit.valid_to >= today)


async def get_office(session: AsyncSession, office_id: UUID, *, published: bool = False) -> IntakeOfficeRow | None:
    """What an office tells; with `published` only if it tells everyone."""
    row = await session.get(IntakeOfficeRow, office_id)
    return None if row is None or (published and not row.published) else row


async def own_offices(session: AsyncSession, carriers: Carriers) -> list[IntakeOfficeRow]:
    """What the carriers' offices tell."""
    query = select(IntakeOfficeRow).where(col(IntakeOfficeRow.carrier_id).in_(carriers))
    return list(await session.exec(query))


async def taken(
    session: AsyncSession, office_id: UUID, first: datetime, last: datetime
) -> list[tuple[datetime, datetime, int]]:
    """(start, end, place) of what is booked at an office between two instants."""
    query = select(AppointmentRow.starts_at, AppointmentRow.ends_at, AppointmentRow.place).where(
        AppointmentRow.office_id == office_id,
        col(AppointmentRow.state).not_in(FREE_STATES),
        col(AppointmentRow.starts_at) < last,
        col(AppointmentRow.ends_at) > first,
    )
    return [(start, end, place) for start, end, place in await session.exec(query) if start and end and place]


async def add(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Add an appointment; False when its place is taken at that time, or its id is in use."""
    statement = insert(AppointmentRow).values(**values).on_conflict_do_nothing()
    added = await session.exec(statement.returning(col(AppointmentRow.appointment_id)))
    return added.first() is not None


async def get_appointment(
    session: AsyncSession, appointment_id: UUID, carriers: Carriers, *, to_change: bool = False
) -> AppointmentRow | None:
    """An appointment of the carriers, `to_change` kept for this writer, or None."""
    own = col(AppointmentRow.carrier_id).in_(carriers)
    query = select(AppointmentRow).where(AppointmentRow.appointment_id == appointment_id, own)
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def of_ticket(session: AsyncSession, token_hash: str, *, to_change: bool = False) -> AppointmentRow | None:
    """The appointment whose link holds what hashes to this, or None."""
    query = select(AppointmentRow).where(AppointmentRow.token_hash == token_hash)
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def list_appointments(
    session: AsyncSession, carriers: Carriers, office_id: UUID | None, span: tuple[datetime, datetime]
) -> list[AppointmentRow]:
    """Appointments of the carriers between two instants, cancelled ones too, by time."""
    where: list[Any] = [col(AppointmentRow.carrier_id).in_(carriers)]
    where += [col(AppointmentRow.starts_at) >= span[0], col(AppointmentRow.starts_at) < span[1]]
    if office_id is not None:
        where.append(col(AppointmentRow.office_id) == office_id)
    query = select(AppointmentRow).where(*where).order_by(col(AppointmentRow.starts_at), col(AppointmentRow.place))
    return list(await session.exec(query.limit(LISTED)))


async def intake_list(session: AsyncSession, carriers: Carriers, office_id: UUID | None = None) -> list[AppointmentRow]:
    """Who waits for a time at the carriers' offices, the longest wait first."""
    where: list[Any] = [
        col(AppointmentRow.carrier_id).in_(carriers),
        AppointmentRow.state == AppointmentState.WAITING.value,
    ]
    if office_id is not None:
        where.append(col(AppointmentRow.office_id) == office_id)
    query = select(AppointmentRow).where(*where).order_by(col(AppointmentRow.requested_at))
    return list(await session.exec(query.limit(LISTED)))


async def without_outcome(session: AsyncSession, carriers: Carriers, before: datetime) -> list[AppointmentRow]:
    """Booked appointments of the carriers that are over, and nobody has said whether they took place."""
    own = (col(AppointmentRow.carrier_id).in_(carriers), AppointmentRow.state == AppointmentState.BOOKED.value)
    query = select(AppointmentRow).where(*own, col(AppointmentRow.ends_at) < before)
    return list(await session.exec(query.order_by(col(AppointmentRow.starts_at)).limit(LISTED)))


async def mails_of(session: AsyncSession, appointment_ids: Sequence[UUID]) -> list[MailRow]:
    """E-mails about appointments, by the time they are due."""
    query = select(MailRow).where(col(MailRow.appointment_id).in_(appointment_ids))
    return list(await session.exec(query.order_by(col(MailRow.due_at), MailRow.kind)))


async def undelivered(session: AsyncSession, carriers: Carriers) -> list[AppointmentRow]:
    """Appointments of the carriers still ahead, of which an e-mail could not be delivered: somebody should call."""
    refused = select(MailRow.appointment_id).where(
        MailRow.appointment_id == AppointmentRow.appointment_id, MailRow.state == MailState.REFUSED.value
    )
    open_states = (AppointmentState.WAITING.value, AppointmentState.BOOKED.value)
    own = (col(AppointmentRow.carrier_id).in_(carriers), col(AppointmentRow.state).in_(open_states))
    query = select(AppointmentRow).where(*own, refused.exists()).order_by(col(AppointmentRow.requested_at))
    return list(await session.exec(query.limit(LISTED)))


async def move(session: AsyncSession, row: AppointmentRow, values: dict[str, Any]) -> bool:
    """Change an appointment; False, and nothing changed, when the place it would take is taken at that time."""
    statement = update(AppointmentRow).where(col(AppointmentRow.appointment_id) == row.appointment_id)
    try:
        async with session.begin_nested():
            await session.exec(statement.values(**values))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != EXCLUSION_VIOLATION:
            raise
        return False
    await session.refresh(row)
    return True
