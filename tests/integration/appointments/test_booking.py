"""Booking against the real service and PostgreSQL: never twice, never closed or past, cancelled by link."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Role
from tests.support.appointments import OFFICE, Everyone, at, made_office, workday
from tests.support.recording import Caller, rows

LONG = ["م" * 300, "漢" * 300, "Ж" * 300, "a" * 300]


async def times(everyone: Everyone, office: UUID) -> dict[str, list[str]]:
    answer = await everyone.send("GET", f"offices/{office}/times?first={workday()}&days=1")
    return {one["day"]: one["times"] for one in answer.json()["items"]}


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_500_at_once_for_20_places_are_20_booked_480_told_and_none_twice(
    app: Any, everyone: Everyone, office: UUID
) -> None:
    """Ten times of two counsellors each; everybody wants one of them."""
    wanted = [at(9 + step // 2, 30 * (step % 2)) for step in range(10)]
    answers = await asyncio.gather(*(everyone.book(office, wanted[number % 10]) for number in range(500)))
    assert Counter(answer.status_code for answer in answers) == {200: 20, 409: 480}
    assert {answer.json()["detail"] for answer in answers if answer.status_code == 409} == {
        "Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere."
    }
    found = await rows(app, "SELECT starts_at, place FROM appointment")
    assert len(found) == len(set(found)) == 20
    assert await times(everyone, office) == {workday().isoformat(): []}  # a full day is shown, without a time


async def test_two_places_at_overlapping_times_are_two_even_when_the_grid_has_changed(
    counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    assert [(await everyone.book(office, at(9))).status_code for _ in range(3)] == [200, 200, 409]
    await admin.put(f"offices/{office}", OFFICE | {"minutes": 50, "revision": 1})
    assert (await everyone.book(office, at(9))).status_code == 409  # would reach into 9:30, and both are here till then
    assert (await everyone.book(office, at(9, 50))).status_code == 200


async def test_the_same_form_sent_twice_is_one_booking_and_another_one_under_its_id_is_refused(
    app: Any, everyone: Everyone, office: UUID
) -> None:
    key = uuid4()
    answers = await asyncio.gather(*(everyone.book(office, at(9), key) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.json()["token"] for answer in answers}) == 1
    assert (await rows(app, "SELECT count(*) FROM appointment"))[0][0] == 1
    other = await everyone.book(office, at(9), key, name="Jemand anderes")
    assert other.status_code == 409
    assert "token" not in other.text


@pytest.mark.parametrize(
    ("hour", "day", "said"),
    [(14, workday(), "geschlossen"), (9, workday(-9), "vorbei"), (9, workday(90), "im Voraus"), (3, workday(), "ges")],
    ids=["after the end", "past", "too far", "at night"],
)
async def test_cns_15_a_closed_hour_and_the_past_are_refused_in_german(
    everyone: Everyone, office: UUID, hour: int, day: Any, said: str
) -> None:
    answer = await everyone.book(office, at(hour, 0, day))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "starts_at"
    assert said in error["problem"]
    assert error["remedy"]


@pytest.mark.parametrize("name", LONG)
async def test_a_name_of_300_characters_is_refused_with_the_field(everyone: Everyone, office: UUID, name: str) -> None:
    answer = await everyone.book(office, at(9), name=name)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["name"]
    assert (await everyone.book(office, at(9), name=name[:200])).status_code == 200


async def test_cns_16_the_language_is_kept_and_each_office_has_its_own(
    counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    await made_office(counsellor, "B-2", languages=["tr"])
    found = (await everyone.send("GET", "offices")).json()["items"]
    spoken = {one["name"]: one["languages"] for one in found}
    assert spoken == {"Beratung B-1": ["de", "ar", "uk"], "Beratung B-2": ["tr"]}
    await everyone.book(office, at(9), language="uk", channel="phone")
    refused = await everyone.book(office, at(9), language="tr", channel="digital")
    assert [error["field"] for error in refused.json()["errors"]] == ["language", "channel"]
    listed = await counsellor.send("GET", f"appointments?first={workday()}")
    assert [(one["language"], one["channel"]) for one in listed.json()["items"]] == [("uk", "phone")]


async def test_a_link_cancels_once_and_twice_and_frees_the_place(app: Any, everyone: Everyone, office: UUID) -> None:
    token = (await everyone.book(office, at(9), email="ada@example.org")).json()["token"]
    seen = (await everyone.send("POST", "ticket", {"token": token})).json()
    assert (seen["state"], seen["over"], "name" in seen, "email" in seen) == ("booked", False, False, False)
    for _ in range(2):
        gone = await everyone.send("POST", "ticket/cancel", {"token": token})
        assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
    assert [(await everyone.book(office, at(9))).status_code for _ in range(2)] == [200, 200]
    assert (await everyone.send("POST", "ticket/cancel", {"token": "A" * 43})).status_code == 404
    acts = await rows(app, "SELECT action, subject FROM audit WHERE action LIKE 'appointment.c%'")
    assert acts == [("appointment.cancelled", "public")]


async def test_a_token_stands_nowhere_in_the_database(app: Any, everyone: Everyone, office: UUID) -> None:
    token = (await everyone.book(office, at(9), email="ada@example.org")).json()["token"]
    for table in ("appointment", "appointment_mail", "audit", "outbox"):
        found = await rows(app, f"SELECT t::text FROM {table} t")
        assert not [text for (text,) in found if token in text], table


async def test_without_a_time_one_waits_on_the_list_of_the_office_and_staff_gives_a_time(
    counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    assert (await everyone.book(office, None)).status_code == 422  # nobody could tell her anything
    key = uuid4()
    assert (await everyone.book(office, None, key, phone="0171 1")).json()["state"] == "waiting"
    (item,) = (await counsellor.send("GET", "due")).json()["items"]
    assert (item["kind"], item["link"]) == ("appointment_waiting", f"/termine/{key}")
    (row,) = (await counsellor.send("GET", f"appointments?office={office}")).json()["waiting"]
    kept = {name: row[name] for name in ("name", "phone", "language", "channel", "page_language")}
    body = kept | {"office_id": str(office), "starts_at": at(10), "revision": 1}
    assert (await counsellor.put(f"appointments/{key}", body))["state"] == "booked"
    assert (await counsellor.send("PUT", f"appointments/{key}", json=body | {"starts_at": at(11)})).status_code == 409
    assert (await counsellor.send("GET", "due")).json()["items"] == []


async def test_cns_15_staff_books_for_somebody_at_the_telephone_and_moves_it_to_a_free_time_only(
    counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    key, body = uuid4(), {"name": "Beispiel, Ada", "office_id": str(office), "starts_at": at(9)}
    for _ in range(2):
        assert (await counsellor.put(f"appointments/{key}", body))["revision"] == 1
    for _ in range(2):
        await everyone.book(office, at(10))
    full = await counsellor.send("PUT", f"appointments/{key}", json=body | {"starts_at": at(10), "revision": 1})
    assert (full.status_code, "vergeben" in full.text) == (409, True)
    assert (await counsellor.put(f"appointments/{key}", body | {"starts_at": at(11), "revision": 1}))["revision"] == 2


async def test_fi_04_a_request_is_one_of_the_office_that_was_chosen(
    counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    other = await made_office(counsellor, "B-2", languages=["ar"])
    await everyone.book(office, None, phone="0171 1")
    await everyone.book(other, at(9))
    for one, counts in ((office, (0, 1)), (other, (1, 0))):
        found = (await counsellor.send("GET", f"appointments?first={workday()}&office={one}")).json()
        assert (len(found["items"]), len(found["waiting"])) == counts
    assert (await everyone.book(uuid4(), at(9))).status_code == 422
    hidden = await made_office(counsellor, "B-3", published=False)
    assert (await everyone.book(hidden, at(9))).status_code == 422


async def test_another_carrier_sees_changes_and_ends_nothing(
    app: Any, counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    key, stranger = uuid4(), counsellor.at(uuid4())
    await everyone.book(office, at(9), key)
    assert (await stranger.send("GET", f"appointments?first={workday()}")).json() == {"items": [], "waiting": []}
    session = {"session_id": str(uuid4())}
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "x"}),
        ("POST", "/cancel", None),
        ("POST", "/no-show", None),
        ("POST", "/held", session),
    ):
        answer = await stranger.send(method, f"appointments/{key}{path}", **({"json": body} if body else {}))
        assert answer.status_code == 404, path
    refused = await rows(app, "SELECT count(*) FROM audit WHERE action = 'appointment.refused'")
    assert refused == [(5,)]
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, stranger.carrier)
    assert (await admin.send("PUT", f"offices/{office}", json={})).status_code == 404


async def test_who_may_do_what(counsellor: Caller, office: UUID) -> None:
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    assert (await admin.send("GET", "appointments")).status_code == 403  # names are for those who counsel
    assert (await counsellor.send("PUT", f"offices/{office}", json={})).status_code == 403
    assert [one["code"] for one in (await admin.send("GET", "offices")).json()] == ["B-1"]
