"""Two records of one person become one, and two again: sessions follow, in any order of the events."""

import itertools
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from nats.aio.msg import Msg

from services.counselling.consumers import learn
from services.registration.app import create_app as create_registration
from shared.contracts.envelope import Envelope
from shared.contracts.registration import PersonMerged
from shared.contracts.registry import MERGE
from shared.messaging.ingest import Received
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.recording import Caller, recording, rows
from tests.support.waiting import eventually

RECOGNITION: dict[str, Any] = {"programme_line": "recognition_counselling"}
Stand = dict[UUID, tuple[str, str, UUID | None]]


async def stand(app: Any) -> Stand:
    """(type, seen before, person) of every session."""
    found = await rows(app, "SELECT session_id, session_type, seen_before, person_id FROM counselling_session")
    return {key: (kind, seen, person) for key, kind, seen, person in found}


async def record(caller: Caller, person: UUID, day: str, **more: Any) -> UUID:
    key = uuid4()
    await caller.put(f"sessions/{key}", RECOGNITION | {"date": day, "person_id": str(person)} | more)
    return key


def told(carrier: UUID, person: UUID, into: UUID, revision: int, day: str = "2026-11-20") -> Received:
    """A merge, withdrawn in its even revisions, as registration tells it."""
    body = PersonMerged(
        revision=revision,
        withdrawn=revision % 2 == 0,
        recorded_on=date.fromisoformat(day),
        person_id=person,
        carrier_id=carrier,
        merged_into=into,
    )
    return Received(Envelope(uuid4(), "rp", MERGE.name), MERGE, body, {}, Msg(None))  # type: ignore[arg-type]


async def take(app: Any, *events: Received) -> None:
    async with app.state.sessions() as session, session.begin():
        await learn(session, events, key="of the tests")


async def test_a_merge_on_the_page_of_registration_puts_sessions_in_order(
    app: Any, counsellor: Caller, federation: Federation, database: MakeDatabase
) -> None:
    registration = create_registration(federation.settings("rp", database("registration")))
    keep, other = uuid4(), uuid4()
    early, late = await record(counsellor, keep, "2026-03-01"), await record(counsellor, other, "2026-05-01")
    before = await stand(app)
    async with recording(registration, Role.COUNSELLOR) as desk:
        clerk = desk.at(counsellor.carrier)
        for key in (keep, other):
            await clerk.put(f"persons/{key}", {"name": f"Beispiel {key.hex}"})

        async def is_follow_up() -> bool:
            return (await stand(app))[late] == ("follow_up", "this_round", keep)

        async def is_as_before() -> bool:
            return await stand(app) == before

        await clerk.send("POST", f"persons/{keep}/merge", json={"other": str(other)})
        await eventually(is_follow_up)
        await clerk.send("POST", f"persons/{keep}/unmerge", json={"other": str(other)})
        await eventually(is_as_before)
    assert before[early] == ("first", "no", keep)
    told_up = await rows(
        app,
        "SELECT revision, convert_from(body, 'utf8') FROM outbox WHERE entity_id = :late AND destination = 'up' "
        "ORDER BY revision",
        late=late,
    )
    assert [revision for revision, _ in told_up] == [1, 2, 3]
    assert not [body for _, body in told_up if str(keep) in body or str(other) in body]
    assert (await rows(app, "SELECT revision FROM counselling_session WHERE session_id = :early", early=early)) == [
        (1,)
    ]
    acts = await rows(app, "SELECT action, subject FROM audit WHERE entity_id = :late ORDER BY seq", late=late)
    assert [tuple(act) for act in acts[1:]] == [("session.reordered", "registration")] * 2


