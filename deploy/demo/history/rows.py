"""Records as rows of the import files: one function per kind, values by column of the import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from deploy.demo.history.groups import Group
from deploy.demo.history.items import Item
from deploy.demo.history.meetings import Meeting
from deploy.demo.history.offerings import QUALIFICATIONS, offering_of, qualification_codes, series_code
from deploy.demo.history.people import Session
from deploy.demo.history.qualification import Participation
from deploy.demo.history.structure import SINCE, Unit
from deploy.demo.seed import OFFICE_LINES

Value = str | int | date | None
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A demo carrier as the seed made it: its code and the codes of its offices, in the order of `OFFICE_LINES`."""

    code: str
    offices: tuple[str, ...]

    def office(self, programme_line: str) -> str:
        """Code of the office of a line; lines without one work from the first."""
        known = dict(zip(OFFICE_LINES, self.offices, strict=False))
        return next((code for line, code in known.items() if line.value == programme_line), self.offices[0])


def structure_row(unit: Unit) -> Row:
    """A unit that is valid from the day it is recorded."""
    return {
        "external_id": unit.code,
        "kind": unit.kind,
        "code": unit.code,
        "name": unit.name,
        "parent": unit.parent,
        "programme_line": unit.programme_line,
        "migrant_organisation": _yes(said=unit.migrant_organisation),
        "valid_from": unit.valid_from,
        "valid_to": "",
        "recorded_on": unit.valid_from,
        "withdrawn_on": "",
    }


def offering_rows(carrier: Carrier) -> Iterator[Row]:
    """All offerings of a carrier."""
    for code, form in zip(qualification_codes(carrier.code), QUALIFICATIONS.values(), strict=True):
        yield _offering(carrier, code, "qualification", form=form)
    code, topic = series_code(carrier.code), "intercultural_competence"
    yield _offering(carrier, code, "intercultural", format="training", topic=topic)


def _offering(carrier: Carrier, code: str, line: str, **more: str) -> Row:
    row: Row = dict.fromkeys(
        ("external_id", "programme_line", "format", "form", "delivery", "topic", "target_groups"), ""
    )
    row |= {"office": carrier.office(line), "starts": SINCE, "ends": "", "recorded_on": SINCE, "withdrawn_on": ""}
    return row | {"external_id": code, "programme_line": line, "delivery": "in_person"} | more


def session_row(session: Session, external_id: str, carrier: Carrier, *, changed: bool) -> Row:
    """A session as the first file tells it, or as the second one changes it."""
    who = session.person
    mistaken = session.mistaken if session.mistaken and not changed else None
    nationality, refugee = mistaken or (session.nationality, session.refugee)
    return {
        "external_id": external_id,
        "date": session.day,
        "programme_line": session.programme_line,
        "session_type": session.session_type,
        "channel": session.channel,
        "mobile": "",
        "outreach": "",
        "language": who.language,
        "office": carrier.office(session.programme_line),
        "person_ref": who.ref,
        "nationality": nationality,
        "refugee_background": refugee,
        "gender": who.gender,
        "birth_year": who.birth_year,
        "has_degree": who.has_degree,
        "reference_occupation": who.occupation,
        "occasions": "|".join(session.occasions),
        "referral_target": session.target,
        "recorded_on": session.changed_on if changed else session.recorded_on,
        "withdrawn_on": session.changed_on if changed and session.withdrawn else "",
    }


def group_row(group: Group, external_id: str, carrier: Carrier) -> Row:
    """A headcount."""
    return {
        "external_id": external_id,
        "date": group.day,
        "programme_line": group.programme_line,
        "group_type": group.group_type,
        "participants": group.participants,
        "office": carrier.office(group.programme_line),
        "topic": group.topic,
        "language": group.language,
        "recorded_on": group.recorded_on,
        "withdrawn_on": "",
    }


def meeting_row(meeting: Meeting, external_id: str, carrier: Carrier) -> Row:
    """A meeting; later ones of a training name its series."""
    return {
        "external_id": external_id,
        "date": meeting.day,
        "programme_line": meeting.programme_line,
        "format": meeting.format,
        "participants": meeting.participants,
        "role": meeting.role,
        "offering": series_code(carrier.code) if meeting.number > 1 else "",
        "number": meeting.number,
        "new_participants": meeting.new_participants,
        "units": meeting.units,
        "topic": meeting.topic,
        "target_groups": meeting.target_groups,
        "office": carrier.office(meeting.programme_line),
        "recorded_on": meeting.recorded_on,
        "withdrawn_on": "",
    }


def participation_row(entry: Participation, external_id: str, carrier: Carrier) -> Row:
    """An entry and, where there is one, its end."""
    return {
        "external_id": external_id,
        "offering": offering_of(entry, carrier.code),
        "entered_on": entry.entered_on,
        "person_ref": f"q{entry.number}",
        "nationality": entry.nationality,
        "refugee_background": entry.refugee,
        "gender": entry.gender,
        "birth_year": entry.birth_year,
        "reference_occupation": entry.occupation,
        "delivery": entry.delivery,
        "form": entry.form,
        "came_from_counselling": _yes(said=entry.came_from_counselling),
        "ended_on": entry.ended_on,
        "result": entry.outcome.result,
        "success": entry.outcome.success,
        "ended_recorded_on": entry.ended_recorded_on,
        "recorded_on": entry.recorded_on,
        "withdrawn_on": "",
    }


def item_row(item: Item, carrier: Carrier) -> Row:
    """One revision of an item."""
    return {
        "external_id": f"{carrier.code}-{item.name}",
        "item_kind": item.item_kind,
        "state": item.state,
        "round": item.round,
        "area": item.area,
        "delivery": item.delivery,
        "route": item.route,
        "offering": f"{carrier.code}-{item.offering}" if item.offering else "",
        "recorded_on": item.recorded_on,
        "withdrawn_on": "",
    }


def _yes(*, said: bool) -> str:
    return "yes" if said else "no"
