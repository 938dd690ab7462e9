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
from shared.contracts.registration import PublicSheet
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


WHOLE = {
    "title": "A",
    "subtitle": "B",
    "line": "qualification",
    "short_description": "C",
    "initial_situation": "D",
    "implementation": "E",
    "conclusion": "F",
    "addressees": "G",
    "project": "H",
    "carrier": "I",
    "mailbox": "kontakt@iq.example",
    "offer": "J",
}


def test_gp_10_a_sheet_is_made_of_all_its_parts_and_of_nothing_else() -> None:
    kind = kinds()["good_practice"]
    assert sheet_of(kind, WHOLE | {"unit": "TP-7", "round": "2019-2022", "area": "health"}) == {
        **{name: WHOLE[name] for name in WHOLE if name not in ("line", "short_description", "carrier")},
        "programme_line": "qualification",
        "summary": "C",
        "organisation": "I",
        "url": None,
    }


def test_gp_10_a_proposal_is_released_with_little_and_a_selected_sheet_with_all_its_parts() -> None:
    kind, little = kinds()["good_practice"], {"title": "A", "short_description": "C", "carrier": "I"}
    assert check_sheet(kind, little) == check_sheet(kind, WHOLE, whole=True) == []
    missing = {problem.field for problem in check_sheet(kind, little, whole=True)}
    assert missing == WHOLE.keys() - little.keys()


def test_gp_10_what_leaves_of_a_sheet_is_bounded_and_known_to_the_contract() -> None:
    kind = kinds()["good_practice"]
    assert {one.part for one in kind.fields if one.part} <= PublicSheet.model_fields.keys()
    longest = {one.name: "x" * one.longest for one in kind.fields if one.kind in ("text", "lines")}
    sheet = sheet_of(kind, WHOLE | longest)
    assert PublicSheet(**{name: text for name, text in sheet.items() if text})


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