async def test_any_order_and_repetition_of_merges_ends_alike(app: Any, counsellor: Caller) -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    for number, who in enumerate((one, two, three, two, one)):
        await record(counsellor, who, f"2026-0{number + 1}-01")
    await record(counsellor, three, "2026-07-01", session_type="referral")
    before = await stand(app)
    carrier = counsellor.carrier
    # one → two and back; two → three stays; one → three at last.
    events = [told(carrier, one, two, 1), told(carrier, one, two, 2), told(carrier, two, three, 1)]
    events.append(told(carrier, one, three, 3))
    undone = [told(carrier, one, three, 4), told(carrier, two, three, 2)]
    ends = []
    for order in list(itertools.permutations(events))[::5]:
        await take(app, *order[:2])
        for event in order[2:]:
            await take(app, event, event)
        ends.append(await stand(app))
        assert {person for *_, person in ends[-1].values()} == {three}
        await take(app, *undone)
        assert await stand(app) == before
        async with app.state.sessions() as session, session.begin():
            await (await session.connection()).exec_driver_sql("DELETE FROM counselling_merge")
    assert all(end == ends[0] for end in ends)
    assert sorted(kind for kind, _, _ in ends[0].values()) == ["first", *["follow_up"] * 4, "referral"]


async def test_what_is_recorded_or_corrected_meanwhile_keeps_for_whom(app: Any, counsellor: Caller) -> None:
    keep, other, carrier = uuid4(), uuid4(), counsellor.carrier
    first, second = await record(counsellor, keep, "2026-03-01"), await record(counsellor, other, "2026-05-01")
    await take(app, told(carrier, other, keep, 1))
    stale = await record(counsellor, other, "2026-06-01")  # from a page that was open before the merge
    mine = await record(counsellor, keep, "2026-07-01")
    item = (await counsellor.send("GET", f"sessions/{second}")).json()
    assert (item["person_id"], item["revision"]) == (str(keep), 2)
    change = RECOGNITION | {"date": "2026-05-01", "person_id": str(keep), "channel": "phone", "revision": 2}
    await counsellor.put(f"sessions/{second}", change)
    assert {person for *_, person in (await stand(app)).values()} == {keep}
    await take(app, told(carrier, other, keep, 2))
    persons = {key: person for key, (_, _, person) in (await stand(app)).items()}
    assert persons == {first: keep, second: other, stale: other, mine: keep}
    types = {key: (kind, seen) for key, (kind, seen, _) in (await stand(app)).items()}
    assert types[second] == ("first", "no")
    assert types[stale] == ("follow_up", "this_round")
    assert types[mine] == ("follow_up", "this_round")


async def test_a_withdrawn_session_goes_along_and_another_carrier_is_not_touched(app: Any, counsellor: Caller) -> None:
    keep, other, stranger = uuid4(), uuid4(), counsellor.at(uuid4())
    gone = await record(counsellor, other, "2026-03-01")
    foreign = await record(stranger, other, "2026-03-01")
    await counsellor.send("POST", f"sessions/{gone}/withdraw", json={"reason": "doppelt erfasst"})
    await take(app, told(counsellor.carrier, other, keep, 1))
    found = await stand(app)
    assert found[gone][2] == keep
    assert found[foreign] == ("first", "no", other)


async def test_a_derived_revision_is_recorded_no_earlier_than_its_cause(app: Any, counsellor: Caller) -> None:
    keep, other = uuid4(), uuid4()
    await record(counsellor, keep, "2026-03-01")
    later = await record(counsellor, other, "2026-05-01")
    await take(app, told(counsellor.carrier, other, keep, 1, "2099-01-01"))
    assert await rows(app, "SELECT recorded_on FROM counselling_session WHERE session_id = :later", later=later) == [
        (date(2099, 1, 1),)
    ]


async def test_who_became_one_who_becomes_another_goes_along_and_comes_back(app: Any, counsellor: Caller) -> None:
    one, two, three, carrier = uuid4(), uuid4(), uuid4(), counsellor.carrier
    keys = [await record(counsellor, who, f"2026-0{number + 1}-01") for number, who in enumerate((one, two, three))]

    async def persons() -> list[UUID | None]:
        found = await stand(app)
        return [found[key][2] for key in keys]

    await take(app, told(carrier, one, two, 1))
    assert await persons() == [two, two, three]
    await take(app, told(carrier, two, three, 1))
    assert await persons() == [three, three, three]
    await take(app, told(carrier, two, three, 2))
    assert await persons() == [two, two, three]
    assert [kind for kind, _, _ in [(await stand(app))[key] for key in keys]] == ["first", "follow_up", "first"]
