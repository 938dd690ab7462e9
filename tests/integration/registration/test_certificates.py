"""Certificates of runs: who gets one, that a code tells nothing but its state, and what retention and erasure leave."""

import asyncio
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.certificates.codes import code_of, grouped
from services.registration.certificates.retention import EXPIRIES
from services.registration.certificates.tables import CertificateRow
from shared.logs import DiscreetFormatter
from shared.rights.expiry import expire
from shared.rights.retention import load_rules
from shared.vocabulary import Role
from tests.support.owner import as_owner
from tests.support.recording import Caller, rows
from tests.support.training import Training

UNKNOWN = {"state": "unknown"}


@pytest.fixture
def trainer(counsellor: Caller) -> Caller:
    """Who trains at the carrier; the service runs meanwhile."""
    return Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)


def carrier_of(caller: Caller) -> UUID:
    """The carrier of a caller that has one."""
    assert caller.carrier
    return caller.carrier


async def checked(caller: Caller, code: str) -> dict[str, Any]:
    """What everyone is told of a code."""
    everyone = Caller(caller.client, caller.settings, Role.READER, None)
    answer = await everyone.send("POST", "certificates/check", json={"code": code})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def printed(trainer: Caller, path: str, *keys: str) -> list[dict[str, Any]]:
    """What is printed of some certificates, or of all."""
    answer = await trainer.send("POST", f"{path}/print", json={"certificate_ids": list(keys)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_certificate_is_issued_once_printed_checked_and_withdrawn(app: Any, trainer: Caller) -> None:
    run, key = Training(carrier_of(trainer)), uuid4()
    path, who = f"runs/{run.run_id}/certificates", run.participant(run.registration("Haus am Park"), "Teilnehmerin", 3)
    await run.save(app)
    body = {"kind": "attendance", "participant_id": str(who), "name": "Teilnehmerin Ẹ̀ṣọ́"}
    made = await trainer.put(f"{path}/{key}", body)
    assert (made["days"], made["minutes"], made["starts_on"], made["ends_on"]) == (3, 1170, "2026-03-04", "2026-03-06")
    assert await trainer.put(f"{path}/{key}", body) == made
    assert (await trainer.put(f"{path}/{uuid4()}", body))["certificate_id"] == str(key)
    renamed = await trainer.send("PUT", f"{path}/{key}", json=body | {"name": "Andere"})
    assert (renamed.status_code, "ändert sich nicht mehr" in renamed.text) == (409, True)
    (paper,) = await printed(trainer, path, str(key))
    assert (paper["name"], paper["contents"]) == ("Teilnehmerin Ẹ̀ṣọ́", ["Auftakt-Fachtag", "Erstes Seminar"])
    code = paper["code"]
    assert code == grouped(code_of(key, trainer.settings.signing_key.get_secret_value()))
    for typed in (code, code.lower().replace("-", " "), f" {code} "):
        assert await checked(trainer, typed) == {"state": "valid"}
    for typed in ("", "x" * 100, code[:-1], f"{code}0", "漢\ud800\x00".encode("utf-8", "replace").decode(), f"{key}"):
        assert await checked(trainer, typed) == UNKNOWN
    for _ in range(2):
        gone = await trainer.send("POST", f"{path}/{key}/withdraw", json={"reason": "Name falsch"})
        assert gone.status_code == 204
    assert await checked(trainer, code) == {"state": "withdrawn"}
    assert (await trainer.send("POST", f"{path}/print", json={"certificate_ids": [str(key)]})).status_code == 409
    assert (await trainer.send("PUT", f"{path}/{key}", json=body)).status_code == 409
    assert (await trainer.put(f"{path}/{uuid4()}", body))["revision"] == 1
    acts = [action for (action,) in await rows(app, "SELECT action FROM audit ORDER BY seq")]
    assert acts == ["certificate.issued", "certificate.exported", "certificate.withdrawn", "certificate.issued"]
    as_owner(app, "UPDATE certificate SET code_hash = 'of another key' WHERE NOT withdrawn")
    other = await trainer.send("POST", f"{path}/print", json={})
    assert (other.status_code, "Schlüssel des Netzwerks" in other.text) == (409, True)


async def test_who_lacks_something_gets_none_without_a_reason(app: Any, trainer: Caller) -> None:
    run, cancelled = Training(carrier_of(trainer)), Training(carrier_of(trainer), state="cancelled")
    path, house = f"runs/{run.run_id}/certificates", run.registration("Haus", "waiting")
    run.participant(house, "Ohne Platz")
    nobody, late = (
        run.participant(run.registration(), "Teilnehmer"),
        cancelled.participant(cancelled.registration(), "Späte", 4),
    )
    await run.save(app)
    await cancelled.save(app)
    body: dict[str, Any] = {"kind": "attendance", "participant_id": str(nobody)}
    refused = await trainer.send("PUT", f"{path}/{uuid4()}", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "exception")
    assert "keine Anwesenheit erfasst" in refused.text
    made = await trainer.put(f"{path}/{uuid4()}", body | {"exception": "Liste verloren, Leitung bestätigt"})
    assert (made["days"], made["exception"]) == (0, "Liste verloren, Leitung bestätigt")
    for kind, text in (("completion", "Abschluss ist nicht erfasst"), ("house", "Art passt nicht")):
        answer = await trainer.send("PUT", f"{path}/{uuid4()}", json=body | {"kind": kind})
        assert (answer.status_code, text in answer.text) == (422, True), kind
    house_one = {"kind": "house", "registration_id": str(house)}
    assert "nicht zugesagt" in (await trainer.send("PUT", f"{path}/{uuid4()}", json=house_one)).text
    both = await trainer.send("PUT", f"{path}/{uuid4()}", json=house_one | body)
    assert (both.status_code, "entweder" in both.text) == (422, True)
    off = f"runs/{cancelled.run_id}/certificates"
    for method, target, sent in (
        ("PUT", f"{off}/{uuid4()}", body | {"participant_id": str(late)}),
        ("POST", off, {"kind": "attendance"}),
    ):
        answer = await trainer.send(method, target, json=sent)
        assert (answer.status_code, "abgesagt" in answer.text) == (409, True)
    assert (
        await trainer.send("PUT", f"{path}/{uuid4()}", json=body | {"participant_id": str(late)})
    ).status_code == 404
    stranger = trainer.at(uuid4())
    for method, target, sent in (
        ("GET", path, None),
        ("PUT", f"{path}/{uuid4()}", body),
        ("POST", path, {"kind": "attendance"}),
        ("POST", f"{path}/print", {}),
        ("POST", f"{path}/{made['certificate_id']}/withdraw", {"reason": "fremd"}),
    ):
        assert (await stranger.send(method, target, json=sent)).status_code == 404, target
    assert await rows(app, "SELECT count(*) FROM certificate") == [(1,)]


async def test_all_of_a_run_get_theirs_in_one_act_and_nobody_twice(app: Any, trainer: Caller) -> None:
    run = Training(carrier_of(trainer))
    path, house, alone = f"runs/{run.run_id}/certificates", run.registration("Haus"), run.registration()
    for number, at in enumerate((4, 3, 2, 0)):
        run.participant(house, f"Teilnehmende {number}", at, stage="certified" if at == 4 else "registered")
    run.participant(alone, "Allein", 4)
    await run.save(app)
    found = (await trainer.send("GET", path)).json()
    assert [one["dates"] for one in found["candidates"]] == [4, 4, 3, 2, 0, 4, 4]  # a house as its people together
    assert [one["kinds"] for one in found["candidates"][:2]] == [
        {"house": "", "registration": ""},
        {"attendance": "", "completion": ""},
    ]
    twice = [trainer.send("POST", path, json={"kind": "attendance"}) for _ in range(2)]
    done = [answer.json() for answer in await asyncio.gather(*twice)]
    new, again = {"issued": 3, "already": 0, "left_out": 2}, {"issued": 0, "already": 3, "left_out": 2}
    assert sorted(done, key=lambda one: -one["issued"]) == [new, again]
    for kind, issued in (("completion", 1), ("house", 1), ("registration", 2)):
        assert (await trainer.send("POST", path, json={"kind": kind})).json()["issued"] == issued
    papers = await printed(trainer, path)
    assert [(one["kind"], one["code"] is None) for one in papers] == [
        *[("attendance", False)] * 3,
        *[("completion", False), ("house", False)],
        *[("registration", True)] * 2,
    ]
    assert len({one["code"] for one in papers}) == 6
    assert {one["standing"] for one in papers if one["kind"] == "registration"} == {"accepted"}
    admin = Caller(trainer.client, trainer.settings, Role.ADMIN, trainer.carrier)
    assert len((await admin.send("GET", path)).json()["items"]) == 7
    assert (await admin.send("POST", path, json={"kind": "attendance"})).status_code == 403
    acts = await rows(app, "SELECT action, cardinality(listed) FROM audit WHERE listed IS NOT NULL ORDER BY seq")
    assert acts == [
        ("participant.listed", 5),
        ("certificate.exported", 7),
        ("certificate.listed", 7),
        ("participant.listed", 5),
    ]
    for role in (Role.COUNSELLOR, Role.COORDINATOR):
        other = Caller(trainer.client, trainer.settings, role, trainer.carrier)
        assert (await other.send("GET", path)).status_code == 403


NAMED = "SELECT kind, name, person_id, participant_id, exception, withdrawn_reason FROM certificate ORDER BY kind"


async def issued_to_somebody(app: Any, counsellor: Caller, trainer: Caller) -> tuple[Training, UUID, list[str]]:
    """A run with a certificate and a confirmation of somebody in the register of persons, and the codes."""
    run, person = Training(carrier_of(trainer)), uuid4()
    path, alone = f"runs/{run.run_id}/certificates", run.registration()
    who = run.participant(alone, "Beispiel, Ada", person_id=person)
    run.participant(run.registration("Haus"), "Andere", 4)
    await run.save(app)
    await counsellor.put(f"persons/{person}", {"name": "Beispiel, Ada"})
    body: dict[str, Any] = {"kind": "attendance", "participant_id": str(who), "exception": "Liste verloren"}
    await trainer.put(f"{path}/{uuid4()}", body)
    await trainer.put(f"{path}/{uuid4()}", {"kind": "registration", "registration_id": str(alone)})
    assert (await trainer.send("POST", path, json={"kind": "house"})).json()["issued"] == 1
    return run, person, [one["code"] for one in await printed(trainer, path) if one["code"]]


async def test_an_erased_person_is_on_no_certificate_and_her_paper_can_still_be_checked(
    app: Any, counsellor: Caller, trainer: Caller
) -> None:
    run, person, codes = await issued_to_somebody(app, counsellor, trainer)
    told = (await counsellor.send("GET", f"persons/{person}/everything")).json()["sections"]
    (section,) = [one for one in told if one["name"] == "certificate"]
    words = {(fact["label"], fact["text"]) for entry in section["entries"] for fact in entry}
    assert {("Art", "Teilnahmebescheinigung"), ("Grund der Ausnahme", "Liste verloren")} <= words
    assert ("Stand der Anmeldung", "zugesagt") in words
    answer = await counsellor.send("POST", f"persons/{person}/erase", json={"reason": "wish"})
    assert answer.is_success, answer.text
    assert await rows(app, NAMED) == [
        ("attendance", None, None, None, None, None),
        ("house", "Haus", None, None, None, None),
        ("registration", None, None, None, None, None),
    ]
    assert [await checked(trainer, code) for code in codes] == [{"state": "valid"}] * 2
    (house,) = await printed(trainer, f"runs/{run.run_id}/certificates")
    assert house["name"] == "Haus"


async def test_after_its_period_a_certificate_has_no_name_and_a_code_that_holds(
    app: Any, counsellor: Caller, trainer: Caller
) -> None:
    _, _, codes = await issued_to_somebody(app, counsellor, trainer)
    rules, sessions = load_rules(), app.state.sessions

    async def expired(*, applied: bool) -> dict[str, int]:
        found, _ = await expire(sessions, EXPIRIES, rules, uuid4(), applied=applied)
        return {name: figures.count for name, figures in found.items() if figures.count}

    assert await expired(applied=True) == {}
    as_owner(app, "UPDATE training_run SET starts_on = starts_on - interval '4 years'")
    as_owner(app, "UPDATE certificate SET issued_on = issued_on - interval '11 years' WHERE kind = 'attendance'")
    due = {"run_registrations": 1, "certificates": 1}
    assert [await expired(applied=applied) for applied in (False, True, True)] == [due, due, {}]
    found = await rows(app, NAMED)
    assert [(row[0], row[1]) for row in found] == [("attendance", None), ("house", "Haus")]
    assert [await checked(trainer, code) for code in codes] == [{"state": "valid"}] * 2
    acts = await rows(app, "SELECT action FROM audit WHERE subject = 'retention' ORDER BY 1")
    assert acts == [("certificate.emptied",), ("certificate.expired",)]


CANARIES = {"name": "CANARY-Name", "exception": "CANARY-Ausnahme", "withdrawn_reason": "CANARY-Ruecknahme"}
PUBLIC = {"title", "contents", "kind", "programme", "starts_on", "ends_on", "days", "minutes", "standing"}
NUMBERS = {"issued_on", "issued_by", "withdrawn_on", "revision", "withdrawn", "code_hash", "person_id", "carrier_id"}
NUMBERS |= {"certificate_id", "run_id", "participant_id", "registration_id"}


def test_every_field_has_its_canary() -> None:
    assert set(CertificateRow.model_fields) <= CANARIES.keys() | PUBLIC | NUMBERS


async def test_no_field_of_a_certificate_leaves_registration(
    app: Any, trainer: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    run, key = Training(carrier_of(trainer)), uuid4()
    path, who = f"runs/{run.run_id}/certificates", run.participant(run.registration("CANARY-Haus"), "CANARY-Name")
    await run.save(app)
    with caplog.at_level(logging.DEBUG):
        body = {"kind": "attendance", "participant_id": str(who), "exception": CANARIES["exception"]}
        await trainer.put(f"{path}/{key}", body)
        (paper,) = await printed(trainer, path)
        await checked(trainer, paper["code"])
        await trainer.send("GET", path)
        await trainer.send("POST", f"{path}/{key}/withdraw", json={"reason": CANARIES["withdrawn_reason"]})
        await trainer.send("PUT", f"{path}/{key}", json=body)
    assert await rows(app, "SELECT * FROM outbox") == []
    acts = [text for (text,) in await rows(app, "SELECT audit::text FROM audit")]
    assert len(acts) == 5
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    code = paper["code"].replace("-", "")
    stored = "".join(text for (text,) in await rows(app, "SELECT certificate::text FROM certificate"))
    assert "CANARY-Name" in stored
    assert not {code, paper["code"]} & set(stored.split())
    for sign in ("CANARY", code, paper["code"]):
        assert [text for text in acts + lines if sign in text] == []
    assert code not in stored
