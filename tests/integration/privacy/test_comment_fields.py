"""A comment's text stays in the reporting where it was written: in one column, in no message, log or metric."""

import logging
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY, generate_latest

from services.reporting.app import create_app
from services.reporting.notes.tables import CommentRow, ViewRow, VisitRow
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.recording import Caller, recording, rows

CANARY = "kanarie-kommentar"
QUERY = "indicator=first_counsellings"
FREE = {"saved_view.name", "figure_comment.text"}
"""Where somebody types what she likes."""
OTHERS = {
    *(
        f"saved_view.{name}"
        for name in ("view_id", "owner", "path", "shared", "start", "revision", "saved_on", "shared_at")
    ),
    *(
        f"figure_comment.{name}"
        for name in ("comment_id", "answers_to", "author", "about", "query", "passport", "value")
    ),
    *(f"figure_comment.{name}" for name in ("deleted", "resolved_by", "resolved_at", "revision")),
    *("figure_comment.written_at", "figure_comment.changed_at", "last_visit.subject", "last_visit.seen_at"),
}


def test_every_field_of_what_is_noted_is_known_here() -> None:
    rows = (ViewRow, CommentRow, VisitRow)
    fields = {f"{row.__tablename__}.{name}" for row in rows for name in row.model_fields}
    assert fields == FREE | OTHERS


async def where(app: object, word: str) -> set[str]:
    """Tables of the service that hold a word anywhere."""
    names = await rows(app, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = set()
    for (name,) in names:
        count = f"SELECT count(*) FROM {name} t WHERE t::text LIKE :word"
        if (await rows(app, count, word=f"%{word}%"))[0][0]:
            found.add(name)
    return found


async def test_a_comment_is_nowhere_but_in_its_row(
    federation: Federation, database: MakeDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(federation.settings("rp", database("reporting")))
    with caplog.at_level(logging.DEBUG):
        async with recording(app, Role.COUNSELLOR) as writer:
            key, answer = uuid4(), uuid4()
            await writer.put(f"comments/{key}", {"text": f"{CANARY} eins", "query": QUERY})
            await writer.put(f"comments/{answer}", {"text": f"{CANARY} zwei", "answers_to": str(key)})
            asked = {"text": f"Frau {CANARY.title()}", "query": QUERY}
            assert (await writer.send("PUT", f"comments/{uuid4()}", json=asked)).status_code == 422
            reader = Caller(writer.client, writer.settings, Role.COORDINATOR, None, subject="else")
            news = await reader.send("GET", "news")
            await writer.send("POST", f"comments/{key}/state", json={"resolved": True, "revision": 1})
            assert CANARY in (await reader.send("GET", "comments")).text
            assert await where(app, CANARY) == {"figure_comment"}
    assert CANARY not in news.text
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert lines
    assert [line for line in lines if CANARY in line.casefold()] == []
    assert CANARY not in generate_latest(REGISTRY).decode()
