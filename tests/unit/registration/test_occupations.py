"""Occupations: what ships, and the official list with what spreadsheets make of it."""

import pytest

from services.registration.occupations import ListError, read_list
from shared.vocabulary.occupations import occupations

HEAD = "Schlüssel KldB 2010;Ebene;Titel;Kurztitel\r\n"


def test_areas_and_main_groups_ship() -> None:
    found = occupations()
    assert [key for key in found if len(key) == 1] == list("0123456789")
    groups = [key for key in found if len(key) == 2]
    assert len(groups) == len(set(groups)) == 37
    assert all(key[0] in found for key in groups)
    assert found["43"] == "Informatik-, Informations- und Kommunikationstechnologieberufe"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
def test_lost_zeros_come_back_by_the_level(code: str) -> None:
    lines = (
        "0;1;Militär;\r\n1;2;Angehörige der regulären Streitkräfte;\r\n1104;5;Offiziere;\r\n43;2;Informatik;\r\n;;;\r\n"
    )
    rows = read_list((HEAD + lines).encode(code))
    assert [(row["key"], row["level"]) for row in rows] == [("0", 1), ("01", 2), ("01104", 5), ("43", 2)]
    assert rows[1]["search_title"] == "angehorige der regularen streitkrafte"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ebene;Titel\r\n1;x", "Spalte „Schlüssel“ fehlt"),
        (HEAD, "keine Berufe"),
        (HEAD + "43;zwei;Informatik;", "Zeile 2: „zwei“ ist keine Ebene"),
        (HEAD + "431;2;Informatik;", "Zeile 2: „431“ ist kein Schlüssel"),
        (HEAD + "9999;4;Unbekannt;", "kein Schlüssel"),
        (HEAD + "43;2;;", "Titel fehlt"),
        (HEAD + "43;2;Informatik;\r\n43;2;Informatik;", "Zeile 3"),
        (HEAD.replace(";", ",") + "43,2,Informatik,", "fehlt"),
        ("", "fehlt"),
    ],
)
def test_what_is_no_list_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ListError, match=words):
        read_list(text.encode())
