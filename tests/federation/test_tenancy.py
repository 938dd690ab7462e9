"""Sixteen networks on one hub: each tries everything on each, and only the own succeeds (design 4, design §3).

Every network's broker is opened by its owner as far as it goes, so that the hub's configuration alone is tested.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from functools import partial

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.topology import CENTRE
from tests.support.federation import SharedFederation, start_federation
from tests.support.tenants import NETWORKS, Tenants, answer, each_pair, unguarded
from tests.support.waiting import eventually

EVENT = "counselling.session_recorded.v1"
CANARY = "CANARY-region"
ADMINISTRATION = (
    "STREAM.INFO.{0}",
    "STREAM.PURGE.{0}",
    "STREAM.DELETE.{0}",
    "STREAM.UPDATE.{0}",
    "STREAM.MSG.GET.{0}",
    "STREAM.MSG.DELETE.{0}",
    "CONSUMER.INFO.{0}.reporting",
    "CONSUMER.DELETE.{0}.reporting",
    "CONSUMER.DURABLE.CREATE.{0}.thief",
    "CONSUMER.MSG.NEXT.{0}.reporting",
    "DIRECT.GET.{0}",
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedFederation]:
    """Hub and all networks, each on its own server with its own leaf connection."""
    found = start_federation(tmp_path_factory.mktemp("country"), NETWORKS, unguarded)
    yield SharedFederation(found)
    found.stop()


@pytest.fixture
async def tenants(country: SharedFederation) -> AsyncIterator[Tenants]:
    """All networks connected, every stream empty but for their first heartbeats."""
    async with AsyncExitStack() as stack:
        found = Tenants(stack.enter_context(country.taken()), stack)
        await found.open()
        yield found


async def test_what_a_network_sends_is_its_own_whatever_it_claims(tenants: Tenants) -> None:
    heard = await tenants.listen(CENTRE, "hub.admin", "up.>", "hb.*.*.claimed")

    async def claim(sender: str, claimed: str) -> None:
        body = json.dumps({"sent by": sender}).encode()
        for subject, stream in (
            (f"up.{claimed}.{EVENT}", f"UP_{sender.upper()}"),
            (f"hb.{claimed}.claimed", "HEARTBEATS"),
        ):
            confirmed = json.loads(await answer(tenants.uplinks[sender], subject, body) or b"{}")
            assert confirmed.get("stream") == stream, (sender, claimed, confirmed)

    await each_pair(claim)
    await eventually(lambda: len(heard) >= 2 * len(NETWORKS) ** 2)
    assert Counter((subject.split(".")[1], json.loads(text)["sent by"]) for subject, text in heard) == {
        (code, code): 2 * len(NETWORKS) for code in NETWORKS
    }
    streams = (await tenants.admin()).jetstream()
    stored = {code: (await streams.stream_info(f"UP_{code.upper()}")).state.messages for code in NETWORKS}
    assert stored == dict.fromkeys(NETWORKS, len(NETWORKS))


async def test_nobody_hears_what_is_sent_by_another_or_to_another(tenants: Tenants) -> None:
    subjects = [f"{kind}.{code}.>" for kind in ("up", "hb", "down", "ask", "region") for code in NETWORKS]
    names = {code: await tenants.listen(code, f"{code}.uplink", *subjects) for code in NETWORKS}
    wide = {code: await tenants.listen(code, f"{code}.uplink", ">") for code in NETWORKS}
    shared = {code: await tenants.listen(code, f"{code}.uplink", "down.>") for code in NETWORKS}
    centre = await tenants.connect(CENTRE, "hub.reporting")

    async def speak(round_: str) -> None:
        for code in NETWORKS:
            assert await answer(tenants.uplinks[code], f"up.{EVENT}", f"{code} {round_}".encode())
            await centre.publish(f"down.{code}.edition_published.v1", f"{code} {round_}".encode())
            await centre.publish(f"ask.{code}.figures", f"{code} {round_}".encode())
        await centre.flush()

    async def arrived(round_: str) -> None:
        await speak(round_)
        said = {code: f"{code} {round_}" for code in NETWORKS}
        await eventually(lambda: all(said[code] in [text for _, text in shared[code]] for code in NETWORKS))

    await arrived("first")
    await arrived("second")  # so all of the first round has had its way
    for code in NETWORKS:
        foreign = [entry for entry in names[code] + wide[code] + shared[code] if _of_others(entry[1], code)]
        assert not foreign, (code, foreign[:3])
        assert len(shared[code]) == 2


def _of_others(text: str, code: str) -> bool:
    return text.split(" ", maxsplit=1)[0] in NETWORKS and not text.startswith(f"{code} ")


async def _answer_as(code: str, uplink: Client, reached: list[tuple[str, str]]) -> None:
    """Answer one's own questions with one's code, and those of all others with a lie; note who was reached by whom."""

    async def own(message: Msg) -> None:
        reached.append((code, message.data.decode()))
        await message.respond(code.encode())

    async def lie(message: Msg) -> None:
        await message.respond(f"stolen by {code}".encode())

    await uplink.subscribe("ask.figures", cb=own)
    for other in NETWORKS:
        await uplink.subscribe(f"ask.{other}.figures", cb=lie)
    await uplink.flush()


async def test_a_question_is_answered_by_the_asked_network_alone(tenants: Tenants) -> None:
    reached: list[tuple[str, str]] = []
    for code, uplink in tenants.uplinks.items():
        await _answer_as(code, uplink, reached)
    centre = await tenants.connect(CENTRE, "hub.reporting")

    async def asked(code: str) -> bytes | None:
        return await answer(centre, f"ask.{code}.figures", CENTRE.encode())

    for code in NETWORKS:
        assert await eventually(partial(asked, code)) == code.encode()

    async def ask(asking: str, other: str) -> None:
        found = await answer(tenants.uplinks[asking], f"ask.{other}.figures", asking.encode())
        assert found == f"stolen by {asking}".encode(), (asking, other)  # it got no further than home

    await each_pair(ask)
    for code, uplink in tenants.uplinks.items():
        assert await answer(uplink, "ask.figures", code.encode()) == code.encode()
    assert sorted(set(reached)) == sorted((code, by) for code in NETWORKS for by in (CENTRE, code))


async def _answers_to_administration(uplink: Client) -> list[bytes]:
    """What a network gets for trying to administer every network's stream, but for refusals."""
    answers: list[Msg] = []

    async def note(message: Msg) -> None:
        answers.append(message)

    inbox = uplink.new_inbox()
    await uplink.subscribe(f"{inbox}.*", cb=note)
    subjects = [request.format(f"UP_{code.upper()}") for code in NETWORKS for request in ADMINISTRATION]
    for number, subject in enumerate(subjects):
        for prefix in ("$JS.API", "$JS.hub.API"):
            await uplink.publish(f"{prefix}.{subject}", b"{}", reply=f"{inbox}.{number}")
    assert await answer(uplink, f"up.{EVENT}", b"fence")  # it went the same way, after all of them
    return [found.data for found in answers if found.headers is None and b'"error"' not in found.data]


