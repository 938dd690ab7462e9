"""How far the participants of a run are, from what is recorded of them; kept with each (`stage`)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import completion, store
from services.registration.attendance.completion import Journey, Taken
from services.registration.run_tables import ParticipantRow, TrainingRunRow
from shared.vocabulary import Programme
from shared.vocabulary.attendance import Stage


async def update_stages(session: AsyncSession, run: TrainingRunRow) -> None:
    """Bring the stage of everybody in a run up to date, and in other runs of the same people what follows from it."""
    people = await store.participants_of(session, run.run_id)
    await update_stages_of(session, [person.participant_id for person, _ in people])


async def update_stages_of(session: AsyncSession, participants: Collection[UUID]) -> None:
    """Bring the stages up to date in the runs of some participants, and of their profiles (IKKE-23)."""
    for run in await store.runs_around(session, participants):
        people = [person for person, _ in await store.participants_of(session, run.run_id)]
        for person, stage in (await stages_of(session, run, people)).items():
            row = next(one for one in people if one.participant_id == person)
            if row.stage not in (stage, Stage.CERTIFIED):
                row.stage = stage.value
                session.add(row)


async def stages_of(session: AsyncSession, run: TrainingRunRow, people: Sequence[ParticipantRow]) -> dict[UUID, Stage]:
    """Stage of each participant of a run."""
    journeys = await store.journeys_of(session, people)
    tasks = await store.tasks_of(session, list(journeys))
    profiles = await store.profiles_of(session, people)
    found = {}
    for person in people:
        key, walked = person.participant_id, journeys[person.participant_id]
        match Programme(run.programme):
            case Programme.IKKE_MIB:
                profile = profiles.get(person.contact_person_id) if person.contact_person_id else None
                selected = profile is not None and profile.selected_on is not None
                mandated = profile is not None and profile.mandated_on is not None
                found[key] = completion.ikke_stage(walked, selected=selected, mandated=mandated)
            case Programme.IKBO:
                found[key] = completion.ikbo_stage(walked[0], tasks[key])
            case Programme.IKO:
                team = [one.participant_id for one in people if one.registration_id == person.registration_id]
                documented = any(tasks[one] for one in team)
                together = _together([journeys[one][0] for one in team])
                found[key] = completion.iko_stage(together, documented=documented, certified=False)
            case _:
                found[key] = completion.general_stage(walked[0])
    return found


def _together(journeys: Sequence[Journey]) -> Journey:
    """What the members of a team did: of each step what the most diligent did."""
    steps = {step for one in journeys for step in one}
    return {step: max((one.get(step, Taken()) for one in journeys), key=lambda one: one.attended) for step in steps}
