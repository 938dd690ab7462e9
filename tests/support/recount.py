"""Counts a history again from its import files, in SQL of its own: shares no code with who made it, or who counts it.

Two views of a session: `network` knows the day of recording, `centre` knows it only outside the session's own month
and else counts from that month's end. A row visible on a day D has since <= D < until.
"""

import calendar
import csv
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, str]
Revision = tuple[str, bool, Row]
"""(recorded on, withdrawn, values)."""
FOR_EVER, TODAY = "9999-12-31", "2026-11-24"
FIELDS = ("day", "line", "type", "seen", "nationality", "refugee", "degree", "occasions", "carrier", "person")
GROUPS = (
    ("physician", "814[0-68]"), ("dentist", "8147"), ("pharmacist", "818"), ("nurse", "813[0128]"),
    ("engineer", "(2[4-7]|34)[0-9][0-8]4|311[03-8]4"), ("business_economist", "7130|914"), ("teacher", "84[12]"),
    ("educator", "8311"), ("social_worker", "8312"), ("it_specialist", "43"),
)  # fmt: skip
SCHEMA = f"""
create table session (region, {", ".join(FIELDS)}, since, until, centre_since, centre_until);
create index line on session (line, type, region);
create table grp (region, month, line, group_type, participants, since);
create table meeting (region, month, line, format, number, new, topic, targets, since);
create table participation (region, entered, ended, round, result, success, occupation, form, since, until);
create table item (region, kind, state, round, area, delivery, since, until);
create table unit (region, kind, code, organisation, valid_from, valid_to);
"""


def occupation_group(key: str) -> str:
    """Group of a key of the KldB."""
    if not key:
        return "not_stated"
    return next((group for group, pattern in GROUPS if re.match(pattern, key)), "other")


def round_of(day: str) -> str:
    """Funding round of a day."""
    return "2015-2018" if day < "2019" else "2019-2022"


def centre_day(day: str, recorded_on: str) -> str:
    """From when the centre counts a session."""
    if recorded_on[:7] != day[:7]:
        return recorded_on
    last = calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
    return f"{day[:7]}-{last}"


def spans(revisions: Iterable[tuple[str, bool, Any]]) -> Iterable[tuple[str, str, Any]]:
    """(since, until, values) of each revision that is ever seen; the highest recorded by a day counts."""
    known = list(revisions)
    if len(known) == 1:
        (since, _, values), until = known[0], FOR_EVER
        yield since, until, values
        return
    for number, (since, withdrawn, values) in enumerate(known):
        until = min((later for later, _, _ in known[number + 1 :]), default=FOR_EVER)
        if since < until and not withdrawn:
            yield since, until, values


