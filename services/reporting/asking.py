"""Federated questions: asked by the centre, answered by a network's reporting with the same code (design 13)."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from faststream.nats import NatsBroker
from pydantic import ValidationError

from services.reporting import query, store
from services.reporting.answer import Cell
from services.reporting.counting import WITH_BASES, Counts, count, merged
from services.reporting.exchange import LARGEST_ANSWER, NoAnswer, ask
from services.reporting.question import Question, read_question
from shared import clock
from shared.contracts.asking import FiguresAsked, FiguresTold
from shared.database import SessionFactory
from shared.problems import Problem

SECONDS = 10.0
UNREADABLE = "Die Frage ist in diesem Netzwerk nicht lesbar."
TOO_LARGE = "Die Antwort wäre zu groß. Bitte weniger Dimensionen oder Filter wählen."


@dataclass(frozen=True)
class Replies:
    """What networks told: their counts together, who did not answer, and whose counts contradict its lean records."""

    counts: Counts
    missing: tuple[str, ...]
    differing: tuple[str, ...] = ()


def asked_of(question: Question, *, keys: bool = False) -> FiguresAsked:
    """The question as networks are asked it: with all values, without rank, and without the network itself."""
    return FiguresAsked(
        indicator=question.indicator.code,
        version=question.indicator.version,
        by=question.by,
        filters={name: values for name, values in question.filters if name != "region"},
        first=question.first,
        last=question.last,
        as_of=question.as_of,
        known_at=question.known_at,
        keys=keys,
    )


def lean_part(question: Question) -> Question | None:
    """What the centre can count of the question itself: the records behind it, without what only networks know."""
    indicator = question.indicator
    if indicator.measure in WITH_BASES:
        indicator = query.base(question).indicator
    if indicator.parts or not indicator.told(lean=True):
        return None
    told = indicator.answerable(lean=True)
    filters = tuple(entry for entry in question.filters if entry[0] in told)
    return replace(question, indicator=indicator, by=(), filters=filters, top=None, asked=False)


class Answerer:
    """Answers the centre's questions in a network and keeps a list of them."""

    def __init__(self, sessions: SessionFactory, network: str) -> None:
        self.sessions, self.network = sessions, network

    async def answer(self, body: bytes) -> bytes:
        """Counts, or why there are none; never a record."""
        try:
            asked = FiguresAsked.model_validate_json(body)
        except ValidationError:
            return FiguresTold(problem=UNREADABLE).model_dump_json().encode()
        told = await self._told(asked)
        content = told.model_dump_json().encode()
        if len(content) > LARGEST_ANSWER:
            told = FiguresTold(problem=TOO_LARGE)
            content = told.model_dump_json().encode()
        async with self.sessions() as session, session.begin():
            await store.note_asked(session, uuid4(), clock.now(), asked, answered=told.problem is None)
        return content

    async def _told(self, asked: FiguresAsked) -> FiguresTold:
        parameters = [("indicator", asked.indicator), ("version", str(asked.version)), ("by", ",".join(asked.by))]
        parameters += [("from", asked.first or ""), ("to", asked.last or "")]
        parameters += [("as_of", asked.as_of.isoformat()), ("known_at", asked.known_at.isoformat())]
        parameters += [(name, ",".join(values)) for name, values in asked.filters.items()]
        try:
            question = read_question(parameters, self.network, max(clock.today(), asked.as_of, asked.known_at))
            async with self.sessions() as session:
                counts = await count(session, question, keys=asked.keys)
                lean = lean_part(question)
                whole = (await count(session, lean)).total if lean else None
        except Problem as problem:
            return FiguresTold(problem=problem.detail[:500])
        bases = None if counts.bases is None else [(list(key), value) for key, value in counts.bases.items()]
        cells = [(list(cell.values), cell.value) for cell in counts.cells]
        keys = [*(cell.key for cell in counts.cells), counts.total_key] if asked.keys else None
        return FiguresTold(
            cells=cells, total=counts.total, bases=bases, lean=whole, synthetic=counts.synthetic, keys=keys
        )


class Asker:
    """Asks networks at the centre; answers about past days are kept for permanent links."""

    def __init__(self, sessions: SessionFactory, broker: NatsBroker, seconds: float = SECONDS) -> None:
        self.sessions, self.broker, self.seconds = sessions, broker, seconds

    async def ask(self, question: Question, regions: Sequence[str], *, closed: bool, keys: bool = False) -> Replies:
        """Ask networks at once; `closed`: about days that are past, so that what was answered once stays.

        Raises Problem 422 with a network's own words when it cannot answer the question at all.
        """
        asked = asked_of(question, keys=keys)
        content = asked.model_dump_json(exclude_defaults=True).encode()
        key = hashlib.sha256(content).hexdigest()
        kept: dict[str, FiguresTold] = {}
        if closed:
            async with self.sessions() as session:
                kept = await store.kept_answers(session, key, regions)
        to_ask = [region for region in regions if region not in kept]
        told = dict(zip(to_ask, await asyncio.gather(*(self._one(region, content) for region in to_ask)), strict=True))
        new = {region: answer for region, answer in told.items() if answer is not None and answer.problem is None}
        if closed and new:
            async with self.sessions() as session, session.begin():
                await store.keep_answers(session, key, new, clock.today())
        refused = [answer.problem for answer in told.values() if answer is not None and answer.problem]
        if refused and not new and not kept:
            raise Problem(422, refused[0])
        found = kept | new
        return Replies(
            merged([_counts(answer) for answer in found.values()]),
            tuple(region for region in regions if region not in found),
            await self._differing(question, found),
        )

    async def _one(self, region: str, content: bytes) -> FiguresTold | None:
        try:
            return FiguresTold.model_validate_json(await ask(self.broker, region, "figures", content, self.seconds))
        except (NoAnswer, ValidationError):
            return None

    async def _differing(self, question: Question, found: dict[str, FiguresTold]) -> tuple[str, ...]:
        """Networks whose own count of what the centre can count too is another one (a sign of lost or wrong records).

        Only asked on the last day of a month or today: between, the centre does not know days of recording, and in the
        running month it counts from the day of receipt.
        """
        lean = lean_part(question)
        if lean is None or not _comparable(question):
            return ()
        filters = tuple(entry for entry in lean.filters if entry[0] != "region")
        async with self.sessions() as session:
            here = await count(session, replace(lean, by=("region",), filters=filters))
        counted = {cell.values[0]: cell.value for cell in here.cells}
        pairs = ((region, told.lean) for region, told in sorted(found.items()))
        return tuple(region for region, told in pairs if told is not None and told != counted.get(region, 0))


def _comparable(question: Question) -> bool:
    return question.as_of >= clock.today() or (question.as_of + timedelta(days=1)).day == 1


def _counts(told: FiguresTold) -> Counts:
    *keys, total_key = told.keys or [0] * (len(told.cells) + 1)
    cells = tuple(Cell(tuple(values), value, key) for (values, value), key in zip(told.cells, keys, strict=True))
    bases = None if told.bases is None else {tuple(values): value for values, value in told.bases}
    return Counts(cells, told.total, bases, told.synthetic, total_key)
