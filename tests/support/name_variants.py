"""Names in their variants, made by rule from lists of common names; invented persons, seeded.

Each person has one given name and one family name of her language, and is written by each rule of it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.support.transliteration import (
    ARABIC,
    CYRILLIC,
    UKRAINIAN,
    UKRAINIAN_FIRST,
    bare,
    machine,
    vowels_drift,
    written,
)

SEED = 20261126
RECORDED = 60
"""Persons of each language who are in the register; the others are strangers to it."""
NAMES = {
    "russian": (
        "Алексей Андрей Дмитрий Евгений Михаил Юрий Анна Екатерина Наталья Татьяна Юлия Ольга",
        "Жуков Чернов Щербаков Яковлев Хрущёв Цветкова Шевцов Воробьёв Горбачёва Зайцев Федоров Иванов",
    ),
    "ukrainian": (
        "Олександр Сергій Григорій Андрій Юрій Володимир Ганна Юлія Ірина Тетяна Оксана Наталія",
        "Шевченко Кравчук Ющенко Гончаренко Мельник Лисенко Хоменко Яценко Щербина Згурський Бойко Цимбалюк",
    ),
    "arabic": (
        "Muḥammad Aḥmad Ḫālid Ḥusayn Ḥasan Yūsuf Maḥmūd Šarīf Fāṭim@ Ḫadīǧ@ ʿĀʾiša Ǧamāl",
        "al-Ḥusaynī aš-Šarīf Qāsim ʿUṯmān Naǧǧār al-Ḥāǧǧ Ḥaddād Ibrāhīm Manṣūr ʿAbd_ar-Raḥmān Sulaymān Ġānim",
    ),
    "turkish": (
        "Ayşe Çağla Gülsüm İbrahim Şükrü Hüseyin Oğuz Işıl Özgür Tuğba Mehmet Yiğit",
        "Yılmaz Şahin Öztürk Çelik Kılıç Doğan Güneş Özdemir Aydın Koç Şimşek Erdoğdu",
    ),
    "vietnamese": (
        "Văn_An Thị_Hương Đức_Thắng Ngọc_Ánh Quốc_Việt Thị_Lan Minh_Đức Hữu_Phước Thùy_Dương Bảo_Châu Văn_Anh Kim_Yến",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Võ Đặng Bùi Đỗ Ngô Lý",
    ),
    "german": (
        "Jörg Jürgen Günter Käthe Björn Sönke Änne Götz Lütfiye Thea Süleyman Rösli",
        "Müller Schäfer Weiß Köhler Großmann Böhm Jäger Krüger Übermuth Höß Königsmann Strauß",
    ),
    "latin": (
        "Søren Åse Łukasz Mateja Đorđe Žarko José Núria Jiří Věra Ștefan Ágnes",
        "Sørensen Håkansson Wałęsa Kovačić Đurić Muñoz Peña Dvořák Novotný Nagy Ionescu Błaszczyk",
    ),
}
Rule = Callable[[str], str]
RULES: dict[str, list[Rule]] = {
    "russian": [lambda name, table=table: written(name, table) for table in CYRILLIC.values()],  # type: ignore[misc]
    "ukrainian": [
        lambda name: written(name, UKRAINIAN["national"], UKRAINIAN_FIRST),
        lambda name: written(name, UKRAINIAN["iso9"]),
        lambda name: written(name, UKRAINIAN["din1460"]),
    ],
    "arabic": [
        lambda name: written(name, ARABIC["din31635"]),
        lambda name: bare(written(name, ARABIC["din31635"])),
        lambda name: written(name, ARABIC["bgn"]),
        lambda name: written(vowels_drift(name), ARABIC["bgn"]),
        lambda name: written(name, ARABIC["french"]),
    ],
    "turkish": [str, bare, machine],
    "vietnamese": [str, bare],
    "german": [str, bare, machine],
    "latin": [str, bare, machine],
}


@dataclass
class Invented:
    """A person with her birth year, the spelling she is recorded with, and the others."""

    recorded: str
    birth_year: int | None
    variants: list[str] = field(default_factory=list)


def invented() -> tuple[list[Invented], list[Invented]]:
    """(those in the register, strangers): every given name with every family name of a language, dealt by the seed."""
    dice = random.Random(SEED)
    inside: list[Invented] = []
    outside: list[Invented] = []
    for language, lists in NAMES.items():
        given, family = (part.split(" ") for part in lists)
        whole = [(one, other) for one in given for other in family]
        dice.shuffle(whole)
        for place, (one, other) in enumerate(whole):
            (inside if place < RECORDED else outside).append(_person(dice, language, one, other))
    return inside, outside


def _person(dice: random.Random, language: str, given: str, family: str) -> Invented:
    spellings = list(dict.fromkeys(_spelled(language, given, family)))
    recorded = spellings.pop(dice.randrange(len(spellings)))
    year = dice.randint(1955, 2008) if dice.random() < 0.8 else None
    # Somebody writes given names first, in capitals, or with a blank for the hyphen.
    habits: list[Rule] = [str, _turned, str.upper, lambda name: name.replace("-", " ")]
    written_as = [_habit(dice.choice(habits), name) for name in spellings]
    if language == "vietnamese":
        written_as.append(_turned(recorded))
    return Invented(recorded, year, [name for name in dict.fromkeys(written_as) if name != recorded])


def _habit(habit: Rule, name: str) -> str:
    return habit(name)


def _spelled(language: str, given: str, family: str) -> Iterator[str]:
    for rule in RULES[language]:
        first, last = (rule(name.replace("_", " ")) for name in (given, family))
        yield f"{last}, {first}"


def _turned(name: str) -> str:
    last, _, first = name.partition(", ")
    return f"{first} {last}"
