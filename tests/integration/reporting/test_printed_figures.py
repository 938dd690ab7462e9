"""Editions show what was printed before as it was printed, marked so, and protect the rest from it (contracts §6)."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from services.reporting import public_figures
from services.reporting.public_figures import load_public
from services.reporting.public_tables import public_questions
from tests.integration.reporting.test_editions import BY_NATION, facts, make, published
from tests.support.recording import Caller

__all__ = ["facts"]  # what the centre knows

# 7 from Syria, 4 from Turkey, 1 from Iran are counted; of Afghanistan nobody.
SAME = {"TR": 4, "": 12}
OTHERS = {"SY": 5, "AF": 3}


@pytest.fixture
def printed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Figures in print: some are what is counted, others are not."""
    lines = []
    for code, value in getattr(request, "param", SAME | OTHERS).items():
        only = f', filter = {{ nationality = "{code}" }}' if code else ""
        period = 'indicator = "counselling_sessions", from = "2022-04", to = "2022-06"'
        lines.append(f'{{ figure = "f{code}", value = {value}, {period}, as_of = "2022-07-15"{only} }}')
    file = tmp_path / "public_figures.toml"
    file.write_text(f"figures = [{', '.join(lines)}]", encoding="utf-8")
    monkeypatch.setattr(public_figures, "FILE", file)
    for kept in (load_public, public_questions):
        kept.cache_clear()
    yield
    monkeypatch.undo()
    for kept in (load_public, public_questions):
        kept.cache_clear()


def rows_of(edition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of the first table by nationality, without it and without shares."""
    rows = edition["tables"][0]["rows"]
    return {row["nationality"]: {n: v for n, v in row.items() if n not in ("nationality", "share")} for row in rows}


@pytest.mark.usefixtures("printed")
async def test_minimum3_never_hides_what_is_printed_and_says_what_the_records_say(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION)
    (table,) = edition["tables"]
    assert rows_of(edition) == {
        "AF": {"value": 3, "printed": True, "recorded": 0},  # nobody counted, but printed
        "IR": {"value": None, "suppressed": True},
        # Without print, Turkey would be hidden beside Iran; now Syria's own number is.
        "SY": {"value": 5, "printed": True, "recorded": None},
        "TR": {"value": 4, "printed": True},
    }
    assert (table["total"], table["total_printed"], table["printed_in"]) == (12, True, "IQ konkret 3/2022")
    assert "total_recorded" not in table


@pytest.mark.parametrize("printed", [SAME | {"AF": 3}], indirect=True)
@pytest.mark.usefixtures("printed")
async def test_rounded_shows_what_is_printed_exactly(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION, method="rounded")
    rows = rows_of(edition)
    assert rows["TR"] == {"value": 4, "printed": True}
    assert rows["AF"] == {"value": 3, "printed": True, "recorded": 0}
    assert rows["SY"]["value"] in (5, 10)
    assert (edition["tables"][0]["total"], edition["tables"][0]["total_printed"]) == (12, True)


@pytest.mark.parametrize("printed", [{"": 12}], indirect=True)
@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize(
    ("table", "more"),
    [
        (BY_NATION, {"as_of": "2022-07-16"}),
        (BY_NATION | {"from": "2022-05"}, {}),
        (BY_NATION | {"session_type": "first"}, {}),
        (BY_NATION | {"indicator": "first_counsellings"}, {}),
        (BY_NATION | {"by": ["nationality", "session_type"], "nationality": ["TR", "SY"]}, {}),
    ],
)
async def test_another_question_is_not_the_printed_one(
    coordination: Caller, table: dict[str, Any], more: dict[str, Any]
) -> None:
    answer = await make(coordination, table, method="rounded", **more)
    assert answer.status_code == 201, answer.text
    found = (await coordination.send("GET", f"editions/{answer.json()['edition_id']}")).json()["tables"][0]
    assert "printed_in" not in found
    assert not any("printed" in row for row in found["rows"])


@pytest.mark.usefixtures("printed")
async def test_a_filter_asks_the_same_as_a_row(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION | {"by": [], "nationality": "TR"})
    assert (edition["tables"][0]["total"], edition["tables"][0]["total_printed"]) == (4, True)


@pytest.mark.parametrize("printed", [SAME], indirect=True)
@pytest.mark.usefixtures("printed")
async def test_print_is_known_where_it_is_not_shown(coordination: Caller) -> None:
    # Beside the printed 12 and 4 both would tell of one from Iran: 12 − 11, and 12 − 4 − 7.
    whole = {"indicator": "counselling_sessions", "from": "2022-04", "to": "2022-06"}
    rest = await published(coordination, whole | {"nationality": ["SY", "TR"]}, whole | {"nationality": "SY"})
    assert [table["total"] for table in rest["tables"]] == [None, None]


async def test_without_print_the_same_table_may_be_shown(coordination: Caller) -> None:
    whole = {"indicator": "counselling_sessions", "from": "2022-04", "to": "2022-06", "nationality": ["SY", "TR"]}
    assert (await published(coordination, whole))["tables"][0]["total"] == 11


@pytest.mark.usefixtures("printed")
async def test_files_mark_what_is_printed(coordination: Caller) -> None:
    edition = await published(coordination, BY_NATION)
    path = f"editions/{edition['edition_id']}"
    lines = (await coordination.send("GET", f"{path}?file=csv")).content.decode("utf-8-sig").splitlines()
    assert "nationality;value;share;printed;recorded" in lines
    assert "IR;gesperrt;gesperrt;;" in lines
    assert "SY;5;gesperrt;true;gesperrt" in lines
    assert "TR;4;gesperrt;true;" in lines
    assert "# total_printed: true" in lines
    assert any(line.startswith("# note: printed: bereits gedruckt in IQ konkret 3/2022") for line in lines)
    content = (await coordination.send("GET", f"{path}?file=xlsx")).content
    values = list(openpyxl.load_workbook(io.BytesIO(content))["Tabelle 1"].values)
    assert values[0] == ("nationality", "value", "share", "printed", "recorded")
    assert values[1] == ("AF", 3, "gesperrt", "true", 0)
