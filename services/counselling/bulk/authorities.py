"""Import of the directory of competent authorities: the network's, told to nobody (REC-02)."""

from collections.abc import Sequence
from typing import Any

from services.counselling.bulk.checked import check_checked
from services.counselling.procedures import store
from services.counselling.procedures.tables import AuthorityRow
from services.counselling.untold import no_message
from shared.importing.simple import Candidate, SimpleImport
from shared.problems import FieldProblem
from shared.revisions import plain

STORED = ("name", "occupations", "land", "address", "phone", "email", "website", "last_checked")


class AuthorityImport(SimpleImport[AuthorityRow]):
    """One file of authorities of the network."""

    noun = "authority"
    tell = staticmethod(no_message)

    async def load(self, external_ids: Sequence[str]) -> dict[str, AuthorityRow]:
        """Stored entries of the rows."""
        return await store.directory_named(self.session, external_ids)

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Nobody has checked an entry tomorrow."""
        return check_checked(values["last_checked"], self.today)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the entry."""
        return {name: plain(values.get(name)) for name in STORED}

    def make(self, candidate: Candidate[AuthorityRow]) -> AuthorityRow:
        """A new entry."""
        return AuthorityRow(
            authority_id=candidate.key, revision=0, recorded_on=candidate.recorded_on, **candidate.content
        )
