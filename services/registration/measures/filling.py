"""What a new participation takes over: from the proposal, from the person's record on this day, from the offering."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import person_store
from services.registration.measures import store
from services.registration.measures.commands import RecordParticipation
from services.registration.proposals.store import asked
from services.registration.proposals.tables import ProposalRow
from services.registration.tables import OfferingRow, ParticipationRow, PersonRow
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import YesNo, age_group

OF_PERSON = ("nationality", "refugee_background", "gender")
OF_PROPOSAL = (*OF_PERSON, "age_group", "reference_occupation")
OF_OFFERING = ("form", "delivery")
FILLED = (*OF_PROPOSAL, *OF_OFFERING, "german_level", "came_from_counselling")
KEPT = ("person_id", "external_id", "phases", "employment_status", "education_level", "after_exit")
"""What a correction that leaves it out does not change."""
APART = {"revision", "offering", "new_offering", "proposal_id", "birth_year", "company"}
"""What a command says that is no column."""
NO_PERSON = "Diese Person steht nicht im Personenregister Ihres Trägers."


def company_key(carrier: UUID, reference: str, key: str) -> str:
    """Keyed hash of a company's reference within its carrier; the reference itself is not kept (QUA-05)."""
    text = f"company:{carrier}:{reference.strip()}".encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()


async def proposal_of(session: AsyncSession, command: RecordParticipation, actor: Actor) -> ProposalRow | None:
    """The proposal that a new participation takes up, if it names one. Raises Problem 404 where it is none in force."""
    if command.proposal_id is None:
        return None
    found = await asked(session, command.proposal_id, actor.principal.carriers)
    if found is None:
        raise Problem(404, NOT_FOUND)
    return found


async def content_of(
    session: AsyncSession,
    command: RecordParticipation,
    stored: ParticipationRow | None,
    proposal: ProposalRow | None,
    offering: OfferingRow,
    actor: Actor,
) -> dict[str, Any]:
    """Columns of the row that the command asks for. Raises Problem 422 for a person who is not in the register."""
    content: dict[str, Any] = command.model_dump(exclude=APART)
    content |= command.model_dump(include={"phases", "after_exit"}, mode="json")
    if command.birth_year is not None and content["age_group"] == NOT_STATED:
        content["age_group"] = age_group(command.entered_on, command.birth_year).value
    if stored is not None:
        content |= {name: getattr(stored, name) for name in KEPT if name not in command.model_fields_set}
    if proposal is not None:
        content["person_id"] = proposal.person_id
    person = await _person(session, content["person_id"], stored, proposal, actor)
    content |= {"offering_id": offering.offering_id, "programme_line": offering.programme_line}
    content["company_key"] = _company(command, stored, actor)
    if stored is None or command.revision is None:  # a repeated first save says no more than the first one did
        known = stored.model_dump() if stored is not None else _known(person, proposal, offering, command.entered_on)
        content |= {name: known[name] for name in FILLED if content[name] in (None, NOT_STATED) and known.get(name)}
    content["esf_participant_id"] = await _esf_participant(session, content, stored, actor)
    return content


async def _esf_participant(
    session: AsyncSession, content: Mapping[str, Any], stored: ParticipationRow | None, actor: Actor
) -> UUID | None:
    """Who she is for ESF+ in this offering: at random, the same however often she enters it (ADR 0017).

    Nobody, as long as her employment status is not stated: then she is no participant of ESF+.
    """
    if content["employment_status"] is None:
        return None
    same = stored is not None and all(getattr(stored, name) == content[name] for name in ("person_id", "offering_id"))
    if same and stored is not None and stored.esf_participant_id is not None:
        return stored.esf_participant_id
    others = await others_of(session, content, stored.participation_id if stored else uuid4(), actor)
    return next((row.esf_participant_id for row in others if row.esf_participant_id is not None), uuid4())


def _company(command: RecordParticipation, stored: ParticipationRow | None, actor: Actor) -> str | None:
    if "company" not in command.model_fields_set:
        return stored.company_key if stored is not None else None
    return company_key(actor.principal.carrier, command.company, actor.key) if command.company else None


async def _person(
    session: AsyncSession,
    person_id: UUID | None,
    stored: ParticipationRow | None,
    proposal: ProposalRow | None,
    actor: Actor,
) -> PersonRow | None:
    """Her record, if it is the own carrier's; who was proposed by another is known by her id alone.

    Kept for this writer: nobody enters her twice at the same moment, or while she is erased.
    """
    if person_id is None:
        return None
    row = await person_store.get_person(session, person_id, actor.principal.carriers, to_change=True)
    known = proposal is not None or (stored is not None and stored.person_id == person_id)
    if (row is None or row.withdrawn) and not known:
        raise invalid(FieldProblem("person_id", None, NO_PERSON, "Bitte noch einmal suchen oder ohne Person erfassen."))
    return row


def _known(
    person: PersonRow | None, proposal: ProposalRow | None, offering: OfferingRow, entered: date
) -> Mapping[str, Any]:
    """What is known of a new participation before anybody states it; the proposal's profile is the younger one."""
    found: dict[str, Any] = {name: getattr(offering, name) for name in OF_OFFERING}
    if person is not None:
        found |= {name: getattr(person, name) for name in (*OF_PERSON, "german_level")}
        found["age_group"] = age_group(entered, person.birth_year).value
        held = (entry.get("reference_occupation") for entry in person.qualifications)
        found["reference_occupation"] = next((key for key in held if key), None)
    if proposal is not None:
        told = {name: getattr(proposal, name) for name in OF_PROPOSAL}
        found |= {name: value for name, value in told.items() if value not in (None, NOT_STATED)}
        found["came_from_counselling"] = YesNo.YES.value
    return found


async def others_of(
    session: AsyncSession, content: Mapping[str, Any], participation_id: UUID, actor: Actor
) -> list[ParticipationRow]:
    """The same person's other participations in the same offering."""
    person = content["person_id"]
    if person is None:
        return []
    rows = await store.of_person(session, actor.principal.carriers, person, content["offering_id"])
    return [row for row in rows if row.participation_id != participation_id]
