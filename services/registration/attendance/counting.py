"""The records that count the held dates of a run: they follow from its attendance (TRN-07, contracts 4)."""

from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import handlers as records
from services.registration import store as of_service
from services.registration.attendance import counts, store
from services.registration.commands import RecordMeeting, Withdraw
from services.registration.programmes.definition import definitions
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.tables import MeetingRow
from shared.clock import BERLIN
from shared.recording import Actor
from shared.vocabulary import MeetingFormat, Programme, ProgrammeLine
from shared.vocabulary.runs import Presence, RunMeetingState

EMPTY = "Niemand war da."
KEPT = {"units", "topic", "target_groups"}
"""What the record of a date may say beside the figures; attendance leaves it alone."""


async def count_dates(session: AsyncSession, run: TrainingRunRow, actor: Actor) -> None:
    """Bring the records that count the held dates of a run in line with its attendance; only what changed is told."""
    held = [one for one in await store.dates_of(session, [run.run_id]) if one.state == RunMeetingState.HELD]
    there = await store.presences(session, [one.run_meeting_id for one in held])
    dates = [
        counts.HeldDate(
            one.run_meeting_id,
            one.step,
            _format(run, one),
            one.registration_id,
            one.starts_at,
            [who for who, what in there.get(one.run_meeting_id, {}).items() if what == Presence.PRESENT],
            one.guests,
        )
        for one in held
    ]
    figures = counts.figures_of([one for one in dates if one.present or one.guests])
    for date in held:
        await _count(session, run, date, figures.get(date.run_meeting_id), actor)


async def _count(
    session: AsyncSession, run: TrainingRunRow, date: RunMeetingRow, figures: counts.Figures | None, actor: Actor
) -> None:
    """The record of one date: none while nobody was there."""
    carriers = actor.principal.carriers
    stored = await of_service.get_meeting(session, date.meeting_id, carriers) if date.meeting_id else None
    if figures is None:
        if stored is not None:
            await records.withdraw_meeting(session, stored.meeting_id, Withdraw(reason=EMPTY), actor)
        return
    if date.meeting_id is None:
        date.meeting_id = uuid4()
        session.add(date)
    offices = {office: code for code, office in (await of_service.offices(session, carriers)).items()}
    command = _record(
        run, date, figures, stored, offices.get(stored.office_id) if stored and stored.office_id else None
    )
    await records.record_meeting(session, date.meeting_id, command, actor)


def _format(run: TrainingRunRow, date: RunMeetingRow) -> MeetingFormat:
    """What a date is by its programme: of a training, an event or a counselling process."""
    known = definitions().get(Programme(run.programme))
    step = known.step(date.step) if known is not None else None
    return step.format if step is not None else MeetingFormat.TRAINING


def _record(
    run: TrainingRunRow, date: RunMeetingRow, figures: counts.Figures, stored: MeetingRow | None, office: str | None
) -> RecordMeeting:
    """What the record of a date says now; what somebody added to it by hand stays."""
    kept = stored.model_dump(include=KEPT) if stored is not None else {"topic": run.topic}
    return RecordMeeting(
        date=date.starts_at.astimezone(BERLIN).date(),
        programme_line=ProgrammeLine(run.programme_line),
        format=_format(run, date),
        number=figures.number,
        participants=figures.participants,
        new_participants=figures.new_participants,
        office=office,
        revision=stored.revision if stored is not None else None,
        **kept,
    )
