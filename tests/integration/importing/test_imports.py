"""Imports from the upload to the stored session: mended once, repeated, refused, private to their carrier."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from openpyxl import Workbook
from sqlmodel import select

from services.counselling.tables import SessionRow
from shared.importing import uploads
from shared.importing.tables import ImportChunk, ImportErrorRow, ImportJob
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.integration.importing.app import HEADER, SESSIONS, csv_file, office, token
from tests.support.waiting import eventually
from tools.dirty_list import ANSWERS, dirty_list


async def test_a_strangers_list_is_asked_about_once_mended_and_done(database: MakeDatabase) -> None:
    made = dirty_list(seed=11, rows=300)
    async with office(database("counselling")) as admin:
        job_id = (await admin.upload(made.content))["import_id"]
        waiting = await admin.ended(job_id, "needs_mapping")
        assert (waiting["rows"], waiting["accepted"]) == (300, 0)
        assert await admin.count(SessionRow) == 0

        questions = (await admin.client.get(f"{SESSIONS}/{job_id}/mapping")).json()
        assert {entry["header"] for entry in questions["columns"]} == set(ANSWERS["columns"])
        assert questions["allowed"]["values"]["session_type"]["first"] == "Erstberatung"

        answer = await admin.client.put(f"{SESSIONS}/{job_id}/mapping", json=ANSWERS)
        assert answer.json()["state"] == "running"
        done = await admin.ended(job_id)
        assert (done["rows"], done["unchanged"], done["progress"]) == (300, 0, 100)
        assert done["accepted"] + done["rejected"] == 300
        assert await admin.count(SessionRow) == done["accepted"]
        assert await admin.count(ImportChunk) == 0

        told = csv.DictReader((await admin.errors(job_id)).removeprefix("\ufeff").splitlines(), delimiter=";")
        rows = {int(row["row"]): row for row in told}
        assert set(made.faults) == set(rows)
        assert done["rejected"] == len(rows)
        formula = next(line for line, fault in made.faults.items() if fault == "formula")
        assert rows[formula] == {
            "row": str(formula),
            "column": "Jahrgang",
            "value": "'=2024-30",
            "message": f"Formel in der Zelle L{formula}, bitte den Wert eintragen.",
        }


async def test_a_mended_list_that_comes_in_again_asks_nothing_anew(database: MakeDatabase) -> None:
    content = b"Kennung;Datum;HSP;Art;Wetter;m/w\n1;1.9.22;1;EB;gut;Dame\n2;gestern;1;EB;gut;Ding\n"
    answers = {"columns": {"Wetter": ""}, "values": {"gender": {"Dame": "female", "Ding": None}}}
    async with office(database("counselling")) as admin:
        first = (await admin.upload(content))["import_id"]
        await admin.ended(first, "needs_mapping")
        asked = (await admin.client.get(f"{SESSIONS}/{first}/mapping")).json()
        assert [entry["suggestions"] for entry in (*asked["columns"], *asked["values"])] == [[], [], []]
        await admin.client.put(f"{SESSIONS}/{first}/mapping", json=answers)
        assert (await admin.ended(first))["accepted"] == 1
        again = (await admin.upload(content.replace(b"gestern", b"2.9.22").replace(b"Wetter", b"WETTER")))["import_id"]
        await admin.ended(again, "needs_mapping")
        asked = (await admin.client.get(f"{SESSIONS}/{again}/mapping")).json()
        assert [entry["suggestions"] for entry in (*asked["columns"], *asked["values"])] == [[""], ["female"], []]
        assert [entry["rejected"] for entry in asked["values"]] == [False, True]
        stranger = admin.client.headers | token(Role.ADMIN, uuid4())
        other = await admin.client.post(SESSIONS, content=content, headers=stranger)
        path = f"{SESSIONS}/{other.json()['import_id']}/mapping"

        async def waiting() -> bool:
            found = (await admin.client.get(path, headers=stranger)).json()
            return bool(found.get("columns")) and not found["columns"][0]["suggestions"]

        await eventually(waiting)


def strangers_workbook() -> bytes:
    """A sheet with a title, merged headings above the headers, days as text, an occupation by word, and a sum."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Beratungsstatistik 2022 (Stand: 12.01.2023)"])
    sheet.append(["Fall", None, None, None, "Person", None, None])
    for area in ("A1:G1", "A2:D2", "E2:G2"):
        sheet.merge_cells(area)
    sheet.append(["Lfd. Nr.", "Beratungsdatum", "HSP", "Erst-/Folgeberatung", "m/w", "Geb.-Jahr", "Beruf"])
    sheet.append([1, "Do, 1. Sept. 2022", "HSP 1", "EB", "w", "k. A.", "Krankenschwester"])
    sheet.append([None] * 7)
    sheet.append([2, "02.09.22 ", "1", "telefonische Kurzberatung", "m", 1985, "Koch"])
    sheet.append([None, None, None, "Summe:", 2, None, None])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def test_a_workbook_with_titles_merged_cells_and_a_sum_is_mended_by_what_is_suggested(
    database: MakeDatabase,
) -> None:
    async with office(database("counselling")) as admin:
        job_id = (await admin.upload(strangers_workbook()))["import_id"]
        await admin.ended(job_id, "needs_mapping")
        asked = (await admin.client.get(f"{SESSIONS}/{job_id}/mapping")).json()
        assert asked["columns"] == []
        found = {entry["value"]: entry["suggestions"] for entry in asked["values"]}
        assert found == {"telefonische Kurzberatung": ["short"], "Koch": []}
        values = {"session_type": {"telefonische Kurzberatung": "short"}, "reference_occupation": {"Koch": "29"}}
        await admin.client.put(f"{SESSIONS}/{job_id}/mapping", json={"columns": {}, "values": values})
        done = await admin.ended(job_id)
        assert (done["rows"], done["accepted"], done["rejected"]) == (3, 2, 1)
        assert "\n7;" in (await admin.errors(job_id)).replace("\r", "")
        async with admin.sessions() as session:
            rows = {row.date.day: row for row in (await session.exec(select(SessionRow))).all()}
        assert (rows[1].reference_occupation, rows[1].age_group) == ("8130", "not_stated")
        assert (rows[2].reference_occupation, rows[2].session_type) == ("29", "short")


