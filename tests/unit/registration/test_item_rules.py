"""Items: one rule set for the desk and for files; expected by hand from the domain (VST, GP, PDB)."""

from typing import Any

import pytest

from services.registration.items.kinds import COLUMNS, kinds, vocabularies
from services.registration.items.rules import check_first, check_item, check_step, findings
from services.registration.items.values import check_values, cleaned
from shared.vocabulary import ITEM_STATES, ItemKind
from shared.vocabulary.items import EntryState

COMPLETED = {"item_kind": "transfer", "state": "completed", "area": "health", "delivery": "online"}
AZAV = {"route": "azav", "carrier_certified": "yes", "labour_market_interest": "yes", "content": "mixed"}
REQUESTED = {"item_kind": "transfer", "state": "started", "azav": "requested", **AZAV}


def wrong(values: dict[str, Any]) -> list[str]:
    return [problem.field for problem in check_item(values, ())]


def test_vst_01_a_transfer_is_in_exactly_one_state_and_goes_by_its_steps() -> None:
    transfer = kinds()["transfer"]
    assert transfer.first == ("planned", "started", "completed")
    assert check_first(transfer, "started") == []
    assert check_first(transfer, "abandoned")[0].remedy.startswith("Möglich sind: geplant oder geprüft, begonnen")
    assert check_step(transfer, "planned", "started", None) == []
    assert [one.field for one in check_step(transfer, "planned", "completed", "weil")] == ["state"]
    assert [one.field for one in check_step(transfer, "completed", "abandoned", None)] == ["reason"]
    assert check_step(transfer, "completed", "abandoned", "Träger schließt") == []
    for state in ("planned", "started", "completed"):
        assert transfer.step(state, "abandoned") is not None, state
    assert wrong({"item_kind": "transfer", "state": "published"}) == ["state"]


def test_the_states_of_the_kinds_are_those_of_the_contract_and_a_draft() -> None:
    for name, kind in kinds().items():
        states = {*kind.first, *(step.before for step in kind.steps), *(step.after for step in kind.steps)}
        assert states - set(ITEM_STATES[ItemKind(name)]) <= {EntryState.DRAFT}, name
    assert kinds().keys() == set(ItemKind)


def test_every_choice_of_a_field_exists_and_every_rule_is_named() -> None:
    dynamic = {"proposers", "offering", "run"}
    for kind in kinds().values():
        for one in kind.fields:
            assert one.kind in {"text", "lines", "select", "mailbox", "url", "unit", "offering", "run"}
            if one.kind == "select":
                assert one.options in vocabularies(), one.name
        assert {one.options or one.kind for one in kind.fields if one.kind in {"unit", "offering", "run"}} <= dynamic
        assert len({one.name for one in kind.fields}) == len(kind.fields)
    assert set(COLUMNS) <= {one.name for kind in kinds().values() for one in kind.fields}


def test_vst_02_a_completed_transfer_has_exactly_one_area() -> None:
    assert wrong(COMPLETED) == []
    assert wrong(COMPLETED | {"area": None}) == ["area"]
    assert wrong(COMPLETED | {"area": None, "state": "started"}) == []
    (problem,) = check_item(COMPLETED | {"area": None}, ())
    assert "Gesundheitsberufe" in problem.remedy


@pytest.mark.parametrize(("azav", "fields"), [("approved", []), ("refused", ["azav"]), ("none", ["azav"])])
def test_vst_04_money_of_agency_and_job_centre_needs_the_approval(azav: str, fields: list[str]) -> None:
    assert wrong(COMPLETED | AZAV | {"azav": azav}) == fields
    assert wrong(COMPLETED | AZAV) == []  # an old list does not say


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"carrier_certified": "no"}, "carrier_certified", "zertifizierter Träger"),  # VST-05
        ({"carrier_certified": None}, "carrier_certified", "zuerst die Trägerzertifizierung"),
        ({"labour_market_interest": "no"}, "labour_market_interest", "arbeitsmarktliches Interesse"),  # VST-06
        ({"content": "language"}, "content", "nur mit allgemeiner Sprache"),  # VST-07
        ({"content": None}, "content", "Bitte die Inhalte angeben"),
        ({"route": "employer"}, "route", "passt dieser Weg nicht"),  # VST-10
    ],
)
def test_vst_05_vst_06_vst_07_vst_10_a_request_that_would_be_refused_is_refused_here(
    change: dict[str, Any], field: str, words: str
) -> None:
    for azav in ("requested", "approved"):
        (problem,) = check_item(REQUESTED | {"azav": azav} | change, ())
        assert problem.field == field
        assert words in f"{problem.problem} {problem.remedy}"
    assert wrong(REQUESTED | {"azav": "none"} | change) == []


