"""What is left of erased persons: keyed hashes that say an imported row is gone for good (contracts §4 *Erasure*)."""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.problems import FieldProblem

GONE = "Diese Zeile gehört zu einer Person, deren Daten gelöscht wurden (gelöscht)."
REMEDY = "Bitte die Zeile aus der Datei und aus Ihrem alten System entfernen."


class TombstoneRow(SQLModel, table=True):
    """A keyed hash of a `person_ref` (`r:…`) or an `external_id` (`x:…`) that was erased; of whom, nobody knows.

    `erased_on` only of a reference: what happened later is of somebody who came back.
    """

    __tablename__ = "tombstone"

    carrier_id: UUID = Field(primary_key=True)
    hashed: str = Field(primary_key=True)
    erased_on: date | None = None


class ErasedPersonRow(SQLModel, table=True):
    """A person who was erased (registration): her random id, so that nothing typed late brings her back.

    `revision` is that of the last message about her; `reason` is her wish or the end of retention; `journaled`: the
    journal outside the backups has it.
    """

    __tablename__ = "erased_person"

    person_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    erased_on: date
    reason: str
    journaled: bool = False


def hashed_id(carrier: UUID, noun: str, external_id: str, key: str) -> str:
    """Keyed hash of an `external_id` within its carrier and kind of record."""
    text = f"{noun}:{carrier}:{external_id}".encode()
    return "x:" + hmac.new(key.encode(), text, hashlib.sha256).hexdigest()


async def put_up(session: AsyncSession, carrier: UUID, hashed: Iterable[str], day: date) -> None:
    """Remember what was erased. Repeatable; the latest day counts."""
    values = [
        {"carrier_id": carrier, "hashed": one, "erased_on": day if one.startswith("r:") else None}
        for one in sorted(set(hashed))
    ]
    for start in range(0, len(values), 5000):
        statement = insert(TombstoneRow).values(values[start : start + 5000])
        new = statement.excluded
        await session.exec(
            statement.on_conflict_do_update(
                index_elements=["carrier_id", "hashed"],
                set_={"erased_on": new.erased_on},
                where=new.erased_on > TombstoneRow.erased_on,
            )
        )


class Tombstones:
    """Those of a carrier that rows of one kind could be under."""

    def __init__(self, carrier: UUID, noun: str, key: str, ids: Collection[str], references: dict[str, date]) -> None:
        self.carrier, self.noun, self.key, self.ids, self.references = carrier, noun, key, ids, references

    @classmethod
    async def load(cls, session: AsyncSession, carrier: UUID, noun: str, key: str) -> "Tombstones":
        """All of a carrier: as many as rows of persons it has erased."""
        found = (await session.exec(select(TombstoneRow).where(TombstoneRow.carrier_id == carrier))).all()
        references = {row.hashed: row.erased_on for row in found if row.erased_on is not None}
        return cls(carrier, noun, key, {row.hashed for row in found if row.erased_on is None}, references)

    def over(self, external_id: str, reference: str | None, day: date) -> list[FieldProblem]:
        """The problem of a row that was erased: itself, or as part of what was then known of its person."""
        if self.ids and hashed_id(self.carrier, self.noun, external_id, self.key) in self.ids:
            return [FieldProblem("external_id", None, GONE, REMEDY)]
        erased_on = self.references.get(reference or "")
        if erased_on is not None and day <= erased_on:
            return [FieldProblem("person_ref", None, GONE, REMEDY)]
        return []
