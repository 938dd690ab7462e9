"""Files of groups and companies in tests: rows written short, applied to a real database by the real code."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import select

from services.counselling.bulk.companies import CompanyImport
from services.counselling.bulk.groups import GroupImport
from services.counselling.tables import CompanyRow
from shared.database import make_engine, session_factory
from shared.importing.kinds import ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.settings import Settings

CARRIER, OTHER = uuid4(), uuid4()
IMPORTS = {"groups": GroupImport, "companies": CompanyImport}


class Importer:
    """Applies files of a carrier to a real database."""

    def __init__(self, url: str) -> None:
        self.settings = Settings(env="test", network="rp", database_url=url, signing_key="k" * 40)
        self.engine = make_engine(url)
        self.sessions = session_factory(self.engine)

    async def outcomes(
        self, kind: str, *rows: dict[str, Any], carrier: UUID = CARRIER, origin: str = "imported"
    ) -> list[RowOutcome]:
        """Apply a file; outcomes in order of the rows."""
        parsed = [ParsedRow(number, row) for number, row in enumerate(rows, 2)]
        job = ImportJob(kind=kind, carrier_id=carrier, requested_by="test", header=[], origin=origin)
        async with self.sessions() as session, session.begin():
            return sorted(await IMPORTS[kind].with_settings(self.settings)(session, job, parsed))

    async def file(self, kind: str, *rows: dict[str, Any], carrier: UUID = CARRIER) -> list[str]:
        """Apply a file; what became of each row."""
        return [entry.outcome for entry in await self.outcomes(kind, *rows, carrier=carrier)]

    async def companies(self, carrier: UUID = CARRIER) -> dict[str, tuple[bool, int, bool, str]]:
        """(is new, revision, withdrawn, recorded on) by external id."""
        async with self.sessions() as session:
            found = await session.exec(select(CompanyRow).where(CompanyRow.carrier_id == carrier))
            return {
                str(row.external_id): (row.company_is_new, row.revision, row.withdrawn, row.recorded_on.isoformat())
                for row in found
            }

    async def events(self, external_id: str) -> list[tuple[int, bool, bool, str]]:
        """(revision, withdrawn, is new, recorded on) of the lean events of a company's record."""
        query = text(
            "SELECT convert_from(body, 'utf8') FROM outbox JOIN counselling_company ON company_id = entity_id "
            "WHERE destination = 'up' AND external_id = :name ORDER BY outbox.revision"
        )
        async with self.sessions() as session:
            connection = await session.connection()
            bodies = [json.loads(row[0]) for row in await connection.execute(query, {"name": external_id})]
        return [(b["revision"], b["withdrawn"], b["company_is_new"], b["recorded_on"]) for b in bodies]


BLANK = {"office": None, "recorded_on": None, "withdrawn_on": None}


def company(key: str, day: str, reference: str | None = "HRB 1", **more: Any) -> dict[str, Any]:
    """A row of a list of company counsellings, as the parser leaves it; `…_on` are days."""
    values = {"programme_line": "skilled_worker_networks", "participants": 1, "sector": None, "size_class": None}
    return (
        BLANK | values | {"external_id": key, "date": date.fromisoformat(day), "company_ref": reference} | dated(more)
    )


def group(key: str, day: str, **more: Any) -> dict[str, Any]:
    """A row of a list of group information, as the parser leaves it; `…_on` are days."""
    values = {"programme_line": "fair_integration", "group_type": "information", "participants": 17}
    values |= {"topic": "recognition", "language": "ar"}
    return BLANK | values | {"external_id": key, "date": date.fromisoformat(day)} | dated(more)


def dated(values: dict[str, Any]) -> dict[str, Any]:
    """Days from texts."""
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and value else value for name, value in values.items()
    }
