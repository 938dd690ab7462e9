"""Import of participations: a row with an end becomes two revisions, the entry and the end (contracts §5)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.registration import importing, store
from services.registration.bulk.files import CarrierFile, Step
from services.registration.leaving import Situation, check_situations
from services.registration.measures.offerings import implied
from services.registration.participation import OF_THE_END, check_in_force, check_participation, recording_days
from services.registration.tables import OfferingRow, ParticipationRow
from shared.importing.rows import person_ref_key
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem
from shared.rights.tombstones import Tombstones
from shared.vocabulary import ProgrammeLine, age_group

STATED = ("nationality", "refugee_background", "gender", "delivery", "form", "came_from_counselling")
STORED = ("reference_occupation", "entered_on", "employment_status", "education_level", *OF_THE_END)
NO_END: dict[str, Any] = dict.fromkeys(OF_THE_END) | {"after_exit": []}


class ParticipationFile(CarrierFile[ParticipationRow]):
    """One file of participations of one carrier."""

    kind, table = importing.PARTICIPATIONS, ParticipationRow
    later = ("employment_status", "education_level", "exit_status", "exit_on")

    async def prepare(self) -> None:
        """Load the carrier's offerings, and what was erased."""
        self.tombstones = await Tombstones.load(self.session, self.job.carrier_id, "participation", self.key)
        self.offerings = await store.offerings(self.session, self.job.carrier_id)
        self.known_to_esf = await store.known_to_esf(self.session, self.job.carrier_id)

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of days, line, result and a withdrawn offering."""
        offering = self.offerings.get(values["offering"])
        if gone := self.tombstones.over(values["external_id"], self._person(values), values["entered_on"]):
            return gone
        if gone := check_in_force(values["offering"], withdrawn=offering is not None and offering.withdrawn):
            return gone
        line = offering.programme_line if offering is not None else ProgrammeLine.QUALIFICATION
        return check_participation(values, line, self.today) + self._check_exit(values)

    def _check_exit(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of the situation after the end: one of its two cells is empty, or its day does not fit."""
        status, on = values.get("exit_status"), values.get("exit_on")
        if status is None and on is None:
            return []
        if status is None or on is None:
            empty = "exit_status" if status is None else "exit_on"
            text = "Zum Verbleib nach dem Ende gehören beide Spalten, der Verbleib und sein Tag."
            return [FieldProblem(empty, None, text, "Bitte ergänzen oder beide leeren.")]
        found = check_situations([Situation(str(status), on)], values.get("ended_on"), self.today)
        return [replace(problem, field="exit_on") for problem in found]

    def days(self, values: dict[str, Any], before: ParticipationRow | None) -> tuple[list[date], list[FieldProblem]]:
        """Days of the entry and of the end, or of the one revision that says all."""
        return recording_days(values, before, self.today)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the record."""
        offering = self.offerings.get(values["offering"]) or self._new_offering(values["offering"])
        group, exit_on = values.get("age_group"), values.get("exit_on")
        return {
            **{name: values.get(name) or NOT_STATED for name in STATED},
            **{name: values.get(name) for name in STORED},
            "offering_id": offering.offering_id,
            "programme_line": offering.programme_line,
            "person_key": self._person(values),
            "age_group": group or age_group(values["entered_on"], values.get("birth_year")).value,
            "after_exit": [{"status": values["exit_status"], "on": exit_on.isoformat()}] if exit_on else [],
            "esf_participant_id": self._esf_participant(values, offering.offering_id),
        }

    def _esf_participant(self, values: dict[str, Any], offering_id: UUID) -> UUID | None:
        """Who somebody is for ESF+ in an offering; without a reference of the person each row is somebody else."""
        if values.get("employment_status") is None:
            return None
        who = self._person(values) or values["external_id"]
        return self.known_to_esf.setdefault((who, offering_id), uuid4())

    def _person(self, values: dict[str, Any]) -> str | None:
        reference = values.get("person_ref")
        return person_ref_key(self.job.carrier_id, reference, self.key) if reference else None

    def steps(self, values: dict[str, Any], days: list[date]) -> list[Step]:
        """The entry, if it has a day of its own, and then the end or all that is known."""
        content = self.content(values)
        if len(days) == 1:
            return [Step(days[0], content)]
        end = {name: content[name] for name in NO_END}
        return [Step(days[0], content | NO_END), Step(days[1], end)]

    def _new_offering(self, code: str) -> OfferingRow:
        """An offering that only comes up here."""
        offering = implied(self.job.carrier_id, code, self.job.origin, self.today)
        self.revisions.add(offering, "offering.implied")
        self.offerings[code] = offering
        return offering
