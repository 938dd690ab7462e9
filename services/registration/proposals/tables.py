"""Rows of proposals."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel


class ProposalRow(SQLModel, table=True):
    """A person proposed to a qualification, as learned from counselling's event: ids and statistical profile.

    `carrier_id` counsels her, `to_carrier_id` qualifies: its trainers see the proposal while it is in force.
    """

    __tablename__ = "qualification_proposal"

    proposal_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool
    carrier_id: UUID
    to_carrier_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    proposed_on: date
    nationality: str
    refugee_background: str
    gender: str
    age_group: str
    has_degree: str
    reference_occupation: str | None = None
    language: str | None = None


class AnswerRow(SQLModel, table=True):
    """What the carrier asked has answered a proposal (Antwort): in codes, told to the carrier that proposed."""

    __tablename__ = "proposal_answer"

    proposal_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool = False
    recorded_on: date
    carrier_id: UUID
    to_carrier_id: UUID
    person_id: UUID = Field(index=True)
    answer: str
    reason: str | None = None
    answered_by: str

    @property
    def key(self) -> UUID:
        """Id of the record: the proposal's."""
        return self.proposal_id

    @property
    def owner(self) -> UUID | None:
        """The carrier that answers."""
        return self.to_carrier_id
