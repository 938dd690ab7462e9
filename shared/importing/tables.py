"""Rows of the import engine: jobs, the uploaded file in chunks, and the cells to mend."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from shared import clock

NETWORK = UUID(int=0)
"""What imports for the whole network have instead of a carrier."""


def _of_job(*, primary_key: bool = False) -> Any:
    link = ForeignKey("import_job.id", ondelete="CASCADE")
    return Field(sa_column=Column(PG_UUID, link, primary_key=primary_key, nullable=False, index=not primary_key))


class ImportJob(SQLModel, table=True):
    """An uploaded file and what became of it; `progress` in percent, `attempts` counts starts of the work."""

    __tablename__ = "import_job"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str
    carrier_id: UUID = Field(index=True)
    requested_by: str
    state: str = Field(default="running", index=True)
    strict: bool = False
    origin: str = "imported"
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    progress: int = 0
    attempts: int = 0
    detail: str = ""
    header: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    unmapped: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(default_factory=clock.now, sa_column=Column(DateTime(timezone=True), nullable=False))


class ImportChunk(SQLModel, table=True):
    """A piece of the uploaded file, at most 1 MiB; gone as soon as the job is done or failed."""

    __tablename__ = "import_chunk"

    job_id: UUID = _of_job(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportErrorRow(SQLModel, table=True):
    """One cell to mend: line, header, what stands there (at most 80 characters), in German what to do."""

    __tablename__ = "import_error"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    job_id: UUID = _of_job()
    row: int
    column: str
    value: str
    message: str
