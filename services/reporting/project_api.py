"""The API of public projects; the gateway asks it for everyone."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, StringConstraints

from services.reporting.projects import published
from shared.contracts.base import Line
from shared.problems import Problem
from shared.security import Principal, require
from shared.vocabulary import Programme, Topic

router = APIRouter(prefix="/api/v1/published-projects")
Anyone = Annotated[Principal, Depends(require("projects:read"))]
Words = Annotated[Line, StringConstraints(max_length=200)]
UNKNOWN = "Dieses Projekt gibt es nicht (mehr). Alle, die veröffentlicht sind, stehen unter „Praktisch!“."


class Project(BaseModel):
    """A published project, as its network released it."""

    project_id: UUID
    region: str
    network: str
    published_on: date
    title: str | None = None
    summary: str | None = None
    organisation: str | None = None
    url: str | None = None
    mailbox: str | None = None
    topic: str | None = None
    programme: str | None = None


class ProjectPage(BaseModel):
    """Projects, newest first."""

    items: list[Project]
    total: int


@router.get("")
async def get_projects(
    request: Request,
    _who: Anyone,
    q: Annotated[Words, Query()] = "",
    topic: Topic | None = None,
    programme: Programme | None = None,
    region: Annotated[str, Query(pattern="^[a-z]{0,4}$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ProjectPage:
    """Published projects with a word in title, text or house, of a topic, a programme, a network."""
    asked = {"q": q, "region": region, "topic": topic.value if topic else ""}
    asked["programme"] = programme.value if programme else ""
    async with request.app.state.sessions() as session:
        items, total = await published(session, asked, limit, offset)
    return ProjectPage(items=[Project.model_validate(one) for one in items], total=total)


@router.get("/{project_id}")
async def get_project(request: Request, project_id: UUID, _who: Anyone) -> Project:
    """One published project. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        items, _total = await published(session, {}, 1, 0, project_id)
    if not items:
        raise Problem(404, UNKNOWN)
    return Project.model_validate(items[0])
