"""Applying imports: one module for each kind; each file is one transaction (contracts §5)."""

from collections.abc import Iterable, Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.bulk.files import ImportFile
from services.registration.bulk.items import ItemFile
from services.registration.bulk.meetings import MeetingFile
from services.registration.bulk.offerings import OfferingFile
from services.registration.bulk.participations import ParticipationFile
from services.registration.bulk.structure import StructureFile
from shared.importing.kinds import Apply, Kind, ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.settings import Settings

FILES: tuple[type[ImportFile], ...] = (StructureFile, OfferingFile, MeetingFile, ParticipationFile, ItemFile)


def kinds(settings: Settings) -> Mapping[str, tuple[Kind, Apply]]:
    """The kinds of import of this service and how their files are applied."""
    return {file.kind.name: (file.kind, _applied(file, settings)) for file in FILES}


def _applied(file: type[ImportFile], settings: Settings) -> Apply:
    async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        return await file(session, job, settings).apply(rows)

    return apply
