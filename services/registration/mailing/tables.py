"""What every table of e-mails holds; each table adds what its e-mails are about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel

INSTANT: Any = DateTime(timezone=True)


class OfMail(SQLModel):
    """An e-mail to be sent when it is due. It holds no address and no text: both are taken from the record then.

    `reply` is the code of the mail server that refused it, never its words: they quote the address.
    """

    mail_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    kind: str
    revision: int
    state: str
    due_at: datetime = Field(sa_type=INSTANT)
    next_at: datetime = Field(sa_type=INSTANT)
    attempts: int = 0
    reply: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
