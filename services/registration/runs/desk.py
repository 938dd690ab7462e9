"""What of runs is due: dates that come up or have no end, deadlines, and steps that nobody has planned yet."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.programmes.definition import definitions
from services.registration.programmes.proposing import earliest, wanted
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.runs import store
from services.registration.runs.planning import planned
from shared import clock
from shared.clock import BERLIN
from shared.security import Principal
from shared.vocabulary import Programme
from shared.vocabulary.runs import UNDECIDED

SOON = timedelta(days=7)
LOOKED_BACK = timedelta(days=90)
AHEAD = timedelta(days=28)
"""So long before it a step needs its date: people plan their weeks."""


async def open_items(session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Everything open of the carrier's runs; no name."""
    now = clock.now()
    near = await store.near(session, principal.carriers, (now - LOOKED_BACK, now + SOON))
    found = [_of_date(row, run, now) for row, run in near]
    runs = await store.running(session, principal.carriers)
    found += [item for run in runs for item in _deadline(run, now)]
    meetings: dict[UUID, list[RunMeetingRow]] = {run.run_id: [] for run in runs}
    for row in await store.meetings_of_all(session, list(meetings)):
        meetings[row.run_id].append(row)
    return found + [
        item for run in runs for item in next_step(run, meetings[run.run_id], now.astimezone(BERLIN).date())
    ]


def _due(run: TrainingRunRow, kind: str, title: str, day: date, link: str = "") -> dict[str, Any]:
    about = {"kind": kind, "entity_id": run.run_id, "title": f"{run.public_title}: {title}"}
    return about | {"due": day, "link": f"/durchgaenge/{run.run_id}{link}"}


def _of_date(row: RunMeetingRow, run: TrainingRunRow, now: datetime) -> dict[str, Any]:
    step = definitions()[Programme(run.programme)].step(row.step)
    title, at = step.title if step else row.step, row.starts_at.astimezone(BERLIN)
    if row.ends_at < now:
        there = f"/termine/{row.run_meeting_id}/anwesenheit"
        return _due(run, "run_date_open", f"{title}: hat der Termin stattgefunden?", at.date(), there)
    return _due(run, "run_date_near", f"{title}, {at:%d.%m.%Y um %H:%M} Uhr", at.date())


def _deadline(run: TrainingRunRow, now: datetime) -> Iterator[dict[str, Any]]:
    if run.deadline is None or run.state not in UNDECIDED or run.deadline > now + SOON:
        return
    day, over = run.deadline.astimezone(BERLIN).date(), run.deadline < now
    title = "über die Anmeldungen entscheiden" if over else "Anmeldefrist endet"
    yield _due(run, "run_undecided" if over else "run_deadline", title, day, "/anmeldungen")


def next_step(run: TrainingRunRow, rows: Sequence[RunMeetingRow], today: date) -> Iterator[dict[str, Any]]:
    """The first step that all come to and that has too few dates, four weeks before it can be at the earliest."""
    definition, dates = definitions()[Programme(run.programme)], planned(rows)
    days = {step.code: sorted(one.day for one in dates if one.step == step.code) for step in definition.steps}
    for step in definition.steps:
        if not step.per_team and wanted(step, len(days[step.code])):
            day = earliest(step, days, run.starts_on)
            if day - AHEAD <= today:
                yield _due(run, "run_step", f"Termin für „{step.title}“ planen", day)
            return
