"""The structure register from a file: of the whole network, for its coordination; expected by hand (contracts §5)."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.commands import RecordStructure
from services.registration.handlers import record_structure
from shared import clock
from shared.recording import Actor
from shared.security import Principal
from shared.vocabulary import Role, StructureKind
from tests.support.imports import Register

HEADER = (
    "external_id;kind;code;name;parent;programme_line;migrant_organisation;valid_from;valid_to;recorded_on;withdrawn_on"
)
CARRIER = "S1;carrier;de-mo-1;Verein Beispiel;;;ja;2019-01-01;;2019-01-15;"
PROJECT = "S2;Teilprojekt;mo-1-aqb;Anerkennungsberatung;de-mo-1;HSP 1;;2019-01-01;2022-12-31;2019-01-15;"
OFFICE = "S3;Beratungsstelle;mo-1-mainz;Beratungsstelle Mainz;mo-1-aqb;;;2019-02-01;;2019-02-15;"
TODAY = clock.today().isoformat()


@pytest.fixture
async def coordinator(admin: Register) -> Register:
    return admin.coordinator


async def enter(register: Register, kind: StructureKind, code: str, **more: Any) -> UUID:
    """A unit entered by hand, as the seeded ones are."""
    unit_id = uuid4()
    today, now = clock.today(), clock.now()
    actor = Actor(Principal("test", Role.COORDINATOR, "rp"), "rp", today, now, "k")
    command = RecordStructure(kind=kind, code=code, name=f"Einheit {code}", valid_from=date(2019, 1, 1), **more)
    async with register.sessions() as session, session.begin():
        await record_structure(session, unit_id, command, actor)
    return unit_id


async def test_units_of_a_file_reach_everyone_with_their_parents_in_any_order(coordinator: Register) -> None:
    assert await coordinator.file("structure", HEADER, OFFICE, PROJECT, CARRIER) == (3, 0, [])
    events = {event["code"]: event for event in await coordinator.events("structure_changed")}
    carrier, project, office = (events[code] for code in ("de-mo-1", "mo-1-aqb", "mo-1-mainz"))
    assert carrier == {
        "structure_id": carrier["structure_id"],
        "revision": 1,
        "withdrawn": False,
        "recorded_on": "2019-01-15",
        "kind": "carrier",
        "code": "de-mo-1",
        "name": "Verein Beispiel",
        "parent_id": None,
        "programme_line": None,
        "carrier_is_migrant_organisation": True,
        "valid_from": "2019-01-01",
        "valid_to": None,
    }
    assert (project["parent_id"], office["parent_id"]) == (carrier["structure_id"], project["structure_id"])
    assert (project["programme_line"], project["valid_to"]) == ("recognition_counselling", "2022-12-31")
    # Where the file says nothing, a Teilprojekt and an office are what their carrier is.
    assert (project["carrier_is_migrant_organisation"], office["carrier_is_migrant_organisation"]) == (True, True)


async def test_the_same_file_changes_nothing_and_a_changed_row_is_the_next_revision(coordinator: Register) -> None:
    await coordinator.file("structure", HEADER, CARRIER, PROJECT)
    assert await coordinator.file("structure", HEADER, CARRIER, PROJECT) == (0, 2, [])
    renamed = PROJECT.replace("Anerkennungsberatung", "Beratung Süd").replace("2019-01-15", "2020-03-01")
    assert await coordinator.file("structure", HEADER, CARRIER, renamed) == (1, 1, [])
    *_, last = await coordinator.events("structure_changed")
    assert (last["revision"], last["name"], last["recorded_on"]) == (2, "Beratung Süd", "2020-03-01")
    older = PROJECT.replace("Anerkennungsberatung", "Ganz anders").replace("2019-01-15", "2019-06-01")
    ((line, column, message),) = (await coordinator.file("structure", HEADER, older)).rejected
    assert (line, column) == (2, "recorded_on")
    assert "älter als der gespeicherte Stand vom 01.03.2020" in message
    equal = PROJECT.replace("Anerkennungsberatung", "Beratung Nord").replace("2019-01-15", "")
    await coordinator.file("structure", HEADER, equal)
    *_, last = await coordinator.events("structure_changed")
    assert (last["revision"], last["recorded_on"]) == (3, TODAY)


async def test_a_carrier_that_becomes_a_migrant_organisation_takes_its_teilprojekt_along(coordinator: Register) -> None:
    await coordinator.file("structure", HEADER, CARRIER.replace(";ja;", ";nein;"), PROJECT)
    changed = CARRIER.replace("2019-01-15", "2020-01-15")
    assert await coordinator.file("structure", HEADER, changed, PROJECT) == (2, 0, [])
    found = [
        (event["revision"], event["code"], event["carrier_is_migrant_organisation"])
        for event in await coordinator.events("structure_changed")
    ]
    assert found == [(1, "de-mo-1", False), (1, "mo-1-aqb", False), (2, "de-mo-1", True), (2, "mo-1-aqb", True)]


async def test_units_entered_by_hand_are_found_by_kind_and_code(coordinator: Register) -> None:
    carrier = await enter(coordinator, StructureKind.CARRIER, "de-mo-1")
    project = await enter(coordinator, StructureKind.SUB_PROJECT, "mo-1-aqb", parent_id=carrier)
    same = "S1;carrier;de-mo-1;Einheit de-mo-1;;;;2019-01-01;;2019-01-15;"
    assert await coordinator.file("structure", HEADER, same, PROJECT) == (1, 1, [])
    *_, last = await coordinator.events("structure_changed")
    # Never recorded before the revision it changes.
    assert (last["structure_id"], last["revision"], last["recorded_on"]) == (str(project), 2, TODAY)
    assert last["parent_id"] == str(carrier)
    found = await coordinator.rows("SELECT external_id FROM structure ORDER BY 1")
    assert [name for (name,) in found] == ["S1", "S2"]
    assert await coordinator.file("structure", HEADER, same, PROJECT) == (0, 2, [])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([OFFICE], (2, "parent", "„mo-1-aqb“ steht weder in dieser Datei noch im Strukturregister.")),
        ([CARRIER, OFFICE.replace("mo-1-aqb", "de-mo-1")], (3, "parent", "(Träger) für „Beratungsstelle“")),
        ([PROJECT.replace("de-mo-1", "")], (2, "parent", "braucht als übergeordnete Einheit: Träger")),
        (
            [CARRIER, PROJECT.replace("Teilprojekt", "Sparte")],
            (3, "kind", "Dieser Wert ist nicht vorgesehen. Bitte einen Wert der Liste wählen."),
        ),
        ([CARRIER.replace("de-mo-1", "Mainz Süd")], (2, "code", "nicht die erwartete Form")),
        ([CARRIER, CARRIER.replace("S1", "S9")], (3, "code", "Art und Kürzel stehen schon in Zeile 2.")),
        ([CARRIER, CARRIER.replace("de-mo-1", "de-2")], (3, "external_id", "Die Kennung steht schon in Zeile 2.")),
        ([CARRIER.replace("2019-01-01;", "2019-01-01;2018-12-31")], (2, "valid_to", "Das Ende liegt vor dem Beginn.")),
        ([CARRIER.replace("2019-01-15", "2099-01-01")], (2, "recorded_on", "liegt in der Zukunft")),
        ([CARRIER, PROJECT.replace("HSP 1", "MFD")], (3, "programme_line", "Dieses Handlungsfeld bleibt im Netzwerk")),
        ([CARRIER + "2019-01-14"], (2, "withdrawn_on", "vor dem Erfassungsdatum")),
    ],
)
async def test_what_has_no_place_is_rejected(
    coordinator: Register, rows: list[str], expected: tuple[int, str, str]
) -> None:
    outcome = await coordinator.file("structure", HEADER, *rows)
    ((line, column, message),) = outcome.rejected
    assert (outcome.accepted, line, column) == (len(rows) - 1, *expected[:2])
    assert expected[2] in message


async def test_units_that_lie_under_each_other_are_rejected(coordinator: Register) -> None:
    houses = ("H1;house;h1;Haus 1;h2;;;2019-01-01;;;", "H2;house;h2;Haus 2;h1;;;2019-01-01;;;")
    outcome = await coordinator.file("structure", HEADER, *houses)
    assert [(line, column) for line, column, _ in outcome.rejected] == [(2, "parent"), (3, "parent")]
    assert await coordinator.events("structure_changed") == []


async def test_kind_and_code_of_a_unit_stay(coordinator: Register) -> None:
    await coordinator.file("structure", HEADER, CARRIER)
    ((_, column, message),) = (await coordinator.file("structure", HEADER, CARRIER.replace("de-mo-1", "de-2"))).rejected
    assert (column, "gehört zu „de-mo-1“ (Träger)" in message) == ("external_id", True)
    ((_, column, message),) = (await coordinator.file("structure", HEADER, CARRIER.replace("S1", "S9"))).rejected
    assert (column, "hat schon die Kennung „S1“" in message) == ("code", True)


async def test_a_unit_is_withdrawn_with_what_lies_under_it_and_may_come_back(coordinator: Register) -> None:
    await coordinator.file("structure", HEADER, CARRIER, PROJECT, OFFICE)
    ((line, column, message),) = (await coordinator.file("structure", HEADER, PROJECT + "2021-01-01")).rejected
    assert (line, column) == (2, "withdrawn_on")
    assert "„mo-1-mainz“ (Beratungsstelle)" in message
    gone = [PROJECT + "2021-01-01", OFFICE + "2021-01-01"]
    assert await coordinator.file("structure", HEADER, *gone) == (2, 0, [])
    events = await coordinator.events("structure_changed")
    assert [(event["code"], event["revision"], event["withdrawn"], event["recorded_on"]) for event in events[-4:]] == [
        ("mo-1-aqb", 2, False, "2021-01-01"),
        ("mo-1-aqb", 3, True, "2021-01-01"),
        ("mo-1-mainz", 2, False, "2021-01-01"),
        ("mo-1-mainz", 3, True, "2021-01-01"),
    ]
    assert await coordinator.file("structure", HEADER, *gone) == (0, 2, [])
    back = PROJECT.replace("2019-01-15", "2021-02-01")
    assert await coordinator.file("structure", HEADER, back) == (1, 0, [])
    *_, last = await coordinator.events("structure_changed")
    assert (last["revision"], last["withdrawn"]) == (4, False)


async def test_structure_is_for_the_coordination_and_everything_else_for_the_administration(admin: Register) -> None:
    coordinator = admin.coordinator
    for path in ("structure", "structure/template.xlsx"):
        assert (await coordinator.ask("GET", path)).status_code == 200
        assert (await admin.ask("GET", path)).status_code == 403
    assert (await admin.ask("POST", "structure", content=b"")).status_code == 403
    for kind in ("offerings", "meetings", "participations", "items"):
        assert (await admin.ask("GET", kind)).status_code == 200
        assert (await coordinator.ask("GET", kind)).status_code == 403
        assert (await coordinator.ask("POST", kind, content=b"")).status_code == 403


async def test_imports_of_the_network_are_seen_by_its_coordination_only(admin: Register) -> None:
    coordinator = admin.coordinator
    await coordinator.file("structure", HEADER, CARRIER)
    (job,) = (await coordinator.ask("GET", "structure")).json()["items"]
    assert (await coordinator.ask("GET", f"structure/{job['import_id']}")).json()["accepted"] == 1
    assert (await admin.ask("GET", f"structure/{job['import_id']}")).status_code == 403
    assert (await admin.ask("GET", f"meetings/{job['import_id']}")).status_code == 404
