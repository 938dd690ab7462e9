"""Rows of the gateway: accounts and their names, sessions, sign-ins under way and failed. Nobody counselled."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from shared.rights.expiry import RunRow

TABLES = (RunRow,)
"""Shared tables of this database, named so that its history knows them."""


def _instant() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


class AccountRow(SQLModel, table=True):
    """A local account (make run, tests); the password only as an Argon2id hash."""

    __tablename__ = "account"

    username: str = Field(primary_key=True)
    role: str
    carrier_id: UUID | None = None
    office_id: UUID | None = None
    jury_group: str | None = None
    jury_represents: str | None = None
    password_hash: str
    password_digest: str


class SignInRow(SQLModel, table=True):
    """A session in a browser, known by the hash of its cookie; who it is and may do as of signing in.

    Local accounts and the provider's read alike. `sid`: the provider's name of the session. `purpose`: why exact
    national figures are read.
    """

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True)
    session_id: UUID = Field(default_factory=uuid4, unique=True)
    username: str = Field(index=True)
    name: str = ""
    role: str
    carriers: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    office_id: UUID | None = None
    jury_group: str | None = None
    jury_represents: str | None = None
    sid: str | None = Field(default=None, index=True)
    csrf: str
    created_at: datetime = Field(sa_column=_instant())
    last_seen: datetime = Field(sa_column=_instant())
    purpose: str | None = None


class AccountNameRow(SQLModel, table=True):
    """The name an account last had when it signed in: the audit knows accounts by subject only, its page names them.

    Role, carriers and office as of then say who is a colleague of whom.
    """

    __tablename__ = "account_name"

    subject: str = Field(primary_key=True)
    name: str = Field(index=True)
    role: str = ""
    carriers: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    seen_at: datetime = Field(sa_column=_instant())


class TokenPurposeRow(SQLModel, table=True):
    """Why exact national figures are read with a bearer token, known by the token's hash."""

    __tablename__ = "token_purpose"

    token_hash: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=_instant())
    purpose: str


class AttemptRow(SQLModel, table=True):
    """A sign-in under way at the provider: state, nonce and verifier, known by the hash of its cookie, used once."""

    __tablename__ = "sign_in_attempt"

    token_hash: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=_instant())
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    target: str


class LogoutTokenRow(SQLModel, table=True):
    """A logout token that was used; it is refused until it has expired and this row may go."""

    __tablename__ = "logout_token"

    jti: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=_instant())


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
