"""Cells: dates, numbers, texts and vocabularies as old lists write them, and the sentence when they do not fit."""

from datetime import date, datetime, time

import pytest

from services.counselling.importing import COMPANIES, GROUPS, SESSIONS
from services.registration.importing import ITEMS, MEETINGS, OFFERINGS, PARTICIPATIONS, STRUCTURE
from shared.importing.fields import Choice, Day, Occupation, RefusedError, Text, UnknownWordError, Whole, term, yes_no
from shared.importing.kinds import Kind
from shared.importing.words import SYNONYMS, key, shown
from shared.sectors import Sector, SizeClass
from shared.vocabulary import Gender, Occasion, SessionType, YesNo

EXCEL_DAY = datetime.fromisoformat("2022-09-01")
KINDS = (STRUCTURE, OFFERINGS, SESSIONS, GROUPS, COMPANIES, MEETINGS, PARTICIPATIONS, ITEMS)
CHOICES = [
    (kind.name, column.name, column.parse)
    for kind in KINDS
    for column in kind.columns
    if isinstance(column.parse, Choice)
]


def nationality(cell: object) -> object:
    return SESSIONS.by_name["nationality"].parse(cell)


@pytest.mark.parametrize("text", ["männlich", "MÄNNLICH", " maennlich. ", "männ-lich"])
def test_matching_ignores_case_umlauts_blanks_and_punctuation(text: str) -> None:
    assert key(text) == "mannlich"


def test_words_in_other_scripts_are_words_too() -> None:
    assert key("Сирия")
    with pytest.raises(UnknownWordError):
        nationality("Сирия")


@pytest.mark.parametrize(
    "cell",
    [
        "01.09.2022", "1.9.22", "1.9.2022", "1. 9. 2022", "2022-09-01", " 01.09.2022 ", "01.09.2022 00:00:00",
        "2022-09-01T00:00", "1. September 2022", "1. Sept. 22", "01.Sep 2022", "01-09-2022",
        "Do, 1.9.22", "Do. 01.09.2022", 44805, 44805.0, "44805", EXCEL_DAY,
        EXCEL_DAY.replace(hour=14), date(2022, 9, 1),
    ],
)  # fmt: skip
def test_a_day_in_any_usual_form(cell: object) -> None:
    assert Day()(cell) == date(2022, 9, 1)


@pytest.mark.parametrize("cell", ["31.11.2022", "30.02.2022", "2022-13-01", "0.1.2022"])
def test_a_day_that_does_not_exist(cell: str) -> None:
    with pytest.raises(RefusedError, match="gibt es im Kalender nicht"):
        Day()(cell)


@pytest.mark.parametrize("cell", ["9/1/22", "Mai 2022", "1.9.", "44", 7, True, time(9), "01.09.2022x", "1.9.1899"])
def test_an_unreadable_or_ambiguous_day_names_the_form(cell: object) -> None:
    with pytest.raises(RefusedError, match=r"TT\.MM\.JJJJ"):
        Day()(cell)


@pytest.mark.parametrize("cell", [12, 12.0, "12", " 12 "])
def test_a_whole_number(cell: object) -> None:
    assert Whole(1, 12)(cell) == 12


@pytest.mark.parametrize("cell", [13, 0, "-1", "1,5", 1.5, "zwölf", "1.200", True, "²"])
def test_a_number_out_of_bounds_names_the_bounds(cell: object) -> None:
    with pytest.raises(RefusedError, match="ganze Zahl von 1 bis 12"):
        Whole(1, 12)(cell)


