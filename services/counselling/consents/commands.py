"""What one may ask of consents and transfers; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.counselling.commands import Command
from shared.contracts.base import Line
from shared.vocabulary.consents import ConsentPurpose, HandoverKind

Details = Annotated[Line, StringConstraints(min_length=1, max_length=300)]


class RecordConsent(Command):
    """Note a release that was signed on paper. Without `valid_from` it holds from the day of the signature."""

    body_id: UUID
    purposes: Annotated[list[ConsentPurpose], Field(max_length=len(ConsentPurpose))]
    details: Details | None = None
    signed_on: date
    valid_from: date | None = None
    valid_until: date


class HandOver(Command):
    """Hand something over to a body; `agreed`: the person knows and wants it (in Absprache, CON-03)."""

    body_id: UUID
    purpose: ConsentPurpose
    kind: HandoverKind
    details: Details | None = None
    agreed: bool = False