class Recount:
    """All records of the files it was given."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(SCHEMA)
        self.rows = 0
        self._open: dict[str, dict[str, dict[str, list[Revision]]]] = defaultdict(lambda: defaultdict(dict))

    def take(self, region: str, carrier: str | None, kind: str, content: bytes) -> None:
        """Read a file, as it would be imported after the ones before. Raises AssertionError for a row it could not."""
        for row in csv.DictReader(content.decode().splitlines(), delimiter=";"):
            self.rows += 1
            known = self._open[kind][f"{region}/{carrier}"].setdefault(row["external_id"], [])
            assert row["recorded_on"] <= TODAY, row
            assert not known or row["recorded_on"] > known[-1][0], row
            known.append((row["recorded_on"], False, row))
            if row["withdrawn_on"]:
                assert row["withdrawn_on"] >= row["recorded_on"], row
                known.append((row["withdrawn_on"], True, row))

    def close(self) -> None:
        """All files of a network are in: put its records in order and keep them for questions."""
        for kind, carriers in self._open.items():
            for owner, records in carriers.items():
                getattr(self, f"_{kind}")(owner.split("/", maxsplit=1)[0], owner, records)
        self._open.clear()

    def _insert(self, table: str, values: Iterable[tuple[Any, ...]]) -> None:
        rows = list(values)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.db.executemany(f"insert into {table} values ({marks})", rows)

    def _sessions(self, region: str, owner: str, records: Mapping[str, list[Revision]]) -> None:
        """Type and seen_before follow from the order of a person's sessions, after the first and after all files."""
        of_person: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, revisions in records.items():
            row = revisions[0][2]
            assert row["recorded_on"] >= row["date"], row
            if row["person_ref"] and row["session_type"] in ("first", "follow_up"):
                of_person[row["person_ref"], row["programme_line"]].append(name)
        told = {name: [(day, gone, self._told(row)) for day, gone, row in found] for name, found in records.items()}
        for names in of_person.values():
            names.sort(key=lambda name: (records[name][0][2]["date"], records[name][0][0], name))
            seen: list[str] = []
            for name in names:
                this = round_of(records[name][0][2]["date"])
                before = "this_round" if this in seen else "earlier_round" if seen else "no"
                for _, _, values in told[name]:
                    values["seen"] = before
                seen.append(this)
            if any(told[name][-1][1] for name in names):
                self._without_withdrawn(names, told)
        rows = (self._seen(region, owner, records[name][0][2], revisions) for name, revisions in told.items())
        self._insert("session", (row for many in rows for row in many))

    @staticmethod
    def _told(row: Row) -> dict[str, str]:
        return {
            "type": row["session_type"],
            "seen": "not_known",
            "nationality": row["nationality"],
            "refugee": row["refugee_background"],
        }

    @staticmethod
    def _without_withdrawn(names: list[str], told: dict[str, list[tuple[str, bool, dict[str, str]]]]) -> None:
        """A first that goes leaves its place to the earliest remaining session, from the day it goes."""
        (gone,) = (name for name in names if told[name][-1][1])
        left = [name for name in names if name != gone]
        assert told[gone][0][2]["type"] == "first"
        if left:
            heir = told[left[0]]
            assert heir[-1][2]["type"] == "follow_up"
            heir.append((max(heir[-1][0], told[gone][-1][0]), False, heir[-1][2] | {"type": "first", "seen": "no"}))

    @staticmethod
    def _seen(region: str, owner: str, row: Row, told: list[tuple[str, bool, dict[str, str]]]) -> list[tuple[Any, ...]]:
        day, occasions = row["date"], f"|{row['occasions']}|"
        central = {id(told): days for *days, told in spans((centre_day(day, on), gone, v) for on, gone, v in told)}
        return [
            (region, day, row["programme_line"], values["type"], values["seen"], values["nationality"],
             values["refugee"], row["has_degree"], occasions, owner, row["person_ref"],
             since, until, *central.get(id(values), (FOR_EVER, FOR_EVER)))
            for since, until, values in spans(told)
        ]  # fmt: skip

    def _groups(self, region: str, _: str, records: Mapping[str, list[Revision]]) -> None:
        rows = [row for ((_, _, row),) in records.values()]
        assert all(row["recorded_on"] >= row["date"] for row in rows)
        names = ("programme_line", "group_type")
        self._insert(
            "grp",
            (
                (region, row["date"][:7], *(row[n] for n in names), int(row["participants"]), row["recorded_on"])
                for row in rows
            ),
        )

    def _meetings(self, region: str, _: str, records: Mapping[str, list[Revision]]) -> None:
        rows = [row for ((_, _, row),) in records.values()]
        for row in rows:
            assert row["recorded_on"] >= row["date"], row
            row["new_participants"] = row["new_participants"] or (row["participants"] if row["number"] == "1" else "0")
        self._insert(
            "meeting",
            (
                (region, row["date"][:7], row["programme_line"], row["format"], int(row["number"]),
                 int(row["new_participants"]), row["topic"], f"|{row['target_groups']}|", row["recorded_on"])
                for row in rows
            ),
        )  # fmt: skip

    def _participations(self, region: str, _: str, records: Mapping[str, list[Revision]]) -> None:
        kept: list[tuple[Any, ...]] = []
        for ((entered, _, row),) in records.values():
            revisions: list[Revision] = [(entered, False, row | {"ended_on": "", "result": "", "success": ""})]
            assert entered >= row["entered_on"], row
            if row["ended_on"]:
                assert row["ended_recorded_on"] >= max(row["ended_on"], entered), row
                revisions.append((row["ended_recorded_on"], False, row))
            kept += (
                (region, row["entered_on"][:7], r["ended_on"][:7], round_of(row["entered_on"]), r["result"],
                 r["success"], occupation_group(row["reference_occupation"]), row["form"], since, until)
                for since, until, r in spans(revisions)
            )  # fmt: skip
        self._insert("participation", kept)

    def _items(self, region: str, _: str, records: Mapping[str, list[Revision]]) -> None:
        names = ("item_kind", "state", "round", "area", "delivery")
        for revisions in records.values():
            self._insert("item", ((region, *(r[n] for n in names), *days) for *days, r in spans(revisions)))

    def _structure(self, region: str, _: str, records: Mapping[str, list[Revision]]) -> None:
        for ((_, _, row),) in records.values():
            organisation = row["migrant_organisation"] == "yes"
            values = (row["kind"], row["code"], organisation, row["valid_from"], row["valid_to"] or FOR_EVER)
            self._insert("unit", [(region, *values)])

    def _offerings(self, _region: str, _owner: str, _records: Mapping[str, list[Revision]]) -> None:
        """Nothing printed counts them."""
