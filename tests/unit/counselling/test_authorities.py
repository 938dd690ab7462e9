"""Which authority decides, by occupation and Land of intended work (REC-02); and what a list of them may hold."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.counselling.importing import AUTHORITIES, Prefixes
from services.counselling.procedures.authorities import competent, is_stale
from shared.importing.fields import RefusedError
from tests.unit.importing.test_mapping import messages, scan


@dataclass
class Entry:
    """An entry of the directory."""

    name: str
    occupations: list[str]
    land: str | None = None
    last_checked: date = date(2026, 1, 15)


DOCTORS = Entry("Landesprüfungsamt", ["814", "818"], "rp")
CARE = Entry("Landesamt", ["813"], "rp")
SAAR = Entry("Landesamt im Saarland", ["81"], "sl")
FEDERAL = Entry("Stelle des Bundes", ["2", "8"])
CRAFTS = Entry("Handwerkskammer", ["262"], "rp")
ALL = [DOCTORS, CARE, SAAR, FEDERAL, CRAFTS]


@pytest.mark.parametrize(
    ("occupation", "land", "found"),
    [
        ("81404", "rp", [DOCTORS]),
        ("81404", "sl", [SAAR]),
        ("81404", None, []),  # no federal authority in health occupations
        ("81404", "by", []),
        ("26212", "rp", [CRAFTS, FEDERAL]),
        ("26212", "by", [FEDERAL]),
        ("26212", None, [FEDERAL]),
        ("43", "rp", []),
        (None, "rp", []),
    ],
)
def test_rec_02_occupation_and_land_of_work_decide(
    occupation: str | None, land: str | None, found: list[Entry]
) -> None:
    assert competent(ALL, occupation, land) == found


def test_an_entry_nobody_checked_for_a_year_says_so() -> None:
    assert not is_stale(CARE, date(2027, 1, 15))
    assert is_stale(CARE, date(2027, 1, 16))


def test_a_list_of_authorities_in_german() -> None:
    header = "Kennung;Name;Berufe (KldB);Land der Arbeit;Internet;Zuletzt geprüft"
    text = f"{header}\nA-1;Landesprüfungsamt;818 | 814;Rheinland-Pfalz;https://stelle.example;15.1.2026\n"
    (row,) = scan(text, strict=True, kind=AUTHORITIES)
    assert (row.values["occupations"], row.values["land"]) == (["814", "818"], "rp")
    wrong = scan(f"{header}\nA-1;Amt;Pflege;rp;stelle.example;15.1.2026\n", strict=True, kind=AUTHORITIES)
    assert messages(wrong) == [(2, "Berufe (KldB)", "Pflege"), (2, "Internet", "stelle.example")]


def test_a_key_is_read_as_excel_keeps_it() -> None:
    assert Prefixes()(818) == ["818"]
    with pytest.raises(RefusedError, match="99"):
        Prefixes()("99")
