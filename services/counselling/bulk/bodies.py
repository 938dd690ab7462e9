"""Import of the directory of bodies: the network's, told to nobody.

A file says all of an entry but which carrier of this network a body is: that stays as somebody has chosen it.
"""

from collections.abc import Sequence
from typing import Any

from services.counselling.bodies.store import bodies_named
from services.counselling.bodies.tables import BodyRow
from services.counselling.bulk.directories import DirectoryImport
from shared.importing.rows import plain
from shared.importing.simple import Candidate

STORED = ("kind", "name", "address", "phone", "email", "url")


class BodyImport(DirectoryImport[BodyRow]):
    """One file of bodies of the network."""

    noun = "body"

    async def load(self, external_ids: Sequence[str]) -> dict[str, BodyRow]:
        """Stored entries of the rows."""
        return await bodies_named(self.session, external_ids)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the entry."""
        languages = sorted(map(str, values["languages"]))
        found = {name: plain(values.get(name)) for name in STORED}
        return found | {"languages": languages, "checked_on": values["last_checked"]}

    def make(self, candidate: Candidate[BodyRow]) -> BodyRow:
        """A new entry."""
        return BodyRow(body_id=candidate.key, revision=0, recorded_on=candidate.recorded_on, **candidate.content)