def test_a_text_keeps_what_stands_there() -> None:
    assert Text(10)(" A-01 ") == "A-01"
    assert Text(10)(1001.0) == "1001"
    assert Text(10)("A\u00a01") == "A 1"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("x" * 11, "höchstens 10 Zeichen"),
        ("a\nb", "Zeilenumbruch"),
        (EXCEL_DAY, "als Text formatieren"),
        (1e15, "als Text formatieren"),
    ],
)
def test_a_text_that_does_not_fit(cell: object, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        Text(10)(cell)


@pytest.mark.parametrize("cell", ["8140", "81", "01104", 8140, 8140.0, "8140 Humanmedizin", "Humanmedizin"])
def test_a_key_of_the_classification_of_occupations_or_what_was_answered_for_a_word(cell: object) -> None:
    parse = Occupation({"Humanmedizin": "81"})
    assert parse(cell) == ("81" if cell in ("81", "Humanmedizin") else "01104" if cell == "01104" else "8140")
    assert Occupation()("Reinigungsberufe") == "54"
    assert Occupation()("k. A.") is None
    assert (Occupation()("Krankenschwester"), Occupation()("Arzt")) == ("8130", "8140")
    assert [code for code in Occupation().codes if code in ("814", "01")] == ["01"]
    assert Occupation().suggestions("Informatik") == ["43"]


@pytest.mark.parametrize("cell", ["99", "8", "814012", "Zauberin"])
def test_a_wrong_key_of_the_classification_of_occupations(cell: str) -> None:
    with pytest.raises(RefusedError):
        SESSIONS.by_name["reference_occupation"].parse(cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Syrien", "SY"), ("Syrien ", "SY"), ("SYRIEN", "SY"), ("SY", "SY"), ("syrisch", "SY"), ("Tuerkei", "TR"),
        ("Türkei", "TR"), ("Türkiye", "TR"), ("XK", "XK"), ("Kosovo", "XK"), ("staatenlos", "stateless"),
        ("ungeklärt", "unclear"), ("k. A.", "not_stated"), ("keine Angabe", "not_stated"), ("n. a.", "not_stated"),
        ("na", "not_stated"), ("NA", "NA"), ("Namibia", "NA"), ("Niger", "NE"), ("Nigeria", "NG"),
    ],
)  # fmt: skip
def test_nationalities_by_name_code_and_adjective(cell: str, code: str) -> None:
    assert nationality(cell) == code


@pytest.mark.parametrize("cell", ["-", "?", "–", " / "])
def test_mere_punctuation_says_leave_empty(cell: str) -> None:
    assert nationality(cell) is None


@pytest.mark.parametrize("cell", ["Kongo", "Afganistan", "Jugoslawien", "sy"])
def test_what_is_ambiguous_or_misspelt_is_asked_never_guessed(cell: str) -> None:
    with pytest.raises(UnknownWordError) as refused:
        nationality(cell)
    assert refused.value.words == [cell]


def test_a_misspelt_word_gets_suggestions() -> None:
    parse = SESSIONS.by_name["nationality"].parse
    assert isinstance(parse, Choice)
    assert parse.suggestions("Afganistan")[0] == "AF"
    with pytest.raises(UnknownWordError, match="Gemeint: Afghanistan"):
        parse("Afganistan")


@pytest.mark.parametrize(
    ("cell", "member"),
    [
        ("w", Gender.FEMALE),
        ("weibl.", Gender.FEMALE),
        ("M", Gender.MALE),
        ("Frau", Gender.FEMALE),
        ("div.", Gender.DIVERSE),
    ],
)
def test_genders(cell: str, member: Gender) -> None:
    assert term(Gender)(cell) is member


@pytest.mark.parametrize("cell", ["Erst-", "EB", "e.b.", "Erstberatung", "first", "FIRST"])
def test_first_counselling_as_offices_write_it(cell: str) -> None:
    assert term(SessionType)(cell) is SessionType.FIRST


@pytest.mark.parametrize("cell", ["C", "Verarbeitendes Gewerbe", "manufacturing"])
def test_a_section_of_the_economy_by_letter_label_and_code(cell: str) -> None:
    assert term(Sector)(cell) is Sector.MANUFACTURING


@pytest.mark.parametrize("cell", ["J", "K", "U", "Industrie"])
def test_a_letter_that_means_two_sections_is_asked_about(cell: str) -> None:
    with pytest.raises(UnknownWordError):
        term(Sector)(cell)


@pytest.mark.parametrize("cell", ["10", 49, "1-9", "10-49"])
def test_a_number_of_staff_is_no_size_class(cell: object) -> None:
    with pytest.raises(UnknownWordError):
        term(SizeClass)(cell)


