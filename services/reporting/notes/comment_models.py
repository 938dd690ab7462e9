"""What the API of comments takes and tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from services.reporting.notes.tables import CommentRow
from services.reporting.notes.threads import Thread

LONGEST = 2000
Revision = Annotated[int, Field(ge=1, le=1_000_000)]


def _lines(value: Any) -> Any:
    """Line breaks as one character, as browsers send two."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    ),
    BeforeValidator(_lines),
]
"""Several lines without any other control character."""


class CommentIn(BaseModel):
    """A comment: its text, and the question of its figure or the comment it answers.

    `revision`: of the own comment that is changed; without it the comment is new. `confirmed`: that no person is
    meant, although the text looks like one.
    """

    text: Text
    query: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    answers_to: UUID | None = None
    revision: Revision | None = None
    confirmed: bool = False


class State(BaseModel):
    """Whether a comment is resolved, said of the revision that was read."""

    resolved: bool
    revision: Revision


class CommentOut(BaseModel):
    """A comment or an answer; `own` says whether the asker wrote it, `deleted` that only its place is left."""

    comment_id: UUID
    answers_to: UUID | None
    author: str
    own: bool
    text: str
    deleted: bool
    revision: int
    written_at: datetime
    changed_at: datetime
    resolved_by: str | None
    resolved_at: datetime | None
    query: str

    @classmethod
    def of(cls, row: CommentRow, subject: str) -> Self:
        """A row as someone sees it."""
        same = {name: getattr(row, name) for name in CommentOut.model_fields.keys() - {"own"}}
        return cls(**same, own=row.author == subject)


class ThreadOut(CommentOut):
    """A comment with its answers, the passport and value of its figure then, and what it is now.

    `value_now` is none where the figure cannot be asked any more, or only the networks know it.
    """

    passport: dict[str, Any]
    value: int | None
    value_now: int | None
    answers: list[CommentOut]

    @classmethod
    def seen(cls, thread: Thread, subject: str, now: Mapping[str, int]) -> Self:
        """A thread as someone sees it; `now` by what figures are about."""
        first = thread.first
        own = CommentOut.of(first, subject).model_dump()
        answers = [CommentOut.of(row, subject) for row in thread.answers]
        figure = {"passport": first.passport, "value": first.value, "value_now": now.get(first.about)}
        return cls.model_validate({**own, **figure, "answers": answers})


class CommentPage(BaseModel):
    """Comments, newest first."""

    items: list[ThreadOut]
    total: int