def test_vst_07_professional_content_with_language_beside_it_is_admissible() -> None:
    for content in ("mixed", "professional"):
        assert wrong(REQUESTED | {"content": content}) == []


def test_vst_10_vst_11_what_is_only_pointed_out() -> None:
    assert [one.rule for one in findings({"route": "state"})] == ["VST-10"]
    virtual = {"route": "azav", "cross_region": "yes", "delivery": "online", "round": "2023-2028"}
    assert [one.rule for one in findings(virtual)] == ["VST-11"]
    for change in ({"carrier_certified": "yes"}, {"delivery": "in_person"}, {"round": "2019-2022"}):
        assert findings(virtual | change) == []


def test_vst_12_the_form_of_delivery_is_always_asked() -> None:
    transfer = kinds()["transfer"]
    values = {"title": "APQ Pflege", "azav": "none"}
    assert [one.field for one in check_values(transfer, values, {})] == ["delivery"]
    for delivery in ("in_person", "blended", "online"):
        assert check_values(transfer, values | {"delivery": delivery}, {}) == []


def test_gp_09_a_proposal_names_a_sub_project_or_a_specialist_unit() -> None:
    kind = kinds()["good_practice"]
    values = {"title": "Lernwerkstatt", "round": "2019-2022", "unit": "TP-7"}
    assert check_values(kind, values, {"proposers": (("TP-7", "Teilprojekt 7"),)}) == []
    (problem,) = check_values(kind, values, {"proposers": (("TP-1", "Teilprojekt 1"),)})
    assert (problem.field, problem.allowed) == ("unit", ["TP-1"])
    (problem,) = check_values(kind, values | {"unit": None}, {"proposers": ()})
    assert problem.problem == "„Vorgeschlagen von“ fehlt."


def test_gp_10_the_sheet_has_all_its_parts() -> None:
    asked = [one.name for one in kinds()["good_practice"].fields if one.rule == "GP-10"]
    parts = "title subtitle short_description initial_situation implementation conclusion addressees project carrier"
    assert asked == [*parts.split(), "mailbox", "url", "offer"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("title", "Zeile\neins", "Steuerzeichen"),
        ("note", "a\x07b", "Steuerzeichen"),
        ("note", "links\u202erechts", "Steuerzeichen"),
        ("title", "x" * 201, "201 Zeichen, erlaubt sind 200"),
        ("mailbox", "anna.muster@example.org", "Adresse einer Person"),
        ("mailbox", "Anna <kontakt@example.org>", "Adresse einer Person"),
        ("url", "javascript:alert(1)", "keine Internetadresse"),
        ("url", "https://anna:geheim@example.org", "keine Internetadresse"),
        ("url", "https://[::1", "keine Internetadresse"),
        ("topic", "Wetter", "keinen Eintrag „Wetter“"),
        ("wetter", "gut", "hat „Projekt der Datenbank"),
    ],
)
def test_pdb_04_what_no_page_could_take_or_names_a_person_is_refused(name: str, text: str, words: str) -> None:
    values = {"title": "Willkommen", "programme": "iko"} | {name: text}
    (problem,) = check_values(kinds()["project"], values, {})
    assert problem.field == name
    assert words in problem.problem


def test_html_and_several_lines_are_text_like_any_other() -> None:
    values = {
        "title": "<b>Tür & Tor</b>",
        "programme": "ikbo",
        "idea": "eins\r\nzwei\rdrei",
        "url": "https://iq.example/a",
    }
    kept = cleaned(values | {"note": "  "})
    assert kept["idea"] == "eins\nzwei\ndrei"
    assert kept["note"] is None
    assert check_values(kinds()["project"], kept, {}) == []
