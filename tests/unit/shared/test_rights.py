"""Every table of a recording service is decided on: what a person is shown of it, and what her erasure does."""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from deploy.local.paths import ROOT
from services.counselling import tables as counselling
from services.counselling.rights import registry as of_counselling
from services.registration import tables as registration
from services.registration.rights import registry as of_registration
from shared.rights import Held, undecided
from shared.rights.tombstones import Tombstones, hashed_id

DAY = date(2026, 11, 20)


def tables_of(package: str, shared: Sequence[type[SQLModel]]) -> dict[str, Table]:
    """Tables of a service: the rows its modules declare, and the shared ones it names."""
    metadata: MetaData = SQLModel.metadata
    for path in (ROOT / package.replace(".", "/")).rglob("tables.py"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    own = {
        str(mapper.class_.__tablename__)
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith(package)
    } | {str(table.__tablename__) for table in shared}
    return {name: table for name, table in metadata.tables.items() if name in own}


COUNSELLING = tables_of("services.counselling", counselling.TABLES)
REGISTRATION = tables_of("services.registration", registration.TABLES)


@pytest.mark.parametrize(
    ("tables", "registry", "about_nobody"),
    [
        (COUNSELLING, of_counselling.REGISTRY, of_counselling.ABOUT_NOBODY),
        (REGISTRATION, of_registration.REGISTRY, of_registration.ABOUT_NOBODY),
    ],
    ids=["counselling", "registration"],
)
def test_every_table_and_column_is_decided_on(
    tables: dict[str, Table], registry: tuple[Held, ...], about_nobody: frozenset[str]
) -> None:
    assert len(tables) > 15
    assert undecided(tables, registry, about_nobody) == []


def test_a_new_table_must_decide() -> None:
    registry, nobody = of_counselling.REGISTRY, of_counselling.ABOUT_NOBODY
    without = tuple(held for held in registry if held.table.__tablename__ != "case_step")
    assert undecided(COUNSELLING, without, nobody) == ["case_step"]
    # Nor can it be called a table about nobody while it names a case.
    assert undecided(COUNSELLING, without, nobody | {"case_step"}) == ["case_step"]


def test_a_new_column_must_decide() -> None:
    steps = next(held for held in of_counselling.REGISTRY if held.table.__tablename__ == "case_step")
    told = {name: told for name, told in steps.told.items() if name != "title"}
    others = tuple(held for held in of_counselling.REGISTRY if held is not steps)
    found = undecided(COUNSELLING, (*others, replace(steps, told=told)), of_counselling.ABOUT_NOBODY)
    assert found == ["case_step.title"]


def test_what_names_a_person_does_not_survive_her_erasure() -> None:
    naming = {"person_id", "person_key", "recorded_person_id", "case_id", "external_id", "row_hash", "withdrawn_reason"}
    left = {
        f"{held.table.__tablename__}.{column}"
        for held in (*of_counselling.REGISTRY, *of_registration.REGISTRY)
        if held.unlink and held.of is not of_registration.elsewhere
        for column in naming & set(held.table.model_fields) - set(held.unlink)
    }
    assert left == {"counselling_profile.person_id"}  # her random id alone, which says that she is gone
    # Another carrier's own record: it loses the link, and keeps what tells its files' rows apart.
    (other,) = (held for held in of_registration.REGISTRY if held.of is of_registration.elsewhere)
    assert other.unlink == {"person_id": None}


@pytest.fixture
def carrier() -> UUID:
    return uuid4()


def test_a_row_of_an_erased_id_is_refused_at_its_carrier_only(carrier: UUID) -> None:
    hashed = {hashed_id(carrier, "session", "S-1", "key")}
    found = Tombstones(carrier, "session", "key", hashed, {}).over("S-1", None, DAY)
    assert [problem.field for problem in found] == ["external_id"]
    assert "gelöscht" in found[0].problem
    assert Tombstones(carrier, "session", "key", hashed, {}).over("S-2", None, DAY) == []
    assert Tombstones(uuid4(), "session", "key", hashed, {}).over("S-1", None, DAY) == []


def test_what_happens_to_a_reference_after_its_erasure_is_of_somebody_who_came_back(carrier: UUID) -> None:
    stones = Tombstones(carrier, "session", "key", set(), {"r:1": DAY})
    assert [problem.field for problem in stones.over("S-9", "r:1", DAY)] == ["person_ref"]
    assert stones.over("S-9", "r:1", date(2026, 11, 21)) == []
    assert stones.over("S-9", "r:2", DAY) == []
