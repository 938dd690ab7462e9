"""Persons and sessions while the history is laid out; nobody real, only a reference within the carrier."""

import random
from dataclasses import dataclass
from datetime import date

from deploy.demo.history.dealing import weighted

CARRIERS = 2
"""Demo carriers of a network; a person belongs to one of them."""
GENDERS = weighted({"female": 54, "male": 43, "diverse": 1, "not_stated": 2})
DEGREES = weighted({"yes": 84, "no": 9, "not_stated": 7})
LANGUAGES = weighted({"de": 48, "en": 17, "ar": 12, "ru": 8, "fa": 5, "tr": 4, "uk": 3, "fr": 2, "es": 1})
CHANNELS = weighted({"in_person": 55, "phone": 20, "digital": 14, "written": 11})
OCCUPATIONS = weighted({
    "8140": 10, "8130": 11, "8411": 8, "71304": 7, "8311": 6, "26304": 5, "43414": 5, "25104": 5, "8312": 4,
    "31104": 4, "8180": 3, "81474": 3, "81713": 2, "71402": 6, "73104": 3, "": 18,
})  # fmt: skip
TARGETS = weighted({"": 90, "competent_authority": 4, "job_centre": 2, "employment_agency": 2, "language_course": 2})


@dataclass(slots=True, eq=False)
class Person:
    """Somebody invented; `ref` is empty when the old list did not keep who it was."""

    ref: str
    carrier: int
    gender: str
    birth_year: int
    has_degree: str
    language: str
    occupation: str


@dataclass(slots=True, eq=False)
class Session:
    """A session as its last file will leave it; `mistaken` is what the first file says of nationality and refuge."""

    day: date
    recorded_on: date
    programme_line: str
    session_type: str
    person: Person
    nationality: str
    refugee: str
    channel: str
    target: str = ""
    occasions: tuple[str, ...] = ()
    mistaken: tuple[str, str] | None = None
    changed_on: date | None = None
    withdrawn: bool = False

    @property
    def carrier(self) -> int:
        """Which of the carriers it belongs to: the person's."""
        return self.person.carrier


def person(chance: random.Random, day: date, number: int, prefix: str) -> Person:
    """A person first met on a day; without `prefix` the list does not say who it was."""
    return Person(
        ref=f"{prefix}{number}" if prefix else "",
        carrier=number % CARRIERS,
        gender=chance.choice(GENDERS),
        birth_year=day.year - chance.randint(19, 58),
        has_degree=chance.choice(DEGREES),
        language=chance.choice(LANGUAGES),
        occupation=chance.choice(OCCUPATIONS),
    )