def test_size_classes_as_offices_write_them() -> None:
    assert [term(SizeClass)(cell) for cell in ("unter 10", "klein", "Mittlere Unternehmen", "ab 250 Beschäftigte")] == [
        SizeClass.MICRO,
        SizeClass.SMALL,
        SizeClass.MEDIUM,
        SizeClass.LARGE,
    ]


@pytest.mark.parametrize(
    ("cell", "value"), [(True, True), (1, True), ("x", True), ("Ja", True), (0, False), ("n", False)]
)
def test_truth_values(cell: object, value: bool) -> None:
    assert yes_no()(cell) is value
    assert term(YesNo)(cell) is (YesNo.YES if value else YesNo.NO)


def test_a_list_keeps_every_value_once() -> None:
    assert term(Occasion, many=True)("Entgelt | Kündigung|pay|") == (Occasion.PAY, Occasion.DISMISSAL)


def test_all_unknown_words_of_a_list_are_named() -> None:
    with pytest.raises(UnknownWordError) as refused:
        term(Occasion, many=True)("Entgelt|Entgeld|Urlaub")
    assert refused.value.words == ["Entgeld", "Urlaub"]


def test_an_answer_mends_a_word_empties_it_or_rejects_it() -> None:
    parse = term(SessionType).answered({"Erstb.": "first", "egal": "", "Quatsch": None})
    assert parse("erstb") is SessionType.FIRST
    assert parse("egal") is None
    with pytest.raises(RefusedError, match="abgelehnt"):
        parse("Quatsch")


def test_suggestions_end_before_they_cost_minutes() -> None:
    parse = term(SessionType)
    for number in range(500):
        parse.suggestions(f"erstberatnug {number}")
    assert parse.suggestions("erstberatnug 1")
    assert parse.suggestions("Erstbratung") == []


@pytest.mark.parametrize(("kind", "column", "parse"), CHOICES)
def test_every_code_and_label_is_understood_as_itself(kind: str, column: str, parse: Choice) -> None:
    assert kind
    for code, value in parse.codes.items():
        expected = (value,) if parse.many else value
        assert parse(code) == expected, (column, code)
        assert parse(parse.labels[value]) == expected, (column, parse.labels[value])


@pytest.mark.parametrize(("kind", "column", "parse"), CHOICES)
def test_no_synonym_stands_for_two_codes(kind: str, column: str, parse: Choice) -> None:
    assert kind
    found: dict[str, str] = {}
    for code, words in SYNONYMS["values"].get(parse.vocabulary, {}).items():
        assert code in parse.codes or not code, (column, code)
        for word in words:
            assert found.setdefault(key(word), code) == code, (column, word)
            expected = parse.codes.get(code)
            assert parse(word) == ((expected,) if parse.many else expected), (column, word)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_header_stands_for_two_columns(kind: Kind) -> None:
    found: dict[str, str] = {}
    for column in kind.columns:
        for word in (column.name, column.de, *SYNONYMS["columns"].get(column.name, ())):
            assert found.setdefault(key(word), column.name) == column.name, word


def test_every_synonym_belongs_to_something() -> None:
    columns = {column.name for kind in KINDS for column in kind.columns}
    assert set(SYNONYMS["columns"]) <= columns
    assert set(SYNONYMS["values"]) <= {parse.vocabulary for _, _, parse in CHOICES}


def test_a_cell_is_shown_as_a_person_reads_it() -> None:
    cells = (True, 3.0, 3.5, EXCEL_DAY, " x ")
    assert [shown(cell) for cell in cells] == ["ja", "3", "3.5", "01.09.2022", "x"]
    assert len(shown("x" * 200)) == 80


def test_a_far_guess_is_no_suggestion_as_the_first_one_is_preselected() -> None:
    nationality = SESSIONS.by_name["nationality"].parse
    assert isinstance(nationality, Choice)
    assert nationality.suggestions("Ukriane")[0] == "UA"
    assert nationality.suggestions("ehem. Jugoslawien") == []
