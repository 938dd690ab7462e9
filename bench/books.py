"""Books of a quarter and a large workbook: `python -m bench.books` (SESSIONS, RUNS, ROWS).

The centre's reporting is a process of its own on a PostgreSQL with as many invented facts as the programme's history
has (450,000 sessions, 32,000 participations, 20,000 meetings, of 16 networks over eight years). No network is there to
be asked: the tables that only networks can answer are silent. Measured are medians of: a Tabellenband from its order to
its last table, its PDF and its XLSX as a gateway makes them, `file=xlsx` of a figure with 100,000 rows, how long a page
of figures takes meanwhile, and the most memory the process ever had.
"""

import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import nats
import psycopg

from bench.registrations import KEY, START_SECONDS, told
from deploy.local.databases import copy_template, make_template
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from deploy.streams import hub_plan
from services.gateway.books.paper import book_pdf
from services.gateway.books.workbook import workbook
from shared.database import ROLE
from shared.security import Principal, issue_token
from shared.settings import Settings
from shared.topology import CENTRE, load_topology
from shared.vocabulary import Role
from tests.support import servers
from tests.support.apps import lone_settings
from tests.support.servers import Server, jetstream_server, listening, postgres_server

NAME = "de_reporting"
QUARTERS = ("2022-Q2", "2021-Q3", "2020-Q4", "2019-Q2", "2018-Q1")
"""A run each, so that nothing is remembered."""
GOALS = {"book s": 15, "100,000 rows s": 10, "reporting MB": 400}
QUESTION = "indicator=counselling_sessions&by=month,region,nationality&from=2015-01"
PAGE = "indicator=counselling_sessions&by=region&from=2022-01&to=2022-12"
FACTS = """
INSERT INTO fact (region, kind, entity_id, revision, withdrawn, month, effective_on, received_on, digest, origin,
    programme_line, session_type, seen_before, nationality, refugee_background)
SELECT region, %(kind)s, gen_random_uuid(), 1, false, to_char(day, 'YYYY-MM'), day + 2, day + 3, 0, 'synthetic',
    {line}, {kind_of}, 'no', {nation}, (ARRAY['yes', 'no', 'not_stated'])[1 + floor(random() * 3)::int]
FROM (SELECT (%(regions)s::text[])[1 + floor(random() * 16)::int] AS region,
             date '2015-01-01' + floor(random() * 2900)::int AS day FROM generate_series(1, %(count)s)) AS drawn
"""
BODIES = """
INSERT INTO fact_body SELECT region, kind, entity_id, revision, %s::jsonb || jsonb_build_object('month', month)
FROM fact WHERE kind = %s
"""
SUMS = """
INSERT INTO holding SELECT region, kind, received_on, count(*) FROM fact GROUP BY 1, 2, 3;
INSERT INTO arrival SELECT region, kind, date_trunc('month', effective_on)::date, count(*) FROM fact GROUP BY 1, 2, 3;
ANALYZE
"""
LINES = (
    "(ARRAY['recognition_counselling', 'recognition_counselling', 'fair_integration'])[1 + floor(random() * 3)::int]"
)
TYPES = "(ARRAY['first', 'follow_up', 'referral'])[1 + floor(random() * 3)::int]"
# Few nationalities are frequent, as in the printed tables.
NATIONS = "(ARRAY[{}])[1 + floor(power(random(), 3) * {})::int]"
PARTICIPATION = {"success": "full_equivalence", "result": "completed", "delivery": "online", "form": "bridging"}
MEETING = {"format": "training", "role": "own", "number": 1, "new_participants": 12, "participants": 12}


def fill(url: str, sessions: int) -> None:
    """Facts by chance, as many as the history has."""
    from shared.nationalities import nationality_labels  # noqa: PLC0415  # only the filling needs the list

    codes = [code for code in nationality_labels("de") if re.fullmatch("[A-Z]{2}", code)]
    nations = NATIONS.format(", ".join(f"'{code}'" for code in codes), len(codes))
    parts = (
        ("session_recorded", sessions, LINES, TYPES, nations, {}),
        ("participation_recorded", 32_000, "'qualification'", "NULL", "NULL", PARTICIPATION),
        ("meeting_held", 20_000, "'intercultural'", "NULL", "NULL", MEETING),
    )
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for kind, count, line, kind_of, nation, body in parts:
            statement = FACTS.format(line=line, kind_of=kind_of, nation=nation)
            values = {"kind": kind, "regions": list(load_topology()), "count": count}
            connection.execute(statement, values)
            connection.execute(BODIES, (json.dumps(body), kind))
        connection.execute(SUMS)


