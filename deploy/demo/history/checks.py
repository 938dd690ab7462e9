"""What every history must keep, checked before a file is given out; each error says what is wrong (ValueError)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, Protocol

from deploy.demo.history.counts import NEW, OLD, blocks, nationalities, solution
from deploy.demo.history.people import Person, Session
from deploy.demo.history.qualification import Participation
from deploy.demo.history.structure import Unit
from shared.vocabulary import LINE_STARTS, ProgrammeLine, funding_round

STICHTAGE = (date(2019, 1, 15), date(2022, 6, 30), date(2022, 10, 15), date(2022, 12, 31))
# The printed sums, typed from the source.
PRINTED = {
    "firsts 2015-2018": 194_568,
    "firsts 2019-2022": 181_175,
    "nationalities 2015-2018": 194_568,
    "nationalities 2019-2022": 181_175,
    "refugees 2015-2018": 63_487,
    "refugees 2019-2022": 45_540,
    "fair integration firsts": 22_369,
    "fair integration follow-ups": 12_596,
    "fair integration referrals": 3_681,
    "fair integration participants": 20_342,
    "entries 2015-2018": 15_326,
    "entries 2019-2022": 17_113,
    "occupations 2015-2018": 15_326,
    "occupations 2019-2022": 17_113,
    "successes 2015-2018": 10_061,
    "successes 2019-2022": 10_792,
    "intercultural training": 94_819,
    "intercultural event": 67_848,
    "intercultural counselling": 16_591,
    "skilled_worker_networks event": 17_532,
    "skilled_worker_networks counselling": 16_650,
    "skilled_worker_networks training": 1_390,
    "transfers": 97,
    "areas": 54,
    "good practice": 62,
    "migrant organisations": 22,
    "their projects": 27,
}


class Dated(Protocol):
    """A record with the days that matter here."""

    @property
    def recorded_on(self) -> date:
        """Day of recording."""


@cache
def check_solution() -> None:
    """The planted counts add up to the printed sums, and no sixth place passes the fifth. Raises ValueError."""
    found = dict(_sums())
    if wrong := [
        f"{name}: {found.get(name)} instead of {value}" for name, value in PRINTED.items() if found.get(name) != value
    ]:
        raise ValueError("; ".join(wrong))
    for name in (OLD, NEW):
        fifth, sixth = sorted((n.firsts[name] for n in nationalities()), reverse=True)[4:6]
        counts = dict(solution()["qualification"]["occupations"][name])
        each = -(-counts.pop("others") // len(solution()["qualification"]["keys"]["others"]))
        ranked = sorted([*(count for group, count in counts.items() if group != "not_stated"), each], reverse=True)
        if sixth >= fifth or ranked[5] >= ranked[4]:
            raise ValueError(
                f"{name}: a sixth place reaches the fifth ({sixth} of {fifth}, {ranked[5]} of {ranked[4]})"
            )
        if solution()["qualification"]["successes"][name] > sum(_entries(name)):
            raise ValueError(f"{name}: more successes than entries")


def _entries(round_name: str) -> Iterator[int]:
    for counts in solution()["qualification"]["entries"].values():
        yield counts[0] if round_name == OLD else sum(counts[1:])


def _sums() -> Iterator[tuple[str, int]]:
    counts = solution()
    firsts = counts["recognition"]["firsts"].values()
    yield f"firsts {OLD}", sum(row[0] for row in firsts)
    yield f"firsts {NEW}", sum(sum(row[1:]) for row in firsts)
    for name in (OLD, NEW):
        yield f"nationalities {name}", sum(n.firsts[name] for n in nationalities())
        yield f"refugees {name}", sum(n.refugees[name] for n in nationalities())
        yield f"entries {name}", sum(_entries(name))
        yield f"occupations {name}", sum(counts["qualification"]["occupations"][name].values())
        yield f"successes {name}", counts["qualification"]["successes"][name]
    columns = zip(*counts["fair_integration"]["until_2022_06"].values(), strict=True)
    for name, column in zip(("firsts", "follow-ups", "referrals", "participants"), columns, strict=True):
        yield f"fair integration {name}", sum(column)
    people: Counter[str] = Counter()
    for block in blocks():
        people[f"{block.programme_line} {block.format}"] += block.participants
    yield from people.items()
    transfers, organisations = counts["transfers"], counts["migrant_organisations"].values()
    yield "transfers", sum(transfers[state]["number"] for state in ("planned", "started", "completed"))
    yield "areas", sum(transfers["areas"].values())
    yield "good practice", sum(entry["number"] for entry in counts["good_practice"].values())
    yield "migrant organisations", sum(entry["organisations"] for entry in organisations)
    yield "their projects", sum(entry["projects"] for entry in organisations)


def check_structure(units: Sequence[Unit], seeded: Sequence[str]) -> None:
    """No unit has a code that the seed uses or could use. Raises ValueError."""
    for unit in units:
        if any(unit.code == code or unit.code.startswith(f"{code}-") for code in seeded):
            raise ValueError(f"{unit.code}: the seed has this unit")


def check_records(kind: str, records: Sequence[Any]) -> None:
    """No record is recorded before its day or lies before its line began (HSP-01, HSP-02). Raises ValueError."""
    for record in records:
        if isinstance(record, Participation):
            day, line = record.entered_on, ProgrammeLine.QUALIFICATION
            ended = (record.ended_on or day, record.ended_recorded_on or record.recorded_on)
            if not day <= ended[0] <= ended[1] or record.recorded_on > ended[1]:
                raise ValueError(f"{kind}: an end is recorded before it, or before its entry of {day}")
        else:
            day, line = record.day, ProgrammeLine(record.programme_line)
        if record.recorded_on < day:
            raise ValueError(f"{kind}: recorded on {record.recorded_on}, before its day {day}")
        if day < LINE_STARTS.get(line, day):
            raise ValueError(f"{kind}: {day} lies before the start of {line}")


def check_sessions(network: str, sessions: Sequence[Session]) -> None:
    """Records are in order; on each Stichtag nobody has two firsts in a round, or a follow-up without one before it.

    Raises ValueError.
    """
    check_records(f"{network}: sessions", sessions)
    for session in sessions:
        if session.changed_on is not None and session.changed_on <= session.recorded_on:
            raise ValueError(f"{network}: a change of {session.changed_on} is not later than its record")
    for (who, _), many in _of_round(sessions).items():
        for day in STICHTAGE if len(many) > 1 or many[0].session_type != "first" else ():
            _check_order(f"{network}, {who.ref}, as of {day}", many, day)


def _of_round(sessions: Sequence[Session]) -> dict[tuple[Person, str], list[Session]]:
    found: dict[tuple[Person, str], list[Session]] = defaultdict(list)
    for session in sorted(sessions, key=lambda session: session.day):
        if session.session_type in {"first", "follow_up"}:
            found[session.person, funding_round(session.day)].append(session)
    return found


def _check_order(where: str, many: Sequence[Session], day: date) -> None:
    known = [session for session in many if session.recorded_on <= day]
    gone = [session for session in known if session.withdrawn and session.changed_on and session.changed_on <= day]
    left = [session for session in known if session not in gone]
    firsts = sum(session.session_type == "first" for session in left)
    lost = any(session.session_type == "first" for session in gone)  # then the earliest follow-up becomes the first
    if firsts > 1 or (left and not lost and left[0].session_type != "first"):
        raise ValueError(f"{where}: not one first before {len(left) - firsts} follow-ups")
