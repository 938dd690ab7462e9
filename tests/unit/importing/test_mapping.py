"""Whole tables: headers, unknown words mended once for the file, cells to mend, and the list of a stranger."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from services.counselling.importing import SESSIONS
from services.registration.importing import ITEMS, MEETINGS, OFFERINGS, PARTICIPATIONS, STRUCTURE
from shared.importing.answers import Answers, answer, open_questions
from shared.importing.kinds import Kind
from shared.importing.mapping import match_header, read_header
from shared.importing.reader import read_lines
from shared.importing.scan import MAX_UNKNOWN, Scan, unmapped
from shared.importing.tables import ImportJob
from shared.importing.template import template
from shared.importing.uploads import inspect
from shared.problems import Problem
from shared.vocabulary import Gender, MeetingRole, ProgrammeLine, SessionType, TargetGroup, YesNo
from tools.dirty_list import ANSWERS, dirty_list

HEADER = "external_id;date;programme_line;session_type"


def scan(
    content: bytes | str, mapping: Mapping[str, Any] | None = None, *, strict: bool = False, kind: Kind = SESSIONS
) -> Scan:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    lines = read_lines(file, kind.title)
    header, rows = read_header(kind, lines)
    found = Scan(match_header(kind, header, mapping or {}), strict)
    found.read(rows)
    return found


def refused(content: bytes | str, kind: Kind = SESSIONS, *, strict: bool = False) -> Problem:
    with pytest.raises(Problem) as problem:
        inspect(io.BytesIO(content.encode() if isinstance(content, str) else content), kind, strict=strict)
    assert problem.value.status == 422
    return problem.value


def messages(found: Scan) -> list[tuple[int, str, str]]:
    return [(row, column, value) for row, column, value, _ in found.errors]


def test_a_row_has_every_column_of_its_kind() -> None:
    (row,) = scan(f"{HEADER};Geschlecht\n1;1.9.22;HSP 1;EB;w\n")
    assert row.row == 2
    assert list(row.values) == list(SESSIONS.by_name)
    given = {
        "external_id": "1",
        "date": date(2022, 9, 1),
        "programme_line": ProgrammeLine.RECOGNITION_COUNSELLING,
        "session_type": SessionType.FIRST,
        "gender": Gender.FEMALE,
    }
    assert row.values == {
        **dict.fromkeys(SESSIONS.by_name),
        "mobile": False,
        "outreach": False,
        "nationality": "not_stated",
        "refugee_background": YesNo.NOT_STATED,
        "has_degree": YesNo.NOT_STATED,
        "occasions": (),
        **given,
    }


def test_meetings_in_german() -> None:
    text = "Kennung;Datum;Programmlinie;Veranstaltungsart;TN;Zielgruppe\nM-1;1.9.22;IKKE;Workshop;12;JC|Kommunen\n"
    lines = read_lines(io.BytesIO(text.encode()), MEETINGS.title)
    header, rows = read_header(MEETINGS, lines)
    found = Scan(match_header(MEETINGS, header, {}), strict=True)
    found.read(rows)
    (row,) = found
    assert row.values["participants"] == 12
    assert row.values["target_groups"] == (TargetGroup.JOB_CENTRE, TargetGroup.MUNICIPALITY)
    assert (row.values["role"], row.values["number"]) == (MeetingRole.OWN, 1)


def test_every_cell_of_a_row_that_does_not_fit_is_named() -> None:
    found = scan(f"{HEADER};birth_year\n;31.11.2022;HSP 1;EB;alt\n2;1.9.22;HSP 1;EB;1980\n")
    assert messages(found) == [(2, "external_id", ""), (2, "date", "31.11.2022"), (2, "birth_year", "alt")]
    assert (found.rejected, [row.row for row in found]) == (1, [3])


def test_a_formula_names_its_cell() -> None:
    found = scan(f"{HEADER}\n1;=HEUTE();HSP 1;EB\n")
    assert found.errors == [(2, "date", "=HEUTE()", "Formel in der Zelle B2, bitte den Wert eintragen.")]


def test_a_formula_in_a_column_left_out_harms_nobody() -> None:
    found = scan(f"{HEADER};Bemerkung\n1;1.9.22;HSP 1;EB;=1+1\n", {"columns": {"Bemerkung": ""}})
    assert (len(found.rows), found.rejected) == (1, 0)


def test_an_error_value_of_excel_names_its_cell() -> None:
    found = scan(f"{HEADER}\n#NV;1.9.22;HSP 1;EB\n#N/A;1.9.22;HSP 1;EB\n")
    cells = [f"Fehlerwert in der Zelle {cell}, bitte den Wert eintragen." for cell in ("A2", "A3")]
    assert [message for *_, message in found.errors] == cells


def test_a_value_without_header_is_never_dropped_silently() -> None:
    found = scan(f"{HEADER};\n1;1.9.22;HSP 1;EB;x\n2;1.9.22;HSP 1;EB;;y\n3;1.9.22;HSP 1;EB;;\n")
    assert messages(found) == [(2, "E", "x"), (3, "F", "y")]
    assert [row.row for row in found] == [4]


def test_short_rows_are_filled_with_nothing() -> None:
    assert [row.values["gender"] for row in scan(f"{HEADER};gender\n1;1.9.22;1;EB\n")] == [Gender.NOT_STATED]


def test_unknown_words_are_asked_once_each_with_suggestions_and_counts() -> None:
    rows = "1;1.9.22;1;Erstb.;Afganistan\n2;1.9.22;1;erstb;Afganistan\n3;1.9.22;1;EB;SY\n"
    found = scan(f"{HEADER};Herkunft;Bemerkng\n{rows}")
    assert unmapped(found) == {
        "columns": [{"header": "Bemerkng", "suggestions": []}],
        "values": [
            {
                "column": "session_type",
                "header": "session_type",
                "value": "Erstb.",
                "rows": 2,
                "suggestions": ["first"],
            },
            {
                "column": "nationality",
                "header": "Herkunft",
                "value": "Afganistan",
                "rows": 2,
                "suggestions": ["AF"],
            },
        ],
        "missing": [],
    }


def test_strict_rejects_the_rows_of_unknown_words() -> None:
    found = scan(f"{HEADER};nationality\n1;1.9.22;1;EB;Afganistan\n2;1.9.22;1;EB;AF\n", strict=True)
    assert found.unknown == {}
    assert messages(found) == [(2, "nationality", "Afganistan")]
    assert "Gemeint: Afghanistan" in found.errors[0][3]


def test_a_column_of_free_text_is_no_vocabulary() -> None:
    rows = "".join(f"{number};1.9.22;1;EB;Land {number}\n" for number in range(MAX_UNKNOWN + 1))
    with pytest.raises(Problem) as problem:
        scan(f"{HEADER};nationality\n{rows}")
    assert "nationality" in problem.value.detail


def test_a_misspelt_header_is_suggested() -> None:
    found = scan(f"{HEADER};Staatsangehörigkiet\n1;1.9.22;1;EB;SY\n")
    assert unmapped(found)["columns"] == [{"header": "Staatsangehörigkiet", "suggestions": ["nationality"]}]


def test_a_table_without_headers_is_told() -> None:
    assert "keine Spaltenköpfe" in refused("1;1.9.22;HSP 1;EB\n2;1.9.22;HSP 1;EB\n").detail


def test_strict_refuses_unknown_missing_and_competing_columns_by_name() -> None:
    problem = refused("Datum;Beratungsdatum;HSP;Kennung;Bemerkung\n1.9.22;1.9.22;1;1;x\n", strict=True)
    assert [(error.field, error.problem) for error in problem.errors] == [
        ("session_type", "Diese Pflichtspalte fehlt."),
        ("Bemerkung", "Diese Spalte ist nicht bekannt."),
        ("Datum", "Diese Spalte kommt mehrfach vor."),
        ("Beratungsdatum", "Diese Spalte kommt mehrfach vor."),
    ]


def test_competing_columns_are_asked_unless_strict() -> None:
    text = "Datum;Beratungsdatum;HSP;Kennung;Art\n1.9.22;2.9.22;1;1;EB\n"
    assert [entry["header"] for entry in unmapped(scan(text))["columns"]] == ["Datum", "Beratungsdatum"]
    (row,) = scan(text, {"columns": {"Datum": ""}})
    assert row.values["date"] == date(2022, 9, 2)


def test_the_same_header_twice_cannot_be_told_apart() -> None:
    assert refused("Datum;datum;HSP;Kennung;Art\n1.9.22;2.9.22;1;1;EB\n").errors[0].field == "Datum"


def test_a_missing_column_that_no_answer_can_mend_is_told_at_once() -> None:
    assert [error.field for error in refused("Datum;HSP;Kennung\n1.9.22;1;1\n").errors] == ["session_type"]


def test_an_unknown_header_may_be_the_missing_column() -> None:
    file = io.BytesIO("Datum;HSP;Kennung;Gespräch\n1.9.22;1;1;EB\n".encode())
    assert inspect(file, SESSIONS, strict=False) == ["Datum", "HSP", "Kennung", "Gespräch"]


def test_broken_quoting_is_told_when_the_file_comes_in() -> None:
    assert refused(f'{HEADER}\n1;1.9.22;1;"EB\n').detail.startswith("Zeile 2:")


def waiting(header: list[str], mapping: dict[str, Any] | None = None) -> ImportJob:
    return ImportJob(kind="sessions", carrier_id=uuid4(), requested_by="", header=header, mapping=mapping or {})


def test_answers_add_up_and_open_headers_are_asked_again() -> None:
    job = waiting([*HEADER.split(";"), "Bemerkung"], {"values": {"gender": {"wbl": "female"}}})
    with pytest.raises(Problem) as problem:
        answer(SESSIONS, job, Answers(values={"gender": {"mnl": "male"}}))
    assert [error.field for error in problem.value.errors] == ["Bemerkung"]
    given = Answers(columns={"Bemerkung": ""}, values={"gender": {"mnl": "male"}})
    assert answer(SESSIONS, job, given) == {
        "columns": {"Bemerkung": ""},
        "values": {"gender": {"wbl": "female", "mnl": "male"}},
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Answers(columns={"Bemerkung": "remark"}), "Bemerkung"),
        (Answers(columns={"Bemerkung": ""}, values={"gender": {"w.": "woman"}}), "gender"),
        (Answers(columns={"Bemerkung": ""}, values={"no_column": {"w.": "female"}}), "no_column"),
        (Answers(columns={"Bemerkung": "date"}), "date"),
        (Answers(columns={"Bemerkung": "", "session_type": ""}), "session_type"),
    ],
)
def test_impossible_answers_are_refused(given: Answers, field: str) -> None:
    with pytest.raises(Problem) as problem:
        answer(SESSIONS, waiting([*HEADER.split(";"), "Bemerkung"]), given)
    assert problem.value.status == 422
    assert problem.value.errors[0].field == field


def test_the_page_learns_all_that_is_allowed_in_german() -> None:
    job = waiting(HEADER.split(";"))
    job.unmapped = unmapped(scan(f"{HEADER};gender\n1;1.9.22;1;EB;wbl\n"))
    allowed = open_questions(SESSIONS, job)["allowed"]
    assert allowed["columns"]["nationality"] == "Staatsangehörigkeit"
    assert allowed["values"]["gender"] == {
        "female": "weiblich",
        "male": "männlich",
        "diverse": "divers",
        "not_stated": "keine Angabe",
    }


def test_the_list_of_a_stranger_is_mended_by_one_answer() -> None:
    made = dirty_list(seed=7, rows=300)
    asked = unmapped(scan(made.content))
    assert {entry["header"] for entry in asked["columns"]} == set(ANSWERS["columns"])
    words = {(entry["column"], entry["value"]) for entry in asked["values"]}
    assert words == {(column, word) for column, answers in ANSWERS["values"].items() for word in answers}
    mended = scan(made.content, ANSWERS)
    assert unmapped(mended) == {"columns": [], "values": [], "missing": []}
    assert {row for row, *_ in mended.errors} == set(made.faults)
    assert len(mended.rows) + mended.rejected == made.rows == 300


def test_the_same_seed_makes_the_same_list() -> None:
    assert scan(dirty_list(3, 60).content, ANSWERS).rows == scan(dirty_list(3, 60).content, ANSWERS).rows
    assert scan(dirty_list(3, 60).content, ANSWERS).rows != scan(dirty_list(4, 60).content, ANSWERS).rows


@pytest.mark.parametrize("kind", [STRUCTURE, OFFERINGS, SESSIONS, MEETINGS, PARTICIPATIONS, ITEMS])
def test_the_template_fits_the_import(kind: Kind) -> None:
    book = load_workbook(io.BytesIO(template(kind)))
    assert book.sheetnames == [kind.title, "Hinweise", "Listen"]
    assert book["Listen"].sheet_state == "hidden"
    header = [str(cell.value) for cell in book[kind.title][1]]
    plan = match_header(kind, header, {})
    assert (plan.open, plan.missing) == ((), ())
    assert [slot.column.name for slot in plan.slots] == list(kind.by_name)
    assert [str(row[0].value) for row in book["Hinweise"].iter_rows(min_row=2)] == header


def test_the_drop_downs_of_the_template_offer_exactly_the_vocabulary() -> None:
    book = load_workbook(io.BytesIO(template(SESSIONS)))
    header = [str(cell.value) for cell in book[SESSIONS.title][1]]
    rules = {str(rule.sqref).partition(":")[0]: rule for rule in book[SESSIONS.title].data_validations.dataValidation}
    gender = rules["M2"]
    assert header[12] == "Geschlecht"
    assert gender.formula1 == "Listen!$M$1:$M$4"
    assert [cell.value for (cell,) in book["Listen"]["M1:M4"]] == ["weiblich", "männlich", "divers", "keine Angabe"]
    assert rules["B2"].type == "date"
    assert len(rules) == len(SESSIONS.columns)
