"""Names as they are folded, keyed and compared; examples typed by hand."""

import pytest

from services.registration.names import Name, alike, apart, fits, folded, keys, latin_words, search_words


def name(text: str) -> Name:
    (found,) = Name.of(text)
    return found


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Müller-Straße, Älva", ["muller", "strasse", "alva"]),
        ("ʿAbd ar-Raḥmān", ["abd", "rahman"]),
        ("Nur ad-Din", ["nur", "din"]),
        ("El-Sayed", ["sayed"]),
        ("An Nguyen", ["an", "nguyen"]),
        ("O'Neill", ["oneill"]),
        ("Жуков", ["zhukov"]),
        ("محمد", ["mhmd"]),
        ("Al", ["al"]),
        ("\u200b", []),
    ],
)
def test_a_name_becomes_words_of_latin_letters(written: str, words: list[str]) -> None:
    assert latin_words(written) == words


@pytest.mark.parametrize("word", ["mueller", "strasse", "mohammed", "joel"])
def test_what_begins_a_word_begins_its_folded_form(word: str) -> None:
    for length in range(1, len(word) + 1):
        assert folded(word).startswith(folded(word[:length]))


def test_a_birth_year_is_no_word_of_a_name() -> None:
    assert search_words("mohamed 1990") == (["mohamed"], [1990])
    assert search_words("19901 12345678") == (["19901", "12345678"], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller, Jörg", "Jorg Mueller"),
        ("Mohammed Ahmad", "Ahmed, Muhammad"),
        ("ʿAbd ar-Raḥmān, Ḫālid", "Khaled Abdelrahman"),
        ("Abdullah, Sara", "Sarah Abdallah"),
        ("Schukow, Juri", "Zhukov Iurii"),
        ("Žukov, Jurij", "ЖУКОВ ЮРИЙ"),
        ("Tschernow, Anna", "Chernov, Anna"),
        ("Nguyễn, Văn An", "An Nguyen"),
        ("Noureddine, Karim", "Nur ad-Din Karim"),
        ("Jean-Paul Kabila", "Kabila, Jeanpaul"),
        ("محمد علي", "Mohammed Ali"),
        ("El-Sayed, Mona", "Mona Elsayed"),
    ],
)
def test_spellings_of_one_name_are_alike_and_share_a_key(one: str, other: str) -> None:
    assert apart(name(one), name(other)) is not None
    assert set(keys(one)) & set(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hassan, Ali", "Hussein, Ali"),
        ("Karim, Omar", "Karim, Amina"),
        ("Ivanov, Alexander", "Ivanov, Sergej"),
        ("Schmidt, Anna", "Schmitz, Hanno"),
        ("Nguyen, Lan", "Nguyen, Linh"),
        ("Ali", "Ali, Mohammed"),
        ("Yilmaz, Ayse", "Yildiz, Ayse"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert apart(name(one), name(other)) is None


def test_birth_years_a_family_apart_part_two_persons() -> None:
    one, other = Name.of("Ahmad, Omar"), Name.of("Omar Ahmad")
    assert alike(one, other, (1990, 1991)) is not None
    assert alike(one, other, (1990, None)) is not None
    assert alike(one, other, (1990, 1992)) is None


def test_an_unfinished_word_fits_what_it_may_become() -> None:
    person = Name.of("Mohamed Al-Hussein", "محمد الحسين")
    assert fits(["muhamm"], person) is not None
    assert fits(["husain", "mohammad"], person) is not None
    assert fits(["muhamm", "karim"], person) is None
