"""Writes one table of a book: its questions through the one read path, at the days the book is fixed to (design 10)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting import edition_store
from services.reporting.books.contents import Answer, Content, checked, figures_table, parameters, region_filter
from services.reporting.books.definitions import Step
from services.reporting.books.published import Published, published
from services.reporting.books.quarters import Quarter
from services.reporting.books.tables import BookRow
from services.reporting.catalogue import load_catalogue, load_units
from services.reporting.edition_changes import ASKED, changed
from services.reporting.figures import Figures
from services.reporting.printed_tables import Unanswered
from services.reporting.question import read_question
from shared import clock
from shared.database import SessionFactory
from shared.problems import Problem

AT_ONCE = 4
"""Questions of a table asked at the same time: a book leaves connections for everyone else."""
Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Writer:
    """Writes tables of the books of a network or of the centre."""

    sessions: SessionFactory
    figures: Figures
    network: str

    async def write(self, book: BookRow, step: Step) -> Content:
        """The content of a table; a question without an answer says why. Raises what the database raises."""
        head = {"chapter": step.chapter, "region": step.region, "content": step.table.content}
        head |= {name: getattr(step.table, name) for name in ("id", "title", "chart", "note")}
        if step.table.content == "published":
            return {**head, "problem": "", "rows": await self._published(book, step)}
        if step.table.content == "changes":
            return {**head, "problem": "", "since": book.since, "rows": await self._changes(book, step)}
        return await self._figures(book, step)

    async def _figures(self, book: BookRow, step: Step) -> Content:
        quarter, days = Quarter.read(book.quarter), (book.as_of, book.known_at)
        lines, columns = range(len(step.table.asked)), range(len(step.table.periods))
        places = [(line, column) for line in lines for column in columns]
        asked = [parameters(step, place, quarter, days, self.network) for place in places]
        answers = dict(zip(places, await self._answers(asked), strict=True))
        return figures_table(step, (quarter, book.as_of), titles(), answers)

    async def _answers(self, asked: Sequence[Parameters]) -> list[Answer]:
        gate, today = asyncio.Semaphore(AT_ONCE), clock.today()

        async def answer(question: Parameters) -> Answer:
            async with gate:
                try:
                    read = read_question(question, self.network, today)
                    return checked(await self.figures.answer(read, today))
                except Problem as problem:
                    return Unanswered(problem.detail)

        return await asyncio.gather(*(answer(question) for question in asked))

    async def _published(self, book: BookRow, step: Step) -> list[dict[str, Any]]:
        async with self.sessions() as session:
            editions = await edition_store.editions(session, drafts=False)
        found = published(editions, step.region, book.known_at)
        own = region_filter(step.region, self.network)
        answers = await self._answers([[*entry.parameters(book.known_at), *own] for entry in found])
        return [_beside(entry, answer) for entry, answer in zip(found, answers, strict=True)]

    async def _changes(self, book: BookRow, step: Step) -> list[dict[str, Any]]:
        since = book.since
        first, last = Quarter.read(since["quarter"]).months("quarter")
        then = (date.fromisoformat(since["as_of"]), date.fromisoformat(since["known_at"]))
        rows = []
        for line in step.table.lines:
            title, unit = titles()[line.indicator]
            asked = [("indicator", line.indicator), ("from", first), ("to", last), *sorted(line.filters.items())]
            asked += region_filter(step.region, self.network)
            row = {"title": line.title or title, "unit": unit, "indicator": line.indicator}
            rows.append(row | await self._change(asked, then, (book.as_of, book.known_at)))
        return rows

    async def _change(self, asked: Parameters, then: tuple[date, date], now: tuple[date, date]) -> dict[str, Any]:
        """What one indicator's records changed between two pairs of days, or why that is not known here."""
        pair = []
        for as_of, known_at in (then, now):
            days = [("as_of", as_of.isoformat()), ("known_at", known_at.isoformat())]
            pair.append(read_question([*asked, *days], self.network, clock.today()))
        if pair[0].asked:
            return {"change": None, "reasons": {}, "problem": ASKED}
        (before, after), found = await self._answers_to(pair), await changed(self.sessions, *pair)
        reasons: dict[str, int] = {}
        for entry in found:
            for name, records in entry["reasons"].items():
                reasons[name] = reasons.get(name, 0) + records
        told = {"before": before["total"], "after": after["total"], "passport": after["passport"]}
        return {"change": after["total"] - before["total"], "reasons": reasons, "problem": "", **told}

    async def _answers_to(self, questions: Sequence[Any]) -> list[dict[str, Any]]:
        return [await self.figures.answer(question, clock.today()) for question in questions]


def titles() -> dict[str, tuple[str, str]]:
    """Title and German unit of every indicator."""
    return {code: (entry.title_de, load_units()[entry.unit]) for code, entry in load_catalogue().items()}


def _beside(entry: Published, answer: Answer) -> dict[str, Any]:
    """An own figure beside a published one."""
    title, unit = titles()[entry.indicator]
    told = {name: getattr(entry, name) for name in ("source", "of", "method", "indicator", "as_of")}
    told |= {"title": title, "unit": unit, "from": entry.first, "to": entry.last, "published": entry.value}
    told["filters"] = {name: list(values) for name, values in entry.filters}
    if isinstance(answer, Unanswered):
        return {**told, "own": None, "problem": answer.reason}
    return {**told, "own": answer["total"], "problem": "", "passport": answer["passport"]}
