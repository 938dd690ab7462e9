"""Trainings, events and counselling processes (HSP 3 and HSP 4): heads split evenly over meetings."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from deploy.demo.history.counts import Block, blocks
from deploy.demo.history.days import day_between, recorded
from deploy.demo.history.dealing import chance_of, split
from deploy.demo.history.people import CARRIERS

USUAL = {"training": 13, "event": 29, "counselling": 3}
"""People in a meeting where the number of meetings is not printed."""
PARTNER_EVERY, SECOND_EVERY = 6, 10
TOPICS = {
    ("intercultural", "training"): ("intercultural_competence", "recognition", "migration_counselling"),
    ("intercultural", "event"): ("intercultural_competence", "integration_management", "recognition"),
    ("intercultural", "counselling"): ("integration_management", "intercultural_competence"),
    ("skilled_worker_networks", "training"): ("skilled_worker_recruitment", "zsba_cooperation"),
    ("skilled_worker_networks", "event"): ("recruitment_information", "stakeholder_networking", "zsba_cooperation"),
    ("skilled_worker_networks", "counselling"): ("skilled_worker_recruitment", "integration_management"),
}
TARGET_GROUPS = {
    "intercultural": ("employment_agency", "job_centre", "job_centre|municipality", "municipality", "company"),
    "skilled_worker_networks": ("company", "company|education_provider", "employment_agency|company"),
}
UNITS = {"training": (4, 6, 8, 16), "event": (2, 3, 4), "counselling": (1, 2)}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; `number` is its place in its training, `new_participants` is given for later ones only."""

    carrier: int
    day: date
    recorded_on: date
    programme_line: str
    format: str
    participants: int
    role: str
    number: int
    new_participants: int | None
    units: int
    topic: str
    target_groups: str


def meetings(network: str, seed: int) -> list[Meeting]:
    """All meetings of a network; every tenth training of HSP 3 has a second one, which counts nobody again."""
    chance = chance_of(seed, network, "meetings")
    return [meeting for block in blocks() if block.network == network for meeting in _block(chance, block)]


def _block(chance: random.Random, block: Block) -> Iterator[Meeting]:
    count = block.meetings or max(1, round(block.participants / USUAL[block.format]))
    for number, people in enumerate(split(block.participants, count), start=1):
        meeting = _meeting(chance, block, number, people)
        yield meeting
        if block.format == "training" and block.programme_line == "intercultural" and number % SECOND_EVERY == 0:
            day = min(meeting.day + timedelta(7), block.last)
            recorded_on = recorded(chance, day, earliest=meeting.recorded_on)
            yield replace(meeting, day=day, recorded_on=recorded_on, number=2, new_participants=0)


def _meeting(chance: random.Random, block: Block, number: int, people: int) -> Meeting:
    day = day_between(chance, block.first, block.last)
    return Meeting(
        carrier=number % CARRIERS,
        day=day,
        recorded_on=recorded(chance, day),
        programme_line=block.programme_line,
        format=block.format,
        participants=people,
        role="active_partner" if number % PARTNER_EVERY == 0 else "own",
        number=1,
        new_participants=None,
        units=chance.choice(UNITS[block.format]),
        topic=block.topic or chance.choice(TOPICS[block.programme_line, block.format]),
        target_groups=chance.choice(block.target_groups or TARGET_GROUPS[block.programme_line]),
    )
