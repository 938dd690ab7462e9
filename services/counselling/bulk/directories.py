"""What imports of the network's directories share: they are told to nobody, and each entry says when it was checked."""

from datetime import datetime
from typing import Any

from shared.importing.simple import Row, SimpleImport
from shared.problems import FieldProblem


class DirectoryImport(SimpleImport[Row]):
    """One file of a directory of the network."""

    @staticmethod
    def tell(_row: Any, _region: str, _instant: datetime) -> list[dict[str, Any]]:
        """Nothing: the directory stays in this service."""
        return []

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Nobody has checked an entry tomorrow."""
        day = values["last_checked"]
        if day <= self.today:
            return []
        text = f"Der {day:%d.%m.%Y} liegt in der Zukunft."
        return [FieldProblem("last_checked", f"{day:%d.%m.%Y}", text, "Bitte das Datum der letzten Prüfung eintragen.")]
