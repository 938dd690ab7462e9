"""A template filled in with its own labels is read without a question."""

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from services.counselling.importing import KIND as SESSIONS
from shared.importing.template import template
from shared.vocabulary import ProgrammeLine
from tests.unit.importing.test_mapping import scan


def test_a_filled_template_goes_in_without_questions() -> None:
    book, target = load_workbook(io.BytesIO(template(SESSIONS))), io.BytesIO()
    labels = [book["Listen"].cell(1, place).value for place in range(1, len(SESSIONS.columns) + 1)]
    special: dict[str, Any] = {
        "external_id": "1",
        "date": date(2022, 9, 1),
        "birth_year": 1980,
        "reference_occupation": "8140",
    }
    for place, (column, label) in enumerate(zip(SESSIONS.columns, labels, strict=True), 1):
        book[SESSIONS.title].cell(2, place).value = special.get(column.name, label)
    book.save(target)
    found = scan(target.getvalue(), strict=True)
    assert found.errors == []
    assert [row.values["programme_line"] for row in found] == [ProgrammeLine.RECOGNITION_COUNSELLING]
