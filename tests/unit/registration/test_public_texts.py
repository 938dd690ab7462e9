"""What of an item becomes public: made of its fields, complete, not too long, and without a person (PDB-04, GP-10)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.registration.item_tables import ItemRow
from services.registration.items.kinds import kinds
from services.registration.items.sheets import check_sheet, sheet_of, texts_of
from services.registration.publishing import public_part, row_messages
from shared.clock import now
from shared.vocabulary.personal import suspicions

PROJECT = {
    "title": "Willkommensmappe",
    "programme": "iko",
    "organisation": "Jobcenter Musterstadt",
    "house_type": "job_centre",
    "topic": "intercultural_competence",
    "idea": "Wer neu kommt, findet sich zurecht.",
    "done": "Eine Mappe in vier Sprachen.",
    "result": "Weniger Rückfragen.",
    "mailbox": "kontakt@jobcenter.example",
    "note": "CANARY intern",
}
SHEET = {
    "title": "Willkommensmappe",
    "programme": "iko",
    "organisation": "Jobcenter Musterstadt",
    "topic": "intercultural_competence",
    "summary": "Art des Hauses: Jobcenter\n\nIdee: Wer neu kommt, findet sich zurecht.\n\n"
    "Was getan wurde: Eine Mappe in vier Sprachen.\n\nWas dabei herauskam: Weniger Rückfragen.",
    "mailbox": "kontakt@jobcenter.example",
    "url": None,
}


def test_pdb_01_the_public_entry_is_made_of_the_fields_that_are_public_and_no_other() -> None:
    kind = kinds()["project"]
    assert sheet_of(kind, PROJECT) == SHEET
    assert check_sheet(kind, PROJECT) == []
    assert [one.field for one in check_sheet(kind, PROJECT | {"result": None, "topic": None})] == ["topic", "result"]
    (problem,) = check_sheet(kind, PROJECT | {"idea": "x" * 900, "done": "x" * 900, "result": "x" * 900})
    assert (problem.field, "erlaubt sind 2000" in problem.problem) == ("idea", True)


def test_gp_10_of_a_sheet_title_short_description_carrier_and_contact_are_public_and_the_rest_stays() -> None:
    kind = kinds()["good_practice"]
    inner = dict.fromkeys(("initial_situation", "implementation", "conclusion", "addressees", "offer"), "intern")
    values = {
        "title": "A",
        "subtitle": "B",
        "short_description": "C",
        "carrier": "D",
        "url": "https://iq.example",
    } | inner
    found = sheet_of(kind, values)
    assert found == {
        "title": "A – B",
        "summary": "C",
        "organisation": "D",
        "mailbox": None,
        "url": "https://iq.example",
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Fragen an anna.muster@example.org.", "eine E-Mail-Adresse"),
        ("Tel. 0651 123456", "eine Telefonnummer"),
        ("Tel. (0651) 12 34-56", "eine Telefonnummer"),
        ("+49 651 1234567", "eine Telefonnummer"),
        ("Geleitet von Frau Beispiel", "Anrede oder Titel"),
        ("mit Prof. Dr. Beispiel", "Anrede oder Titel"),
        ("Herrn Öztürk danken wir", "Anrede oder Titel"),
    ],
)
def test_pdb_04_what_looks_like_a_person_is_found(text: str, what: str) -> None:
    (found,) = suspicions({"idea": text})
    assert found.field == "idea"
    assert found.what.startswith(what)
    assert found.text.startswith("Das sieht nach einer Person aus")


@pytest.mark.parametrize(
    "text",
    [
        "Im Jahr 2019/2020 kamen 1.204 Menschen, 2021 noch 900.",
        "Am 01.09.2026 um 10:30 Uhr; Raum 0.12",
        "Frauen und Männer, Dr. med. gibt es nicht; Herrschaft",
        "IKÖ 4.0 mit 3 bis 8 Häusern, 0,5 Stellen, 06/2020",
    ],
)
def test_what_is_no_person_is_left_alone(text: str) -> None:
    assert suspicions({"idea": text}) == []


def test_the_agreed_contact_and_what_stays_inside_are_not_searched() -> None:
    texts = texts_of(kinds()["project"], PROJECT | {"note": "Frau Beispiel"})
    assert texts.keys() == {"title", "organisation", "idea", "done", "result"}


def item(**values: Any) -> ItemRow:
    common: dict[str, Any] = {"item_id": uuid4(), "carrier_id": uuid4(), "recorded_on": date(2026, 11, 2)}
    row = {"item_kind": "project", "state": "published", "delivery": "not_stated", "origin": "entered", "revision": 3}
    return ItemRow(**common | row | {"details": PROJECT} | values)


def test_only_what_was_released_leaves_and_nothing_of_a_draft_or_of_what_was_withdrawn() -> None:
    released = {name: text for name, text in SHEET.items() if text}
    assert row_messages(item(state="draft"), "rp", now()) == []
    told = row_messages(item(public_sheet=released), "rp", now())
    assert len(told) == 2
    for message in told:
        assert b"Willkommensmappe" in message["body"]
        assert b"CANARY" not in message["body"]
    assert public_part(item()) is None
    assert public_part(item(public_sheet=released, withdrawn=True)) is None
    assert public_part(item(public_sheet=released, state="withdrawn")) is None
    assert public_part(item(public_sheet=released)) is not None