def memory(pid: int) -> float:
    """The most megabytes a process ever had in memory."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """Seconds that something takes, and what it gives."""
    started = time.perf_counter()
    found = await work()
    return time.perf_counter() - started, found


async def book(client: httpx2.AsyncClient, quarter: str) -> dict[str, Any]:
    """A Tabellenband, from its order to its content."""
    key = uuid4()
    order = {"kind": "table_volume", "quarter": quarter}
    (await client.put(f"/api/v1/books/{key}", json=order)).raise_for_status()
    while (state := (await client.get(f"/api/v1/books/{key}")).json()["state"]) in ("waiting", "running"):
        await asyncio.sleep(0.1)
    if state != "done":
        raise SystemExit(f"the book {state}")
    found: dict[str, Any] = (await client.get(f"/api/v1/books/{key}/content")).json()
    return found


async def pages(client: httpx2.AsyncClient, ended: asyncio.Event) -> list[float]:
    """How long a page's question takes, asked again and again until something has ended."""
    took = []
    while not ended.is_set():
        day = f"2026-10-{len(took) % 28 + 1:02d}"  # so that nothing is remembered
        took.append((await timed(lambda: client.get(f"/api/v1/figures?{PAGE}&as_of={day}")))[0])  # noqa: B023
        await asyncio.sleep(0.2)
    return took


async def largest(client: httpx2.AsyncClient) -> tuple[str, int]:
    """The question with the most rows that is answered, and how many they are."""
    for number in range(8 * 12 - 1, 0, -2):
        question = f"{QUESTION}&to={2015 + number // 12}-{number % 12 + 1:02d}"
        if (answer := await client.get(f"/api/v1/figures?{question}")).is_success:
            return question, len(answer.json()["rows"])
    raise SystemExit("no question is answered")


async def measure(port: int, runs: int) -> dict[str, Any]:
    """Everything, several times."""
    token = issue_token(Principal("bench", Role.COORDINATION, CENTRE), KEY, "services", 3600)
    headers, address = {"Authorization": f"Bearer {token}"}, f"http://127.0.0.1:{port}"
    took: dict[str, list[float]] = {name: [] for name in ("tables s", "pdf s", "xlsx s", "book s", "100,000 rows s")}
    async with httpx2.AsyncClient(base_url=address, timeout=120, trust_env=False, headers=headers) as client:
        ended = asyncio.Event()
        meanwhile = asyncio.create_task(pages(client, ended))
        for quarter in QUARTERS[:runs]:
            counted, found = await timed(lambda: book(client, quarter))  # noqa: B023  # awaited at once
            paper, _pdf = await timed(lambda: asyncio.to_thread(book_pdf, found))  # noqa: B023  # awaited at once
            sheet, _xlsx = await timed(lambda: asyncio.to_thread(workbook, found))  # noqa: B023  # awaited at once
            for name, seconds in (
                ("tables s", counted),
                ("pdf s", paper),
                ("xlsx s", sheet),
                ("book s", counted + paper),
            ):
                took[name].append(seconds)
        ended.set()
        others = await meanwhile
        question, rows = await largest(client)
        for _ in range(runs):
            seconds, answer = await timed(lambda: client.get(f"/api/v1/figures?{question}&file=xlsx"))
            answer.raise_for_status()
            took["100,000 rows s"].append(seconds)
    figures: dict[str, Any] = {name: round(statistics.median(values), 2) for name, values in took.items()}
    figures |= {"rows": rows, "pdf MB": round(len(_pdf) / 1e6, 2)}
    figures["page meanwhile p50 ms"] = round(statistics.median(others) * 1000)
    return figures | {"page meanwhile max ms": round(max(others) * 1000)}


async def streams(url: str) -> None:
    """What the centre takes in from."""
    client = await nats.connect(url)
    for stream, consumers in hub_plan(list(load_topology())):
        await client.jetstream().add_stream(stream)
        for consumer in consumers:
            await client.jetstream().add_consumer(str(stream.name), consumer)
    await client.close()


@contextlib.contextmanager
def filled(folder: Path, postgres: Postgres, broker: str, sessions: int) -> Iterator[tuple[Settings, int]]:
    """The centre's reporting as a process, on invented facts; its settings and its process id."""
    asyncio.run(streams(broker))
    copy_template(postgres, make_template(postgres, "reporting"), NAME)
    fill(postgres.url(NAME), sessions)
    settings = lone_settings(CENTRE, postgres.url(NAME, ROLE), broker, synthetic=True, signing_key=KEY)
    servers.START_SECONDS = START_SECONDS
    command = ["env", *(f"{name}={value}" for name, value in told(settings).items()), f"PYTHONPATH={ROOT}"]
    command += [sys.executable, "-m", "services.reporting"]
    service = Server(command, folder / "reporting.log", lambda: listening(settings.port))
    service.start()
    try:
        yield settings, service.process.pid
    finally:
        service.stop()


def run(folder: Path, postgres: Postgres, broker: str, sessions: int, runs: int) -> dict[str, Any]:
    """One reporting, filled and measured."""
    with filled(folder, postgres, broker, sessions) as (settings, pid):
        return asyncio.run(measure(settings.port, runs)) | {"reporting MB": round(memory(pid))}


def main() -> int:
    """Run and print. Exit code 1 when a goal is missed."""
    sessions, runs = int(os.environ.get("SESSIONS") or 450_000), int(os.environ.get("RUNS") or 3)
    with tempfile.TemporaryDirectory(prefix="iq-books-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with postgres_server() as postgres, jetstream_server(Path(name)) as broker:
            figures = run(Path(name), postgres, broker.url, sessions, runs)
    asked = {"sessions": sessions, "runs": runs, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write(f"{json.dumps(asked | figures | {'goals': GOALS}, indent=1)}\n")
    return 0 if all(figures[name] <= goal for name, goal in GOALS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
