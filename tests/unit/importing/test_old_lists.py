"""What old lists have around their rows: titles, sums, cells that say nothing."""

import io

from services.counselling.importing import SESSIONS
from shared.importing.uploads import inspect
from tests.unit.importing.test_mapping import HEADER, messages, scan


def test_a_cell_that_says_nothing_is_empty_in_every_column_one_may_leave_out() -> None:
    text = f"{HEADER};Personenkennung;Geburtsjahr;Erfasst am\n1;1.9.22;1;EB;-;k. A.;unbekannt\nk.A.;1.9.22;1;EB;;;\n"
    found = scan(text)
    (row, other) = found
    assert [row.values[name] for name in ("person_ref", "birth_year", "recorded_on")] == [None, None, None]
    assert other.values["external_id"] == "k.A."  # what is required says what it says
    assert messages(scan(f"{HEADER};Geburtsjahr\n1;1.9.22;1;EB;=1+1\n")) == [(2, "Geburtsjahr", "=1+1")]


def test_a_line_of_sums_asks_nothing() -> None:
    found = scan(f"{HEADER};Kanal\n1;1.9.22;1;EB;Tel.\n;;;Summe:;300\n")
    assert found.unknown == {}
    assert {row for row, _, _ in messages(found)} == {3}


def test_titles_above_the_headers_are_passed_over_and_lines_keep_their_numbers() -> None:
    text = "Beratungen 2022 – Standort Mainz;;;\n;;;\nNr.;Datum;HSP;Art der Beratung\n1;1.9.22;1;EB\n2;gestern;1;EB\n"
    found = scan(text)
    assert [row.row for row in found] == [4]
    assert messages(found) == [(5, "Datum", "gestern")]
    assert inspect(io.BytesIO(text.encode()), SESSIONS, strict=True) == ["Nr.", "Datum", "HSP", "Art der Beratung"]
    groups = "Fall;;Beratung;\n" + text.split("\n", 2)[2]  # what merged cells say of several columns
    assert len(scan(groups).rows) == 1
