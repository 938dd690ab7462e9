"""Rows of an import as they are kept: the same one is known again, and has a day of recording (contracts §5)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from shared.problems import FieldProblem


def row_digest(values: Mapping[str, Any]) -> str:
    """Digest of an imported row, to know the same row again (contracts §5)."""
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()


def person_ref_key(carrier: UUID, person_ref: str, key: str) -> str:
    """Keyed hash of a `person_ref` within its carrier (contracts §5); the reference itself is not kept."""
    return "r:" + hmac.new(key.encode(), f"{carrier}:{person_ref.strip()}".encode(), hashlib.sha256).hexdigest()


def plain(value: Any) -> Any:
    """A value as rows hold it: codes as text, sets of codes as lists."""
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, str) else value


def recording_day(
    values: dict[str, Any], before: date | None, today: date, named: date | None = None
) -> tuple[date, list[FieldProblem]]:
    """Day of recording of an imported row and its problems (contracts §5); `date` is its day, if it has one.

    In a changed row it is later than the row before `named`; equal or empty means today, or the day of withdrawal if
    that is earlier. It is never earlier than `before`, the day of the last revision, which stands in where nobody kept
    what the row before named.
    """
    named = named or before
    given = values.get("recorded_on") if values.get("recorded_on") != named else None
    withdrawn, first = values.get("withdrawn_on"), values.get("date") or date.min
    day = max(given or today, before or date.min)
    problems = []
    if (given or today) > today or (withdrawn or today) > today:
        name = "recorded_on" if (given or today) > today else "withdrawn_on"
        shown = f"{values[name]:%d.%m.%Y}"
        problems.append(FieldProblem(name, shown, f"Der {shown} liegt in der Zukunft.", "Bitte prüfen."))
    elif given is not None and given < first:
        text = "Das Erfassungsdatum liegt vor dem Datum des Eintrags."
        problems.append(FieldProblem("recorded_on", f"{given:%d.%m.%Y}", text, "Bitte eines der beiden prüfen."))
    elif named is not None and given is not None and given < named:
        text = f"Die geänderte Zeile ist älter als der gespeicherte Stand vom {named:%d.%m.%Y}."
        problems.append(FieldProblem("recorded_on", f"{given:%d.%m.%Y}", text, "Bitte das neuere Datum eintragen."))
    if withdrawn is not None and withdrawn < day and not problems:
        if given is None:
            day = max(withdrawn, first, before or withdrawn)
        if withdrawn < day:
            text = "Das Datum der Rücknahme liegt vor dem Erfassungsdatum."
            problems.append(FieldProblem("withdrawn_on", f"{withdrawn:%d.%m.%Y}", text, "Bitte prüfen."))
    return day, problems
