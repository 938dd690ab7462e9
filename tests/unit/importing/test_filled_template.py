"""A template filled in with its own labels is read without a question."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from services.counselling.importing import COMPANIES, GROUPS, SESSIONS
from shared.importing.kinds import Kind
from shared.importing.template import template
from shared.vocabulary import ProgrammeLine
from tests.unit.importing.test_mapping import scan

SPECIAL: dict[str, Any] = {
    "external_id": "1",
    "date": date(2022, 9, 1),
    "birth_year": 1980,
    "reference_occupation": "8140",
    "participants": 12,
}


@pytest.mark.parametrize("kind", [SESSIONS, GROUPS, COMPANIES], ids=lambda kind: kind.name)
def test_a_filled_template_goes_in_without_questions(kind: Kind) -> None:
    book, target = load_workbook(io.BytesIO(template(kind))), io.BytesIO()
    labels = [book["Listen"].cell(1, place).value for place in range(1, len(kind.columns) + 1)]
    for place, (column, label) in enumerate(zip(kind.columns, labels, strict=True), 1):
        book[kind.title].cell(2, place).value = SPECIAL.get(column.name, label)
    book.save(target)
    found = scan(target.getvalue(), strict=True, kind=kind)
    assert found.errors == []
    assert [row.values["programme_line"] for row in found] == [ProgrammeLine.RECOGNITION_COUNSELLING]
