"""An uploaded file → its lines, streamed: XLSX or CSV, told apart by their bytes; everything else is refused."""

import codecs
import contextlib
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO

from openpyxl import load_workbook

from shared.problems import Problem

MAX_ROWS = 1_000_000
MAX_LINES = 1_048_576  # of a sheet, empty ones too; a forged number would go on for ever
MAX_LINE = 1 << 20
TOO_MANY = "Die Datei hat mehr als 1.000.000 Zeilen. Bitte in mehrere Dateien teilen."
MEGABYTE = 1 << 20
# Declared sizes an XLSX may unpack to, in MB: its sheet is streamed, its texts are held, the rest is small.
UNPACKED = (("xl/worksheets/", 2_048), ("xl/sharedStrings.xml", 400), ("xl/styles.xml", 16), ("", 100))
SAVE_AS = "Bitte in Excel „Speichern unter“ → „Excel-Arbeitsmappe (*.xlsx)“ oder „CSV UTF-8“ wählen."
FOREIGN = {
    b"\xd0\xcf\x11\xe0": f"Das ist eine alte Excel-Datei (.xls) oder eine mit Kennwort. {SAVE_AS}",
    b"%PDF": f"Das ist ein PDF. Bitte die Tabelle selbst hochladen. {SAVE_AS}",
    b"\x89PNG": "Das ist ein Bild. Bitte die Tabelle selbst hochladen.",
    b"\xff\xd8\xff": "Das ist ein Bild. Bitte die Tabelle selbst hochladen.",
    b"GIF8": "Das ist ein Bild. Bitte die Tabelle selbst hochladen.",
    b"\xff\xfe": f"Die Datei ist in UTF-16 gespeichert. {SAVE_AS}",
    b"\xfe\xff": f"Die Datei ist in UTF-16 gespeichert. {SAVE_AS}",
}

Line = tuple[int, Sequence[object]]
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # they may quote cells


def is_xlsx(file: BinaryIO) -> bool:
    """Whether the file is a ZIP archive, as XLSX is."""
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def read_lines(file: BinaryIO, sheet: str) -> Iterator[Line]:
    """Lines of a file that are not empty, each with its number (the first line is 1); the header comes first.

    XLSX: the sheet named `sheet`, else the first one. Raises Problem: 415 for another kind of file, 413 for more
    than 1,000,000 rows, 422 for an empty or broken file, naming the line.
    """
    file.seek(0)
    head = file.read(8)
    for magic, remedy in FOREIGN.items():
        if head.startswith(magic):
            raise Problem(415, remedy)
    lines = _xlsx(file, sheet) if is_xlsx(file) else _csv(file)
    count = -1
    for line, cells in lines:
        if any(cell is not None and cell != "" for cell in cells):
            count += 1
            if count > MAX_ROWS:
                raise Problem(413, TOO_MANY)
            yield line, cells
    if count < 1:
        raise Problem(422, "Die Datei enthält keine Daten. Bitte Spaltenköpfe und mindestens eine Zeile eintragen.")


def _xlsx(file: BinaryIO, title: str) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(file) as archive:
            _check_archive(archive)
        book = load_workbook(file, read_only=True, keep_links=False)
        sheet = book[title] if title in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()  # what the file declares may be too small, and rows would be lost
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [cell.strip() if isinstance(cell, str) else cell for cell in cells]
            if line > MAX_LINES:
                raise Problem(413, TOO_MANY)
    except (Problem, GeneratorExit):
        raise
    except Exception as error:  # whatever openpyxl and expat raise on damaged parts
        raise Problem(422, f"Die Excel-Datei ist beschädigt und nicht lesbar. {SAVE_AS}") from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    if "xl/workbook.xml" not in archive.namelist():
        raise Problem(415, f"Das ist keine Excel-Arbeitsmappe (.xlsx). {SAVE_AS}")
    for part in archive.infolist():
        limit = next(size for prefix, size in UNPACKED if part.filename.startswith(prefix))
        if part.file_size > limit * MEGABYTE:
            raise Problem(413, "Die Excel-Datei ist ausgepackt zu groß. Bitte teilen oder als CSV speichern.")


def _csv(file: BinaryIO) -> Iterator[Line]:
    text = io.TextIOWrapper(file, _encoding(file), newline="")
    start = 1
    try:
        lines, ahead = _text_lines(text), [""]
        for found in lines:
            ahead.append(found)
            if found.strip():
                break
        reader = csv.reader(
            chain(ahead[1:], lines),
            delimiter=_delimiter(ahead[-1]),
            strict=True,
            skipinitialspace=True,
        )
        for cells in reader:
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = "Bitte jedes Anführungszeichen schließen; innerhalb eines Textes wird es verdoppelt."
        raise Problem(422, f"Zeile {start}: Die Anführungszeichen sind nicht richtig gesetzt. {remedy}") from error
    except UnicodeDecodeError as error:
        raise Problem(422, f"Ab Zeile {start} sind Zeichen nicht lesbar. {SAVE_AS}") from error
    finally:
        with contextlib.suppress(ValueError):  # its owner may have closed the file already
            text.detach()  # else it would close the file, which stays its owner's


def _text_lines(text: io.TextIOWrapper) -> Iterator[str]:
    while found := text.readline(MAX_LINE):
        if len(found) >= MAX_LINE:
            raise Problem(422, "Eine Zeile ist länger als 1 MB. Bitte prüfen, ob das eine Tabelle ist.")
        yield found


def _encoding(file: BinaryIO) -> str:
    """`utf-8-sig` if every byte of the file is UTF-8, else windows-1252; a file with a BOM must be UTF-8."""
    file.seek(0)
    bom = file.read(3) == codecs.BOM_UTF8
    file.seek(0)
    decoder, found = codecs.getincrementaldecoder("utf-8")(), "utf-8-sig"
    while block := file.read(MEGABYTE):
        if b"\0" in block:
            raise Problem(422, f"Die Datei enthält Nullzeichen und ist keine Texttabelle. {SAVE_AS}")
        try:
            if found == "utf-8-sig":
                decoder.decode(block)
        except UnicodeDecodeError as error:
            found = "cp1252"
            if bom:
                raise Problem(422, f"Die Datei ist kein fehlerfreies UTF-8. {SAVE_AS}") from error
    file.seek(0)
    return found


def _delimiter(header: str) -> str:
    """`;` or `,`: the one that stands more often in the header outside quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    if not any(mark in bare for mark in ";,") and any(mark in bare for mark in "\t|"):
        raise Problem(422, "Die Spalten sind nicht mit ; oder , getrennt. Bitte als „CSV UTF-8“ speichern.")
    return "," if bare.count(",") > bare.count(";") else ";"
