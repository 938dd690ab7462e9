"""The plan of a stored run: its dates against the rules of its programme, and the rules that a coordinator let pass."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.programmes.definition import Definition, Finding, Strength, definitions
from services.registration.programmes.plan import Frame, PlannedDate, blocking, check_plan
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.runs import store
from services.registration.runs.handlers import save
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import Programme
from shared.vocabulary.runs import RunMeetingState


@dataclass(frozen=True)
class RunPlan:
    """A run with its programme, its dates (cancelled ones too), its teams, and what its plan touches."""

    run: TrainingRunRow
    definition: Definition
    meetings: Sequence[RunMeetingRow]
    teams: Sequence[tuple[UUID, str | None]]
    frame: Frame

    @property
    def dates(self) -> list[PlannedDate]:
        """The dates in force."""
        return planned(self.meetings)

    @property
    def findings(self) -> list[Finding]:
        """Each rule that the plan touches."""
        return check_plan(self.definition, self.dates, self.frame)

    @property
    def overridden(self) -> dict[str, dict[str, Any]]:
        """Rules that a coordinator has let pass, with reason, account and day."""
        return {one["rule"]: one for one in self.run.overrides}


def planned(rows: Sequence[RunMeetingRow]) -> list[PlannedDate]:
    """Rows as the rules see them, without those that are cancelled."""
    return [
        PlannedDate(row.step, row.starts_at, row.ends_at, row.registration_id)
        for row in rows
        if row.state != RunMeetingState.CANCELLED and not row.withdrawn
    ]


def people_in(definition: Definition, stages: Sequence[str]) -> dict[str, int]:
    """How many people take part in each step: those who are as far as it asks. A step nobody is in is left out."""
    ranks = {stage: place for place, stage in enumerate(definition.stages)}
    found = {
        step.code: sum(ranks.get(stage, -1) >= ranks[step.stage] for stage in stages)
        for step in definition.steps
        if step.stage is not None
    }
    return {code: count for code, count in found.items() if count}


async def plan_of(session: AsyncSession, run: TrainingRunRow) -> RunPlan:
    """The plan of a run."""
    definition = definitions()[Programme(run.programme)]
    teams = await store.teams_of(session, run.run_id)
    frame = Frame(
        places=(run.min_places, run.max_places),
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        deadline=run.deadline,
        teams=[key for key, _ in teams],
        people=people_in(definition, await store.stages_of(session, run.run_id)),
        process=run.opening_process,
    )
    return RunPlan(run, definition, await store.meetings_of(session, run.run_id), teams, frame)


async def refuse_unsound(session: AsyncSession, run: TrainingRunRow) -> None:
    """Raise Problem 409 naming the rules that stand against completing a run."""
    plan = await plan_of(session, run)
    if found := blocking(plan.findings, plan.overridden.keys()):
        errors = [FieldProblem(one.where or "run", None, f"{one.text} ({one.rule})", one.remedy) for one in found]
        said = " ".join(f"{one.problem} {one.remedy}" for one in errors)
        raise Problem(409, f"Der Plan verstößt noch gegen Regeln des Programms. {said}", errors)


async def override(session: AsyncSession, run_id: UUID, rule: str, reason: str, actor: Actor) -> TrainingRunRow:
    """Let a soft rule pass that the plan touches, with a reason. Repeating changes nothing. Raises Problem 404, 422."""
    row = await store.get_run(session, run_id, store.reach(actor.principal), to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    plan = await plan_of(session, row)
    if row.withdrawn or rule not in soft(plan.findings):
        text = "Diese Regel steht dem Plan nicht entgegen, oder von ihr gibt es keine Ausnahme."
        raise invalid(FieldProblem("rule", rule, text, "Bitte laden Sie die Seite neu.", sorted(soft(plan.findings))))
    before = plan.overridden.get(rule)
    if before is not None and before["reason"] == reason:
        return row
    entry = {"rule": rule, "reason": reason, "account": actor.principal.subject, "on": actor.today.isoformat()}
    row.overrides = [one for one in row.overrides if one["rule"] != rule] + [entry]
    await save(session, row, "run.overridden", actor)
    return row


def soft(findings: Sequence[Finding]) -> Collection[str]:
    """Rules that a coordinator may let pass."""
    return {one.rule for one in findings if one.strength is Strength.OVERRIDE}