async def test_the_same_file_again_changes_nothing(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        content = csv_file("EB", "FB", "EB")
        first = await admin.ended((await admin.upload(content, strict="1"))["import_id"])
        again = await admin.ended((await admin.upload(content, strict="1"))["import_id"])
        assert (first["accepted"], again["accepted"], again["unchanged"]) == (3, 0, 3)
        assert await admin.count(SessionRow) == 3


async def test_strict_rejects_rows_with_unknown_words_and_names_them(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        content = csv_file("EB", "EB") + b"A-9;1.9.22;1;EB;Afganistan\n"
        done = await admin.ended((await admin.upload(content, strict="1"))["import_id"])
        assert (done["rows"], done["accepted"], done["rejected"]) == (3, 2, 1)
        assert "4;Herkunft;Afganistan;Dieser Wert ist nicht vorgesehen. Gemeint: Afghanistan" in await admin.errors(
            done["import_id"]
        )


async def test_links_begin_with_the_gateway_that_passed_the_request_on(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        headers = {"X-IQ-Base-Url": "https://rp.example.org"}
        answer = (await admin.client.post(SESSIONS, content=csv_file("EB"), headers=headers)).json()
        assert answer["status_url"] == f"https://rp.example.org{SESSIONS}/{answer['import_id']}"
        plain = await admin.status(answer["import_id"])
        assert plain["errors_url"] == f"{str(admin.client.base_url).rstrip('/')}{SESSIONS}/{answer['import_id']}/errors"


@pytest.mark.parametrize(
    ("content", "media", "status", "words"),
    [
        (b"%PDF-1.7", "text/csv", 415, "PDF"),
        (csv_file("EB"), "application/pdf", 415, "CSV-Datei"),
        (b"PK\x03\x04 no archive", "application/octet-stream", 422, "beschädigt"),
        (b"", "text/csv", 422, "keine Daten"),
        (csv_file("EB")[:-1] + b'"', "text/csv", 202, ""),
        (HEADER.encode() + b'1;1.9.22;1;"EB;SY\n', "text/csv", 422, "Zeile 2: Die Anführungszeichen"),
        (HEADER.encode() + b"1;1.9.22;1;EB;T\xfcrkei\x81\n", "text/csv", 422, "nicht lesbar"),
        (b"Datum;HSP;Kennung\n1.9.22;1;1\n", "text/csv", 422, "Diese Pflichtspalte fehlt"),
    ],
)
async def test_a_file_nobody_can_import_is_refused_at_once(
    database: MakeDatabase, content: bytes, media: str, status: int, words: str
) -> None:
    async with office(database("counselling")) as admin:
        answer = await admin.client.post(SESSIONS, content=content, headers={"Content-Type": media})
        assert answer.status_code == status
        if status != 202:
            assert answer.headers["content-type"] == "application/problem+json"
            assert words in answer.json()["detail"]
            assert await admin.count(ImportJob) == 0


async def test_a_strict_upload_with_an_unknown_column_is_refused_by_its_name(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        content = b"Kennung;Datum;HSP;Art;Bemerkung\n1;1.9.22;1;EB;x\n"
        answer = await admin.client.post(SESSIONS, content=content, params={"strict": "1"})
        assert answer.status_code == 422
        assert [(error["field"], error["remedy"]) for error in answer.json()["errors"]] == [
            ("Bemerkung", "Bitte umbenennen oder weglassen.")
        ]


async def test_too_much_is_refused_with_and_without_a_declared_length(
    database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 10_000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x;" * 50

    async with office(database("counselling")) as admin:
        for content in (b"x" * 10_001, endless()):
            answer = await admin.client.post(SESSIONS, content=content)
            assert answer.status_code == 413
            assert "in mehrere Dateien teilen" in answer.json()["detail"]
        assert await admin.count(ImportJob) == 0


async def test_imports_belong_to_their_carrier(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        job_id = (await admin.upload(csv_file("Quatsch")))["import_id"]
        await admin.ended(job_id, "needs_mapping")
        other = token(Role.ADMIN, uuid4())
        for rest in ("", "/errors", "/mapping"):
            assert (await admin.client.get(f"{SESSIONS}/{job_id}{rest}", headers=other)).status_code == 404
        answer = await admin.client.put(f"{SESSIONS}/{job_id}/mapping", json={}, headers=other)
        assert answer.status_code == 404
        assert (await admin.client.get(SESSIONS, headers=other)).json() == {"items": []}
        own = (await admin.client.get(SESSIONS)).json()["items"]
        assert [entry["import_id"] for entry in own] == [job_id]


async def test_only_the_administration_imports(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        counsellor = token(Role.COUNSELLOR, admin.carrier)
        for path in (SESSIONS, f"{SESSIONS}/template.xlsx"):
            assert (await admin.client.get(path, headers=counsellor)).status_code == 403
            assert (await admin.client.get(path, headers={"Authorization": ""})).status_code == 401
        assert (await admin.client.post(SESSIONS, content=b"", headers=counsellor)).status_code == 403


async def test_an_unknown_kind_does_not_exist(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        for path in ("/api/v1/imports/houses", f"{SESSIONS}/{uuid4()}"):
            assert (await admin.client.get(path)).status_code == 404


async def test_generated_data_is_marked_and_never_taken_in_production(database: MakeDatabase) -> None:
    url = database("counselling")
    async with office(url) as admin:
        await admin.ended((await admin.upload(csv_file("EB"), origin="synthetic"))["import_id"])
        async with admin.sessions() as session:
            assert (await session.exec(select(SessionRow.origin))).all() == ["synthetic"]
    async with office(url, env="prod") as admin:
        answer = await admin.client.post(SESSIONS, content=csv_file("EB"), params={"origin": "synthetic"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "origin"


async def test_a_worker_stops_even_if_a_file_comes_in_at_that_moment(database: MakeDatabase) -> None:
    async with office(database("counselling"), working=False) as admin, asyncio.timeout(10), admin.worker.running():
        await eventually(lambda: admin.worker._wake._waiters)
        admin.worker.wake()


async def test_an_answer_is_taken_only_while_asked_for(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        job_id = (await admin.upload(csv_file("EB", "Quatsch")))["import_id"]
        await admin.ended(job_id, "needs_mapping")
        path = f"{SESSIONS}/{job_id}/mapping"
        wrong = await admin.client.put(path, json={"values": {"session_type": {"Quatsch": "nonsense"}}})
        assert (wrong.status_code, wrong.json()["errors"][0]["value"]) == (422, "nonsense")
        right = await admin.client.put(path, json={"values": {"session_type": {"Quatsch": None}}})
        assert right.status_code == 200
        done = await admin.ended(job_id)
        assert (done["accepted"], done["rejected"]) == (1, 1)
        assert (await admin.client.put(path, json={})).status_code == 409


async def test_the_template_comes_as_a_file(database: MakeDatabase) -> None:
    async with office(database("counselling")) as admin:
        answer = await admin.client.get(f"{SESSIONS}/template.xlsx")
        assert answer.headers["content-disposition"] == 'attachment; filename="Beratungen-Vorlage.xlsx"'
        assert answer.content.startswith(b"PK")


async def test_no_cell_of_the_errors_file_starts_a_formula(database: MakeDatabase) -> None:
    cells = ("=cmd|'/c calc'!A1", "+49", "-1", "@SUM(A1)")
    rows = "".join(f"A-{number};{cell};1;EB;SY\n" for number, cell in enumerate(cells))
    async with office(database("counselling")) as admin:
        done = await admin.ended((await admin.upload((HEADER + rows).encode()))["import_id"])
        text = await admin.errors(done["import_id"])
        assert text.startswith("\ufeffrow;column;value;message\r\n")
        told = list(csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))
        assert [row["value"] for row in told] == [f"'{cell}" for cell in cells]
        assert await admin.count(ImportErrorRow) == 4
