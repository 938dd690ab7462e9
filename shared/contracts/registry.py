"""Every event with its name, entity and bodies; the one place that knows which contracts exist."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.contracts.base import Revision
from shared.contracts.counselling import (
    FullCompany,
    FullGroup,
    FullSession,
    LeanCompany,
    LeanGroup,
    LeanSession,
    QualificationProposed,
)
from shared.contracts.envelope import ContractError, EventName, Fate
from shared.contracts.procedures import FullProcedure, LeanProcedure
from shared.contracts.registration import (
    ContactPersonsCounted,
    FullMeeting,
    FullParticipation,
    FullRun,
    ItemChanged,
    LeanMeeting,
    LeanParticipation,
    LeanRun,
    PersonChanged,
    PersonMerged,
    ProposalAnswered,
    StructureChanged,
)


@dataclass(frozen=True)
class EventType:
    """An event: name, its id field, the full body inside a network and the lean one on `up` (None: stays)."""

    name: EventName
    id_field: str
    full: type[Revision]
    lean: type[Revision] | None

    @property
    def kind(self) -> str:
        """Key of this kind of record in heartbeats and facts: the event's name."""
        return self.name.event


SESSION = EventType(EventName("counselling", "session_recorded"), "session_id", FullSession, LeanSession)
GROUP = EventType(EventName("counselling", "group_held"), "group_id", FullGroup, LeanGroup)
COMPANY = EventType(EventName("counselling", "company_counselled"), "company_id", FullCompany, LeanCompany)
MEETING = EventType(EventName("registration", "meeting_held"), "meeting_id", FullMeeting, LeanMeeting)
STRUCTURE = EventType(
    EventName("registration", "structure_changed"), "structure_id", StructureChanged, StructureChanged
)
PERSON = EventType(EventName("registration", "person_changed"), "person_id", PersonChanged, None)
MERGE = EventType(EventName("registration", "person_merged"), "person_id", PersonMerged, None)
PARTICIPATION = EventType(
    EventName("registration", "participation_recorded"), "participation_id", FullParticipation, LeanParticipation
)
ITEM = EventType(EventName("registration", "item_changed"), "item_id", ItemChanged, ItemChanged)
RUN = EventType(EventName("registration", "run_changed"), "run_id", FullRun, LeanRun)
CONTACT_PERSONS = EventType(
    EventName("registration", "contact_persons_counted"),
    "contact_persons_id",
    ContactPersonsCounted,
    ContactPersonsCounted,
)
PROCEDURE = EventType(EventName("counselling", "procedure_advanced"), "procedure_id", FullProcedure, LeanProcedure)
PROPOSAL = EventType(EventName("counselling", "qualification_proposed"), "proposal_id", QualificationProposed, None)
ANSWER = EventType(EventName("registration", "proposal_answered"), "proposal_id", ProposalAnswered, None)

EVENTS: dict[EventName, EventType] = {
    event.name: event
    for event in (
        SESSION,
        GROUP,
        COMPANY,
        MEETING,
        STRUCTURE,
        PERSON,
        MERGE,
        PARTICIPATION,
        ITEM,
        RUN,
        CONTACT_PERSONS,
        PROCEDURE,
        PROPOSAL,
        ANSWER,
    )
}


def validate(name: EventName, body: dict[str, Any], *, lean: bool) -> tuple[EventType, Revision]:
    """Validate a body against its closed contract.

    Raises ContractError: `later` for an unknown event, a newer major or fields added by a newer minor version,
    `dead` for everything else that does not fit.
    """
    event = EVENTS.get(name)
    if event is None:
        raise ContractError("event or major version is not known here", "later")
    model = event.lean if lean else event.full
    if model is None:
        raise ContractError("this event never leaves a network")
    try:
        return event, model.model_validate(body)
    except ValidationError as error:
        kinds = {entry["type"] for entry in error.errors()}
        fields = ", ".join(sorted({".".join(map(str, entry["loc"])) for entry in error.errors()}))
        fate: Fate = "later" if kinds == {"extra_forbidden"} else "dead"
        raise ContractError(f"body does not fit its contract: {fields[:200]}", fate) from None