async def test_nobody_administers_streams_at_the_hub(tenants: Tenants) -> None:
    admin = await tenants.admin()

    async def streams() -> list[tuple[str, int, int]]:
        found = await admin.jetstream().streams_info()
        return sorted((str(info.config.name), info.state.messages, info.state.consumer_count) for info in found)

    for uplink in tenants.uplinks.values():
        assert await _answers_to_administration(uplink) == []
    fences = [(f"UP_{code.upper()}", 1, 1) for code in NETWORKS]
    assert [stream for stream in await streams() if stream[0] != "HEARTBEATS"] == sorted(fences)
    info = await answer(admin, "$JS.API.STREAM.INFO.UP_RP")  # the same request, by the one who may
    assert json.loads(info or b"{}")["config"]["name"] == "UP_RP"


async def test_a_key_opens_the_own_door_only(tenants: Tenants) -> None:
    opened: list[tuple[str, str]] = []

    async def knock(door: str, holder: str) -> None:
        try:
            await tenants.connect(door, holder)
        except Exception:  # noqa: BLE001  # nats-py raises several; that it is not the network is shown by those let in
            return
        opened.append((door, holder))

    holders = [f"{code}.{user}" for code in NETWORKS for user in ("services", "uplink", "leaf", "sys")]
    for door in (CENTRE, *NETWORKS):
        await asyncio.gather(*(knock(door, holder) for holder in holders))
    assert sorted(opened) == sorted(
        (code, f"{code}.{user}") for code in NETWORKS for user in ("services", "uplink", "sys")
    )


async def test_full_facts_stay_in_their_network(tenants: Tenants) -> None:
    watchers = [await tenants.listen(CENTRE, user, ">") for user in ("hub.admin", "hub.sys")]
    at_home = {code: await tenants.listen(code, f"{code}.services", ">") for code in NETWORKS}
    uplinks = {code: await tenants.listen(code, f"{code}.uplink", ">", "region.>") for code in NETWORKS}

    async def tell(code: str, other: str) -> None:
        services: Client = found[code]
        for client in (services, tenants.uplinks[code]):  # the second is a mistake, or worse
            await client.publish(f"region.{other}.{EVENT}", f"{CANARY} {code}".encode())
            await client.flush()

    found = {code: await tenants.connect(code, f"{code}.services") for code in NETWORKS}
    await each_pair(tell)
    for code, uplink in tenants.uplinks.items():
        assert await answer(uplink, f"up.{EVENT}", b"fence"), code
    await eventually(lambda: [text for _, text in watchers[0]].count("fence") == len(NETWORKS))
    assert not [entry for heard in watchers for entry in heard if CANARY in entry[1] or "region." in entry[0]]
    for code in NETWORKS:
        texts = [text for heard in (at_home, uplinks) for _, text in heard[code] if CANARY in text]
        assert set(texts) == {f"{CANARY} {code}"}
        assert len(texts) >= 2 * len(NETWORKS)
