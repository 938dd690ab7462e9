"""Synthetic records after 2022: seeded by carrier, plausible, about nobody; no figure was printed for their period."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

START = date(2023, 1, 2)
LINES = {
    "recognition_counselling": 70,
    "fair_integration": 16,
    "qualification": 8,
    "migrant_economy": 6,
}
# (nationality, weight, share with refugee background in per cent)
NATIONALITIES = (
    ("SY", 22, 85),
    ("UA", 20, 80),
    ("TR", 9, 20),
    ("AF", 8, 85),
    ("IR", 7, 45),
    ("IN", 6, 2),
    ("BR", 4, 2),
    ("TN", 4, 5),
    ("CO", 4, 10),
    ("VN", 3, 2),
    ("BA", 3, 3),
    ("RS", 3, 3),
    ("XK", 2, 10),
    ("MA", 2, 8),
    ("ER", 2, 90),
    ("not_stated", 1, 30),
)
OCCUPATIONS = ("8130", "8140", "8411", "26304", "43414", "8311", "8312", "71304", "25104", "8180", "")
OCCASIONS = ("pay", "dismissal", "working_time", "residence_status", "employment_contract", "other")
TARGETS = ("competent_authority", "job_centre", "employment_agency", "language_course", "iq_qualification")
CHANNELS = {"in_person": 45, "phone": 25, "digital": 20, "written": 10}
LANGUAGES = ("de", "en", "ar", "uk", "fa", "tr", "ru")
TRAINING_TOPICS = ("intercultural_competence", "recognition", "migration_counselling", "basic_sensitisation_asylum")
EVENT_TOPICS = ("skilled_worker_recruitment", "stakeholder_networking", "zsba_cooperation", "recruitment_information")


def session_rows(carrier: str, offices: Sequence[str], count: int, today: date) -> list[dict[str, Any]]:
    """At least `count` sessions of a carrier (its code seeds them) from 2023 to `today`, oldest first."""
    chance = random.Random(f"sessions {carrier}")
    rows: list[dict[str, Any]] = []
    number = 0
    while len(rows) < count:
        number += 1
        rows += _person(chance, f"{carrier}-p{number}", offices, today)
    rows.sort(key=lambda row: row["date"])
    return [{"external_id": f"{carrier}-{index}"} | row for index, row in enumerate(rows, start=1)]


def _person(chance: random.Random, reference: str, offices: Sequence[str], today: date) -> Iterator[dict[str, Any]]:
    line = _pick(chance, LINES)
    profile = _profile(chance)
    day = START + timedelta(days=chance.randrange((today - START).days))
    kind = chance.choices(("first", "short", "referral"), (80, 12, 8))[0]
    visits = 1 + (min(5, int(chance.expovariate(0.8))) if kind == "first" else 0)
    for visit in range(visits):
        if day > today:
            return
        yield {
            "date": day,
            "programme_line": line,
            "session_type": "follow_up" if visit else kind,
            "person_ref": reference if kind == "first" else "",
            "office": chance.choice(offices),
            "channel": _pick(chance, CHANNELS),
            "language": chance.choice(LANGUAGES),
            **profile,
            "occasions": "|".join(chance.sample(OCCASIONS, chance.randint(1, 2))) if line == "fair_integration" else "",
            "referral_target": chance.choice(TARGETS) if kind == "referral" or chance.random() < 0.1 else "",
            "recorded_on": min(today, day + timedelta(days=int(chance.expovariate(0.5)))),
        }
        # A person counts as first once in a funding round; all of this period is one round.
        day += timedelta(days=chance.randint(10, 90))


def _profile(chance: random.Random) -> dict[str, Any]:
    nationality, _, refugees = chance.choices(NATIONALITIES, [weight for _, weight, _ in NATIONALITIES])[0]
    return {
        "nationality": nationality,
        "refugee_background": "yes" if chance.randrange(100) < refugees else "no",
        "gender": chance.choices(("female", "male", "diverse", "not_stated"), (52, 45, 1, 2))[0],
        "birth_year": chance.randint(1965, 2004),
        "has_degree": chance.choices(("yes", "no", "not_stated"), (80, 12, 8))[0],
        "reference_occupation": chance.choice(OCCUPATIONS),
    }


def meeting_rows(carrier: str, offices: Sequence[str], count: int, today: date) -> list[dict[str, Any]]:
    """Trainings and events of a carrier from 2023 to `today`."""
    chance = random.Random(f"meetings {carrier}")
    days = sorted(START + timedelta(days=chance.randrange((today - START).days)) for _ in range(count))
    rows = []
    for index, day in enumerate(days, start=1):
        training = chance.random() < 0.6
        rows.append(
            {
                "external_id": f"{carrier}-m{index}",
                "date": day,
                "programme_line": "intercultural" if training else "skilled_worker_networks",
                "format": "training" if training else chance.choice(("event", "event", "counselling")),
                "participants": chance.randint(6, 24) if training else chance.randint(10, 80),
                "role": chance.choices(("own", "active_partner"), (80, 20))[0],
                "units": chance.choice((4, 6, 8, 16)) if training else "",
                "topic": chance.choice(TRAINING_TOPICS if training else EVENT_TOPICS),
                "target_groups": chance.choice(
                    ("employment_agency", "job_centre", "municipality|job_centre", "company")
                ),
                "office": chance.choice(offices),
                "recorded_on": min(today, day + timedelta(days=chance.randint(0, 10))),
            }
        )
    return rows


def _pick(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as the import file that a network would send."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()
