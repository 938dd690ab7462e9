"""An uploaded file: received in a stream, looked at, and kept in chunks so that its job survives restarts."""

from functools import partial
from itertools import islice
from typing import BinaryIO

from fastapi import Request
from sqlmodel import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.importing.kinds import Kind
from shared.importing.mapping import match_header, read_header
from shared.importing.reader import MEGABYTE, is_xlsx, read_lines
from shared.importing.tables import ImportChunk, ImportJob
from shared.problems import Problem, invalid

MAX_BYTES = 200 * MEGABYTE
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What browsers and scripts call a table, or nothing at all; the bytes decide.
TYPES = frozenset(
    ("", XLSX, "text/csv", "application/csv", "text/plain", "application/vnd.ms-excel", "application/octet-stream")
) | {"application/x-www-form-urlencoded"}
NEITHER = "Bitte eine Excel-Arbeitsmappe (.xlsx) oder eine CSV-Datei hochladen, als reinen Inhalt der Anfrage."
TOO_LARGE = "Die Datei ist größer als 200 MB. Bitte in mehrere Dateien teilen."


async def receive(request: Request, file: BinaryIO) -> None:
    """Write the body into `file`. Raises Problem 413 as soon as it is too large, 415 for another kind of content."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
        raise Problem(415, NEITHER)
    size = int(request.headers.get("content-length", "0"))
    if size > MAX_BYTES:
        raise Problem(413, TOO_LARGE)
    size = 0
    async for block in request.stream():
        size += len(block)
        if size > MAX_BYTES:
            raise Problem(413, TOO_LARGE)
        file.write(block)


def inspect(file: BinaryIO, kind: Kind, *, strict: bool) -> list[str]:
    """Headers of an uploaded file; a CSV file is read to its end, so that broken quoting is told at once.

    Raises Problem 413, 415 or 422.
    """
    spreadsheet = is_xlsx(file)  # asked now: asking moves the place where `lines` reads on
    lines = read_lines(file, kind.title)
    header, rows = read_header(kind, lines)
    if errors := match_header(kind, header, {}).problems(strict=strict):
        raise invalid(*errors)
    for _ in islice(rows, 1 if spreadsheet else None):
        pass
    return header


async def store(session: AsyncSession, job: ImportJob, file: BinaryIO) -> None:
    """Keep an uploaded file with its new job, in chunks of 1 MB, in the caller's transaction."""
    session.add(job)
    await session.flush()
    file.seek(0)
    for number, block in enumerate(iter(partial(file.read, MEGABYTE), b"")):
        await session.exec(insert(ImportChunk), params=[{"job_id": job.id, "number": number, "content": block}])
