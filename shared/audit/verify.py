"""Prove that nobody tampered with a service's audit: `python -m shared.audit.verify [--anchors LOG …]`.

The database is that of IQ_DATABASE_URL. Anchors are lines `audit head … seal=N digest=…` of any files, best of logs
kept elsewhere: without them rows and seals lost together at the end go unnoticed. Exit status 1 for any finding.
"""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock
from shared.audit import AuditRow
from shared.audit.seals import NO_SEAL, Digest, SealRow, rows_between
from shared.clock import BERLIN
from shared.database import make_engine, session_factory

ANCHOR = re.compile(r"audit head network=(\S+) service=(\S+) seal=(\d+) digest=([0-9a-f]{64})")
SEALS = 1_000
STALE = timedelta(hours=1)
"""Unsealed rows older than this mean that nobody seals, or that seals are gone."""
Anchors = dict[int, set[str]]
"""Digests by number of seal."""


@dataclass
class Report:
    """What was checked, and everything that is wrong, in German."""

    rows: int = 0
    seals: int = 0
    unsealed: int = 0
    findings: list[str] = field(default_factory=list)


async def verify(session: AsyncSession, anchors: Anchors | None = None) -> Report:
    """Compare every row with the seals, the seals with one another and with the anchors, in one snapshot."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    check = _Check(Report(), dict(anchors or {}))
    while seals := await _next_seals(session, check.number):
        await check.compare(seals, rows_between(session, check.last_seq, seals[-1].last_seq))
    await _look_at_the_rest(session, check)
    for number, digests in check.anchors.items():
        if number > check.number:
            check.found(f"Siegel {number} steht in den Ankern und fehlt ({len(digests)} Anker)")
    return check.report


async def _next_seals(session: AsyncSession, after: int) -> Sequence[SealRow]:
    query = select(SealRow).where(col(SealRow.number) > after).order_by(col(SealRow.number)).limit(SEALS)
    return (await session.exec(query)).all()


async def _look_at_the_rest(session: AsyncSession, check: "_Check") -> None:
    query = select(func.count(), func.min(AuditRow.at)).where(col(AuditRow.seq) > check.last_seq)
    count, oldest = (await session.exec(query)).one()
    check.report.unsealed = count
    if count and oldest < clock.now() - STALE:
        check.found(f"{count} Zeilen sind nicht versiegelt, die älteste vom {_moment(oldest)}")


class _Check:
    """The state of a run: last seal seen, and what was found."""

    def __init__(self, report: Report, anchors: Anchors) -> None:
        self.report, self.anchors = report, anchors
        self.number, self.last_seq, self.digest = 0, 0, NO_SEAL

    def found(self, text: str) -> None:
        """Note something wrong."""
        self.report.findings.append(f"{text}.")

    async def compare(self, seals: Sequence[SealRow], rows: AsyncIterator[Sequence[Any]]) -> None:
        """Compare some seals with the rows from the end of the last one to the end of theirs."""
        waiting, digest = list(reversed(seals)), Digest()
        async for row in rows:
            while row[0] > waiting[-1].last_seq:
                self._close(waiting.pop(), digest)
                digest = Digest()
            digest.add(row)
        while waiting:
            self._close(waiting.pop(), digest)
            digest = Digest()

    def _close(self, seal: SealRow, digest: Digest) -> None:
        self.report.seals, self.report.rows = self.report.seals + 1, self.report.rows + digest.rows
        title = f"Siegel {seal.number} vom {_moment(seal.at)}"
        if seal.number != self.number + 1:
            self.found(f"Vor {title} fehlen {seal.number - self.number - 1} Siegel")
        if seal.previous != self.digest:
            self.found(f"{title} schließt nicht an das vorige an")
        count = digest.rows
        computed = digest.close(seal.number, seal.at, seal.previous)
        same = all(
            getattr(computed, name) == getattr(seal, name) for name in ("first_seq", "last_seq", "rows", "digest")
        )
        if not same:
            told = f"{count} Zeilen statt {seal.rows}" if count != seal.rows else "eine Angabe ist eine andere"
            self.found(f"{title} passt nicht zu seinen Zeilen: {told}")
        if wrong := self.anchors.get(seal.number, set()) - {seal.digest}:
            self.found(f"{title} ist ein anderes, als {len(wrong)} Anker sagen")
        self.number, self.last_seq, self.digest = seal.number, seal.last_seq, seal.digest


def _moment(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.%Y, %H:%M}"


def read_anchors(paths: Iterable[Path]) -> Anchors:
    """Anchors of log files of one service. Raises ValueError when they are of several."""
    found: Anchors = {}
    names = set()
    for path in paths:
        for match in ANCHOR.finditer(path.read_text(encoding="utf-8", errors="replace")):
            names.add((match[1], match[2]))
            found.setdefault(int(match[3]), set()).add(match[4])
    if len(names) > 1:
        raise ValueError("anchors of several services: " + ", ".join("/".join(name) for name in sorted(names)))
    return found


async def _main(anchors: Anchors) -> Report:
    engine = make_engine(os.environ["IQ_DATABASE_URL"], pool_size=1)
    async with session_factory(engine)() as session:
        report = await verify(session, anchors)
    await engine.dispose()
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Prüft das Protokoll eines Dienstes (Datenbank: IQ_DATABASE_URL).")
    parser.add_argument("--anchors", nargs="*", type=Path, default=[], help="Protokolldateien mit Ankern")
    outcome = asyncio.run(_main(read_anchors(parser.parse_args().anchors)))
    told = f"{outcome.rows} Zeilen in {outcome.seals} Siegeln geprüft, {outcome.unsealed} noch nicht versiegelt"
    sys.stdout.write("\n".join([*outcome.findings, f"{told}: {len(outcome.findings)} Befunde."]) + "\n")
    sys.exit(1 if outcome.findings else 0)
