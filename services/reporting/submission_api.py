"""The API of editions that networks submit: listed, looked at, accepted at the centre; and those that got lost."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.reporting import edition_store
from services.reporting.edition_api import EditionOut, document_of
from services.reporting.submissions import Examined
from shared.problems import Problem
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/acceptances")
submissions = APIRouter(prefix="/api/v1/submissions")  # at the centre only
Maker = Annotated[Principal, Depends(require("editions:make"))]
Publisher = Annotated[Principal, Depends(require("editions:publish"))]


class SubmissionOut(BaseModel):
    """An edition that a network submitted."""

    region: str
    edition_id: UUID
    title: str
    as_of: date
    method: str
    hash: str
    shown: list[dict[str, Any]]


class Submissions(BaseModel):
    """Submitted editions of networks; `missing` did not answer."""

    items: list[SubmissionOut]
    missing: list[str]


class DifferenceOut(BaseModel):
    """A number of the submission (`told`) that is another one in the centre's records (`here`); exact, never public."""

    table: int
    values: list[str]
    told: int | None
    here: int


class Refusal(BaseModel):
    """Why accepting it now would be refused."""

    detail: str
    cells: list[str]


class ExaminedOut(BaseModel):
    """A submission before it is accepted: what would be published (none: not readable), and what is against it."""

    edition: dict[str, Any] | None
    differences: list[DifferenceOut]
    refusal: Refusal | None


class LostOut(BaseModel):
    """An edition that was accepted and published, and that its network answered not to have."""

    region: str
    edition_id: UUID
    title: str | None
    hash: str
    published_on: date
    unknown_at: datetime


@submissions.get("")
async def submitted(request: Request, _who: Publisher) -> Submissions:
    """What networks submitted and the coordination has not accepted yet."""
    items, missing = await request.app.state.accepting.submitted()
    told = [
        SubmissionOut(region=code, **item.model_dump(include=SubmissionOut.model_fields.keys())) for code, item in items
    ]
    return Submissions(items=told, missing=missing)


@submissions.get("/{region}/{edition_id}")
async def examine(request: Request, region: str, edition_id: UUID, _who: Publisher) -> ExaminedOut:
    """Exactly what accepting would publish, beside the centre's own records. Raises Problem 404, 409 if accepted."""
    found: Examined = await request.app.state.accepting.examine(region, edition_id)
    return ExaminedOut(
        edition=document_of(found.row) if found.row is not None else None,
        differences=[DifferenceOut.model_validate(one, from_attributes=True) for one in found.differences],
        refusal=_refusal(found.refusal) if found.refusal is not None else None,
    )


@submissions.post("/{region}/{edition_id}/accept")
async def accept(request: Request, region: str, edition_id: UUID, who: Publisher) -> EditionOut:
    """Accept a network's edition: it is published. Raises Problem 404, 409."""
    row = await request.app.state.accepting.accept(region, edition_id, who.subject)
    return EditionOut.model_validate(row, from_attributes=True)


@router.get("")
async def lost(request: Request, _who: Maker) -> list[LostOut]:
    """Published editions that the network they are of has not got, as after a restore from an old backup."""
    async with request.app.state.sessions() as session:
        rows = await edition_store.unknown(session)
    return [LostOut.model_validate({**row.model_dump(), "title": title}) for row, title in rows]


def _refusal(problem: Problem) -> Refusal:
    return Refusal(detail=problem.detail, cells=[f"{error.problem} {error.remedy}".strip() for error in problem.errors])
