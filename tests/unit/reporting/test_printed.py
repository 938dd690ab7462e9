"""The printed tables: every figure is there, its question can be read, and the print adds up."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.reporting.catalogue import load_catalogue
from services.reporting.printed import Cell, PrintedError, PrintedTable, load_printed
from services.reporting.printed_values import parameters_of, per_cent
from services.reporting.question import read_question

TODAY = date(2026, 11, 24)
TABLES = load_printed()
CELLS = {cell.figure: cell for table in TABLES.values() for cell in table.cells}
REGIONS = ["sh", "hh", "ni", "hb", "nw", "he", "rp", "bw", "by", "sl", "be", "bb", "mv", "sn", "st", "th"]
OCCASIONS = "entgelt kuendigung anderer_beratungsanlass arbeitszeit aufenthaltsstatus arbeitslosengeld arbeitsvertrag"
FIGURES = {
    "t01": "erstberatungen_2015_2018 erstberatungen_2015_2018_refugees erstberatungen_2019_2022 "
    "erstberatungen_2019_2022_refugees",
    "t02": " ".join(f"erstberatungen_2015_2018_{name}" for name in ("syria", "germany", "russia", "poland", "iran")),
    "t03": " ".join(f"erstberatungen_2019_2022_{name}" for name in ("syria", "turkey", "ukraine", "germany", "iran")),
    "t04": "fi_einzelberatungen fi_verweisberatungen fi_group_information_participants fi_participants_total",
    "t05": " ".join(
        ["fi_erstberatungen", "fi_folgeberatungen"]
        + [f"fi_occasion_{name}_{kind}" for name in OCCASIONS.split() for kind in ("erst", "folge")]
    ),
    "t06": " ".join(
        f"qualification_{what}_{when}"
        for what in ("reached", "success")
        for when in ("2015_2018", "2019_2022", "total")
    ),
    "t07": " ".join(
        [
            f"qualification_occupation_{when}_{name}"
            for when in ("2015_2018", "2019_2022")
            for name in ("arzt", "gesundheits_krankenpflege", "ingenieur", "lehrer")
        ]
        + ["qualification_occupation_2015_2018_wirtschaft_betriebswirt"]
        + ["qualification_occupation_2019_2022_erzieher"]
    ),
    "t08": "intercultural_trainings intercultural_events intercultural_counselling intercultural_total",
    "t09": "skilled_worker_networks_part_a skilled_worker_networks_part_b skilled_worker_networks_part_c "
    "skilled_worker_networks_total",
    "t10": "verstetigung_completed verstetigung_started verstetigung_planned verstetigung_total",
    "t11": "verstetigung_completed_health verstetigung_completed_social_pedagogical verstetigung_completed_dual "
    "verstetigung_completed_academic verstetigung_completed_other",
    "t12": " ".join(
        [f"mo_teilprojekte_{region}" for region in REGIONS]
        + ["mo_teilprojekte", "mo_organisations", "mo_landesnetzwerke"]
    ),
    "t13": "good_practice_2015_2018 good_practice_2019_2022 good_practice_total",
}
# Indicators of contracts §6 whose events or catalogue files may still follow.
FOLLOWING = {
    "qualification_entries",
    "qualification_successes",
    "transfers",
    "migrant_organisation_projects",
    "migrant_organisations",
    "good_practice_sheets",
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_the_table_is_defined(name: str) -> None:
    assert {cell.figure for cell in TABLES[name].cells} == set(FIGURES[name].split())


def test_there_are_thirteen_tables_with_89_figures() -> None:
    assert list(TABLES) == list(FIGURES)
    assert len(CELLS) == 89


@pytest.mark.parametrize("name", FIGURES)
def test_every_question_can_be_read(name: str) -> None:
    table = TABLES[name]
    for cell in table.cells:
        asked = table.questions[cell.question]
        for question in (asked, parameters_of(cell, asked)):
            if question["indicator"] not in load_catalogue():
                assert question["indicator"] in FOLLOWING
                continue
            told = {parameter: value for parameter, value in question.items() if parameter != "region"}
            read = read_question(told.items(), "rp", TODAY)  # a network answers every dimension
            assert read.as_of.isoformat() == question["as_of"], cell.figure
            assert read.first == question.get("from")


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("t01", {"2019-01-15", "2022-10-15"}),
        ("t02", {"2019-01-15"}),
        ("t03", {"2022-10-15"}),
        ("t04", {"2022-07-07"}),
        ("t05", {"2022-07-07"}),
        ("t06", {"2022-11-30"}),
        ("t07", {"2022-11-30"}),
        ("t10", {"2022-09-26"}),
        ("t11", {"2022-09-26"}),
    ],
)
def test_the_stichtag_is_the_printed_one(name: str, days: set[str]) -> None:
    assert TABLES[name].as_of_printed
    assert {question["as_of"] for question in TABLES[name].questions.values()} == days


@pytest.mark.parametrize("name", ["t08", "t09", "t12", "t13"])
def test_a_chosen_stichtag_is_said_in_the_notes(name: str) -> None:
    assert not TABLES[name].as_of_printed
    assert any("31.12.2022" in note for note in TABLES[name].notes)
    assert {question["as_of"] for question in TABLES[name].questions.values()} == {"2022-12-31"}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("t01", [194568, 63487, 181175, 45540]),
        ("t02", [52570, 13435, 11344, 11282, 1984]),
        ("t03", [20299, 14266, 14010, 10287, 10068]),
        ("t04", [34965, 3681, 20342, 58988]),
        ("t05", [22369, 7305, 6561, 5231, 3586, 2900, 3554, 5925, 12596, 5806, 4210, 2917, 1865, 1232, 2214, 2396]),
        ("t06", [15326, 10061, 17113, 10792, 32439, 20853]),
        ("t08", [94819, 67848, 16591, 179258]),
        ("t09", [17532, 16650, 1390, 35572]),
        ("t10", [54, 16, 27, 97]),
        ("t11", [34, 6, 7, 6, 1]),
        ("t12", [1, 4, 1, 0, 4, 1, 0, 1, 1, 1, 7, 1, 1, 1, 1, 2, 27, 22, 14]),
        ("t13", [38, 24, 62]),
    ],
)
def test_the_counts_are_those_of_the_print(name: str, counts: list[int]) -> None:
    assert [cell.printed for cell in TABLES[name].cells] == counts


def test_of_occupations_only_shares_are_printed() -> None:
    cells = TABLES["t07"].cells
    assert {cell.printed for cell in cells} == {None}
    assert [str(cell.printed_share) for cell in cells] == [
        *("14.8", "12.2", "9.0", "4.6", "4.5"),
        *("12.0", "9.9", "8.3", "8.2", "4.1"),
    ]


def printed(*figures: str) -> int:
    return sum(CELLS[figure].printed or 0 for figure in figures)


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("fi_participants_total", FIGURES["t04"].split()[:3]),
        ("fi_einzelberatungen", ["fi_erstberatungen", "fi_folgeberatungen"]),
        ("qualification_reached_total", ["qualification_reached_2015_2018", "qualification_reached_2019_2022"]),
        ("qualification_success_total", ["qualification_success_2015_2018", "qualification_success_2019_2022"]),
        ("intercultural_total", FIGURES["t08"].split()[:3]),
        ("skilled_worker_networks_total", FIGURES["t09"].split()[:3]),
        ("verstetigung_total", FIGURES["t10"].split()[:3]),
        ("verstetigung_completed", FIGURES["t11"].split()),
        ("mo_teilprojekte", [f"mo_teilprojekte_{region}" for region in REGIONS]),
        ("good_practice_total", ["good_practice_2015_2018", "good_practice_2019_2022"]),
    ],
)
def test_printed_parts_add_up_to_the_printed_total(total: str, parts: list[str]) -> None:
    assert printed(*parts) == printed(total)


def test_fourteen_networks_have_migrant_organisations() -> None:
    with_some = [region for region in REGIONS if printed(f"mo_teilprojekte_{region}") > 0]
    assert len(with_some) == printed("mo_landesnetzwerke") == 14


@pytest.mark.parametrize(
    ("prefix", "names", "base"),
    [
        ("erstberatungen_2015_2018_", "syria germany russia poland iran", 194568),
        ("erstberatungen_2019_2022_", "syria turkey ukraine germany iran", 181175),
        ("verstetigung_", "completed started planned", 97),
        ("verstetigung_completed_", "health social_pedagogical dual academic other", 54),
    ],
)
def test_printed_shares_follow_from_printed_counts(prefix: str, names: str, base: int) -> None:
    for name in names.split():
        cell = CELLS[prefix + name]
        assert cell.printed is not None
        assert cell.printed_share is not None
        places = 1 if base > 1000 else 0
        assert per_cent(cell.printed, base, places) == cell.printed_share, cell.figure


def test_ranks_follow_the_order_of_the_print() -> None:
    for name in ("t02", "t03"):
        assert [cell.rank for cell in TABLES[name].cells] == [1, 2, 3, 4, 5]
        counts = [cell.printed or 0 for cell in TABLES[name].cells]
        assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("t01", "nicht nach Personen verglichen"),
        ("t02", "bleibt die gedruckte Zahl stehen"),
        ("t04", "mischt aber Einheiten"),
        ("t04", "zwischen dem 01.11.2017 und dem 01.07.2018"),
        ("t05", "Mehrere Anlässe je Beratung"),
        ("t06", "nicht gedruckt, sondern hier berechnet"),
        ("t07", "nicht beweisbar"),
        ("t08", "162.667"),
        ("t09", "Beschriftung der drei Teile ist im Druck verloren"),
        ("t09", "erst seit 2020 alle Teilprojekte"),
        ("t12", "nur je einem"),
    ],
)
def test_the_doubts_of_the_source_are_said(table: str, words: str) -> None:
    assert any(words in note for note in TABLES[table].notes)


def test_printed_numbers_are_never_corrected() -> None:
    assert CELLS["erstberatungen_2015_2018_iran"].printed == 1984
    assert CELLS["erstberatungen_2015_2018_iran"].printed_share == Decimal("1.0")
    assert CELLS["skilled_worker_networks_part_c"].printed == 1390
    assert CELLS["qualification_occupation_2019_2022_lehrer"].printed_share == Decimal("8.2")


GOOD = """
id = "t99"
title = "Probe"
field = "Probe"
unit = "Beratungen"
head = "Art"
source = "Probe"
chart = "bars"
notes = []
cells = [{ figure = "probe", label = "Probe", question = "all", printed = 1, share_of = "total" }]
[questions]
all = { indicator = "counselling_sessions", as_of = "2022-12-31" }
"""


@pytest.mark.parametrize(
    ("line", "wrong", "message"),
    [
        ('id = "t99"', 'id = "t98"', "differ"),
        ('chart = "bars"', 'chart = "pie"', "unknown chart"),
        ('head = "Art"', "", "head"),
        ('question = "all"', 'question = "none"', "unknown question"),
        ('share_of = "total"', 'share_of = "nothing"', "unknown base"),
        ("printed = 1,", "", "nothing printed"),
        (', as_of = "2022-12-31"', "", "needs an indicator and a Stichtag"),
        ('label = "Probe"', 'lable = "Probe"', "lable"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path: Path, line: str, wrong: str, message: str) -> None:
    assert line in GOOD
    file = tmp_path / "t99.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert isinstance(load_printed(tmp_path)["t99"], PrintedTable)
    load_printed.cache_clear()
    file.write_text(GOOD.replace(line, wrong), encoding="utf-8")
    with pytest.raises(PrintedError, match=message):
        load_printed(tmp_path)


def test_a_figure_may_not_stand_twice(tmp_path: Path) -> None:
    cell = GOOD.split("cells = [")[1].split("]", maxsplit=1)[0]
    (tmp_path / "t99.toml").write_text(GOOD.replace(cell, f"{cell}, {cell}"), encoding="utf-8")
    with pytest.raises(PrintedError, match="twice"):
        load_printed(tmp_path)


def test_a_cell_needs_its_words() -> None:
    with pytest.raises(TypeError):
        Cell(figure="x", label="y")  # type: ignore[call-arg]
