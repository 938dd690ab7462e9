"""Import of the structure register: of the whole network, judged by the state after the file (contracts §5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.registration import importing, store
from services.registration.bulk.files import ImportFile, day_of
from services.registration.hierarchy import PARENT, Key, check_unit, settle_file
from services.registration.tables import StructureRow
from shared.importing.kinds import ParsedRow, RowOutcome
from shared.importing.rows import plain, row_digest
from shared.problems import FieldProblem
from shared.vocabulary import StructureKind

STORED = ("kind", "code", "name", "programme_line", "valid_from", "valid_to")
FIXED = "Art und Kürzel einer Einheit bleiben, wie sie sind."


@dataclass
class Candidate:
    """A row of the file with the unit it changes; `problems` are those it has by itself."""

    row: ParsedRow
    values: dict[str, Any]
    unit_id: UUID
    before: StructureRow | None
    recorded_on: date
    problems: list[FieldProblem]

    @property
    def withdrawn_on(self) -> date | None:
        """The day it is withdrawn, if it is."""
        day: date | None = self.values.get("withdrawn_on")
        return day


class StructureFile(ImportFile):
    """One file of units of a network. Kind and code name a unit, so that what was entered by hand is found again."""

    kind = importing.STRUCTURE

    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Store the rows, parents in any order; one outcome per row."""
        self.units = {(unit.kind, unit.code): unit for unit in await store.all_structure(self.session)}
        self.named = {unit.external_id: unit for unit in self.units.values() if unit.external_id}
        self.candidates: dict[Key, Candidate] = {}
        for row in self.distinct(rows):
            self._read(row)
        self._settle()
        for key in self.candidates:
            self._take(key)
        await self.revisions.write()
        return self.outcomes

    def _read(self, row: ParsedRow) -> None:
        values = {name: plain(value) for name, value in row.values.items()}
        key = (values["kind"], values["code"])
        if key in self.candidates:
            text = f"Art und Kürzel stehen schon in Zeile {self.candidates[key].row.row}."
            self.reject(row, FieldProblem("code", key[1], text, "Bitte eine der Zeilen entfernen."))
            return
        before = self.units.get(key)
        day, problems = day_of(values, before, self.today)
        problems += self._check_names(values, before) + check_unit(values)
        unit_id = before.structure_id if before is not None else uuid4()
        self.candidates[key] = Candidate(row, values, unit_id, before, day, problems)

    def _check_names(self, values: dict[str, Any], before: StructureRow | None) -> list[FieldProblem]:
        name, code = values["external_id"], values["code"]
        other = self.named.get(name)
        if other is not None and other is not before:
            text = f"Diese Kennung gehört zu „{other.code}“ ({StructureKind(other.kind).de}). {FIXED}"
            return [FieldProblem("external_id", name, text, "Bitte eine neue Kennung vergeben.")]
        if before is not None and before.external_id not in (None, name):
            text = f"„{code}“ hat schon die Kennung „{before.external_id}“."
            return [FieldProblem("code", code, text, "Bitte die Kennung oder das Kürzel prüfen.")]
        return []

    def _settle(self) -> None:
        """Find the parents as they are after the file; a row that cannot take its place has one problem more."""
        keys = {unit.structure_id: key for key, unit in self.units.items()}
        stored = {
            key: keys.get(unit.parent_id) if unit.parent_id else None
            for key, unit in self.units.items()
            if not unit.withdrawn
        }
        fit = {key: one for key, one in self.candidates.items() if not one.problems}
        wanted = {key: one.values.get("parent") for key, one in fit.items()}
        leaving = {key for key, one in fit.items() if one.withdrawn_on is not None}
        self.parents, refused = settle_file(stored, wanted, leaving)
        for key, problem in refused.items():
            self.candidates[key].problems.append(problem)

    def _take(self, key: Key) -> None:
        one, before = self.candidates[key], self.candidates[key].before
        flag = self._of_migrant_organisation(key)
        digest = row_digest({**one.row.values, "carrier_is_migrant_organisation": flag})
        if before is not None and before.row_hash == digest:
            self.unchanged(one.row)
            return
        if one.problems:
            self.reject(one.row, one.problems[0])
            return
        content = {name: one.values.get(name) for name in STORED}
        content |= {"parent_id": self._id(self.parents.get(key)), "carrier_is_migrant_organisation": flag}
        named = one.values.get("recorded_on") or (before and before.row_recorded_on) or one.recorded_on
        known = {"external_id": one.values["external_id"], "row_hash": digest, "row_recorded_on": named}
        entered = before is not None and not before.row_hash and not before.withdrawn and one.withdrawn_on is None
        if before is not None and entered and all(getattr(before, name) == value for name, value in content.items()):
            before.sqlmodel_update(known)  # the same unit, entered by hand: from now on the file knows it
            self.session.add(before)
            self.unchanged(one.row)
            return
        self._store(one, content | known)
        self.accept(one.row)

    def _of_migrant_organisation(self, key: Key) -> bool:
        """What the row says; where it says nothing, a Teilprojekt or office is what its carrier is."""
        one = self.candidates.get(key)
        if one is None:
            return self.units[key].carrier_is_migrant_organisation
        stated: bool | None = one.values.get("migrant_organisation")
        parent = self.parents.get(key) if key[0] in PARENT else None
        if stated is None and parent is not None and (parent in self.candidates or parent in self.units):
            return self._of_migrant_organisation(parent)
        return bool(stated)

    def _id(self, key: Key | None) -> UUID | None:
        return None if key is None else self.candidates[key].unit_id if key in self.candidates else self.units[key].key

    def _store(self, one: Candidate, content: dict[str, Any]) -> None:
        unit = one.before or StructureRow(structure_id=one.unit_id, revision=0, recorded_on=one.recorded_on, **content)
        unit.sqlmodel_update(content)
        unit.revision, unit.withdrawn, unit.recorded_on = unit.revision + 1, False, one.recorded_on
        self.revisions.add(unit, "structure.imported")
        if one.withdrawn_on is not None:
            unit.revision, unit.withdrawn = unit.revision + 1, True
            unit.recorded_on = max(one.recorded_on, one.withdrawn_on)
            self.revisions.add(unit, "structure.withdrawn")
