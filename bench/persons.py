"""Searching a person and hinting at duplicates among 200,000 of one carrier: `python -m bench.persons`.

Measured are the queries of the register with their comparison of sounds, without HTTP, on a PostgreSQL of its own.
Names are dealt from the lists of the tests and from syllables: common ones are far more common than in life.
"""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from bench.save import percentile
from deploy.local.databases import copy_template, make_template
from deploy.local.postgres import Postgres
from services.registration.model import search_name
from services.registration.names import VERSION, keys
from services.registration.person_store import find_persons, similar_persons
from shared.database import make_engine, session_factory
from tests.support.name_variants import NAMES, RULES
from tests.support.servers import postgres_server

PERSONS = 200_000
ROUNDS = 3
SYLLABLES = "ka ra mi no sa le ha di ro ta li mo ba na yu se zi fa do ku ja ve gha sha"
GOAL = 150
SEARCHES = (
    "mohamed",
    "m",
    "müll jörg",
    "ahmad khaled 1990",
    "schukow",
    "nguyen van an",
    "1975",
    "a b",
    "xyzzy",
    "hasan",
)
HINTS = ("Mohammed Ahmad", "Nguyen An", "Müller Jörg", "Tschernow Anna", "Karim Sadilero", "Ali")
COLUMNS = (
    "person_id, carrier_id, revision, withdrawn, recorded_on, name, search_name, keys_version, family_name, "
    "birth_year, contact_way, languages, interpreter_needed, nationality, refugee_background, gender, has_degree, "
    "german_level, qualifications"
)
STATED = ["not_stated", "[]", *["not_stated"] * 6, "[]"]


def dealt(dice: random.Random) -> str:
    """A name: half of the family names from the lists, the others of syllables."""
    language = dice.choice(list(NAMES))
    given, family = (dice.choice(part.split(" ")).replace("_", " ") for part in NAMES[language])
    rule = dice.choice(RULES[language])
    made = "".join(dice.choice(SYLLABLES.split()) for _ in range(dice.randint(2, 4))).capitalize()
    return f"{rule(family) if dice.random() < 0.5 else made}, {rule(given)}"


def fill(postgres: Postgres, name: str, carrier: UUID) -> None:
    """Copy the persons and their keys into the database."""
    dice = random.Random(1)
    people = [(uuid4(), dealt(dice), dice.randint(1950, 2010)) for _ in range(PERSONS)]
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY person ({COLUMNS}) FROM STDIN") as rows:
            for key, who, year in people:
                names = [who, search_name(who), VERSION, who.partition(",")[0], year]
                rows.write_row([key, carrier, 1, False, "2026-01-01", *names, *STATED])
        with cursor.copy("COPY person_key (carrier_id, key, person_id) FROM STDIN") as rows:
            for person, who, _ in people:
                for key in keys(who):
                    rows.write_row([carrier, key, person])
        cursor.execute("ANALYZE")


async def timed(session: AsyncSession, work: Callable[[], Awaitable[Any]]) -> list[float]:
    """Seconds of each round; the first, in which caches are cold, counts too."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        took.append(time.perf_counter() - started)
        session.expunge_all()
    return took


async def measure(url: str, carrier: UUID) -> None:
    """Print each query's slowest round, then the figures of all."""
    engine = make_engine(url)
    carriers, figures = (carrier,), {}
    async with session_factory(engine)() as session:
        await find_persons(session, carriers, "warm up", [], 50)  # a service at work has done this before
        await similar_persons(session, carriers, "warm up", None, None, 10)
        for kind, asked in (("search", SEARCHES), ("hint", HINTS)):
            took: list[float] = []
            for text in asked:
                if kind == "search":
                    mine = await timed(session, lambda text=text: find_persons(session, carriers, text, [], 50))  # type: ignore[misc]
                else:
                    mine = await timed(
                        session,
                        lambda text=text: similar_persons(session, carriers, text, None, None, 10),  # type: ignore[misc]
                    )
                took += mine
                print(f"{kind:8}{text:24}{percentile(mine, 1):>9} ms")
            figures[f"{kind} p50 ms"], figures[f"{kind} p95 ms"] = percentile(took, 0.5), percentile(took, 0.95)
            figures[f"{kind} max ms"] = percentile(took, 1)
    await engine.dispose()
    for name, value in figures.items():
        sys.stdout.write(f"{name:20} {value:>10}   <= {GOAL}\n")


def main() -> None:
    """Fill, measure, print."""
    with postgres_server() as postgres:
        name, carrier = "bench_persons", uuid4()
        copy_template(postgres, make_template(postgres, "registration"), name)
        started = time.perf_counter()
        fill(postgres, name, carrier)
        print(f"{PERSONS} persons in {time.perf_counter() - started:.0f} s")
        asyncio.run(measure(postgres.url(name), carrier))


if __name__ == "__main__":
    main()
