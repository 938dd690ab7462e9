"""Files as strangers send them: encodings, delimiters, quotes, damaged and foreign files."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from shared.importing import reader
from shared.importing.reader import Line, read_lines
from shared.problems import Problem

EXCEL_DAY = datetime.fromisoformat("2022-09-01")


def lines(content: bytes) -> list[Line]:
    return list(read_lines(io.BytesIO(content), "Beratungen"))


def xlsx(*rows: list[object], title: str = "Tabelle1") -> bytes:
    book, target = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(target)
    return target.getvalue()


def refused(content: bytes) -> Problem:
    with pytest.raises(Problem) as problem:
        lines(content)
    return problem.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_csv_in_every_promised_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = f"Kennung{delimiter}Verwiesen an\nÄ-1{delimiter}Köln – „Büro“\n"
    assert lines(text.encode(encoding)) == [(1, ["Kennung", "Verwiesen an"]), (2, ["Ä-1", "Köln – „Büro“"])]


def test_the_header_decides_the_delimiter_outside_its_quotes() -> None:
    assert lines(b'"a,b,c,d";e\n1;2,5\n') == [(1, ["a,b,c,d", "e"]), (2, ["1", "2,5"])]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_the_file(newline: str) -> None:
    text = newline.join(["", "a;b", "", ";", '1;"x', 'y"', "2;z", ""])
    assert lines(text.encode()) == [(2, ["a", "b"]), (5, ["1", f"x{newline}y"]), (7, ["2", "z"])]


def test_doubled_quotes_are_one() -> None:
    assert lines(b'a;b\n"say ""yes""";2"x\n')[1] == (2, ['say "yes"', '2"x'])


@pytest.mark.parametrize(
    "text",
    ['a;b\n1;2\n3;"open\n4;5\n6;7\n', 'a;b\n1;2\n3;"open\n4;"5";6\n', 'a;b\n1;2\n"3"x;4\n', 'a;b\n1;2\n3;"x" y\n'],
)
def test_broken_quoting_names_the_line_where_the_row_starts(text: str) -> None:
    problem = refused(text.encode())
    assert problem.status == 422
    assert problem.detail.startswith("Zeile 3: Die Anführungszeichen")


def test_an_open_quote_never_swallows_a_large_file() -> None:
    problem = refused(b'a;b\n1;"open\n' + b"2;x\n" * 100_000)
    assert problem.detail.startswith("Zeile 2:")


def test_bytes_of_no_encoding_are_refused() -> None:
    assert "nicht lesbar" in refused(b"a;b\n1;\xfc\x81\n").detail


def test_a_byte_order_mark_promises_utf_8() -> None:
    assert "UTF-8" in refused(b"\xef\xbb\xbfa;b\n1;\xfc\n").detail


def test_utf_8_cut_off_at_the_end_is_not_guessed_to_be_windows() -> None:
    assert lines("a;b\n1;ü\n".encode()[:-1] + b"\xc3\n")[1] == (2, ["1", "Ã¼Ã"])


def test_nul_bytes_are_refused() -> None:
    assert "Nullzeichen" in refused(b"a;b\n1;\x00\n").detail


def test_a_line_without_end_is_refused() -> None:
    assert "länger als 1 MB" in refused(b"a;b\n" + b"1;" * (1 << 20)).detail


@pytest.mark.parametrize("text", ["a\tb\n1\t2\n", "a|b\n1|2\n"])
def test_another_delimiter_is_named(text: str) -> None:
    assert "nicht mit ; oder , getrennt" in refused(text.encode()).detail


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a;b\n", b"a;b\n;\n", xlsx(["a", "b"]), xlsx()])
def test_a_file_without_rows_is_refused(content: bytes) -> None:
    assert "keine Daten" in refused(content).detail


def test_more_rows_than_allowed_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 3)
    assert len(lines(b"a\n1\n\n2\n3\n")) == 4
    assert refused(b"a\n1\n2\n3\n4\n").status == 413


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "alte Excel-Datei"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "Bild"),
        (b"\xff\xd8\xff\xe0", "Bild"),
        ("a;b".encode("utf-16"), "UTF-16"),
    ],
)
def test_foreign_files_are_refused_with_a_remedy(content: bytes, words: str) -> None:
    problem = refused(content)
    assert problem.status == 415
    assert words in problem.detail


def test_xlsx_gives_real_values_and_the_lines_of_the_sheet() -> None:
    content = xlsx(["Datum", "Zahl", "Ja"], [EXCEL_DAY, 3, True], [None, " "], ["=1+1", 2.5, " x "])
    assert lines(content) == [
        (1, ["Datum", "Zahl", "Ja"]),
        (2, [EXCEL_DAY, 3, True]),
        (4, ["=1+1", 2.5, "x"]),
    ]


def test_xlsx_reads_the_sheet_of_the_template_wherever_it_lies() -> None:
    book, target = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Hinweis"])
    for row in (["a"], ["1"]):
        (book["Beratungen"] if "Beratungen" in book.sheetnames else book.create_sheet("Beratungen")).append(row)
    book.save(target)
    assert lines(target.getvalue()) == [(1, ["a"]), (2, ["1"])]


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            text = source.read(name)
            copy.writestr(name, text.replace(old, new) if name == part else text)
    return target.getvalue()


def test_a_wrong_declared_size_loses_no_rows() -> None:
    content = xlsx(["a", "b"], ["1", "2"], ["3", "4"])
    shrunk = rewritten(content, "xl/worksheets/sheet1.xml", b'ref="A1:B3"', b'ref="A1:A1"')
    assert shrunk != content
    assert lines(shrunk) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]


def test_a_damaged_workbook_is_refused() -> None:
    content = xlsx(["a"], ["1"])
    assert "beschädigt" in refused(content[: len(content) // 2]).detail
    assert "beschädigt" in refused(rewritten(content, "xl/worksheets/sheet1.xml", b"</row>", b"</roww>")).detail


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert refused(target.getvalue()).status == 415


@pytest.mark.parametrize("part", ["xl/comments9.xml", "xl/worksheets/sheet9.xml"])
def test_a_zip_bomb_is_refused_by_its_declared_size(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = ((prefix, min(limit, 16)) for prefix, limit in reader.UNPACKED)
    monkeypatch.setattr(reader, "UNPACKED", tuple(limits))
    target = io.BytesIO(xlsx(["a"], ["1"]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as bomb:
        for _ in range(17):
            bomb.write(bytes(1 << 20))
    assert len(target.getvalue()) < 100_000
    problem = refused(target.getvalue())
    assert problem.status == 413
    assert "ausgepackt zu groß" in problem.detail


def test_a_forged_line_number_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_LINES", 50)
    content = rewritten(xlsx(["a"], ["1"]), "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="99999999999"')
    assert refused(content).status == 413
