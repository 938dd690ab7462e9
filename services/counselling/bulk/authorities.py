"""Import of the directory of competent authorities: the network's, told to nobody (REC-02)."""

from collections.abc import Sequence
from typing import Any

from services.counselling.bulk.directories import DirectoryImport
from services.counselling.procedures import store
from services.counselling.procedures.tables import AuthorityRow
from shared.importing.rows import plain
from shared.importing.simple import Candidate

STORED = ("name", "occupations", "land", "address", "phone", "email", "website", "last_checked")


class AuthorityImport(DirectoryImport[AuthorityRow]):
    """One file of authorities of the network."""

    noun = "authority"

    async def load(self, external_ids: Sequence[str]) -> dict[str, AuthorityRow]:
        """Stored entries of the rows."""
        return await store.directory_named(self.session, external_ids)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the entry."""
        return {name: plain(values.get(name)) for name in STORED}

    def make(self, candidate: Candidate[AuthorityRow]) -> AuthorityRow:
        """A new entry."""
        return AuthorityRow(
            authority_id=candidate.key, revision=0, recorded_on=candidate.recorded_on, **candidate.content
        )
