"""Rows of the gateway: local accounts, sessions and failed sign-ins. No record of any person counselled."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime
from sqlmodel import Field, SQLModel


def _instant() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


class AccountRow(SQLModel, table=True):
    """A local account (make run, tests); the password only as an Argon2id hash."""

    __tablename__ = "account"

    username: str = Field(primary_key=True)
    role: str
    carrier_id: UUID | None = None
    office_id: UUID | None = None
    password_hash: str
    password_digest: str


class SignInRow(SQLModel, table=True):
    """A session in a browser, known by the hash of its cookie. `purpose`: why exact national figures are read."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True)
    username: str = Field(index=True)
    csrf: str
    created_at: datetime = Field(sa_column=_instant())
    last_seen: datetime = Field(sa_column=_instant())
    purpose: str | None = None


class FailureRow(SQLModel, table=True):
    """Failed sign-ins of a name, whether it exists or not; ten of them lock it for five minutes."""

    __tablename__ = "sign_in_failure"

    username: str = Field(primary_key=True)
    count: int
    last_at: datetime = Field(sa_column=_instant())


class UseRow(SQLModel, table=True):
    """One use of exact national figures: who, when, for which purpose (design 12)."""

    __tablename__ = "figure_use"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_instant())
    username: str
    purpose: str
    query: str
