"""What each user of the declared topology may do on a real server: its own, and nothing of its neighbours'."""

from collections.abc import AsyncIterator

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.topology import declared
from shared.topology import CENTRE
from tests.support.federation import Federation
from tests.support.waiting import eventually

SERVICES = ("registration", "counselling", "reporting")
# Network, user, what it tries, on which subject.
ATTEMPTS = [
    ("rp", "registration", "publish", "region.rp.counselling.session_recorded.v1"),
    ("rp", "registration", "subscribe", "region.>"),
    ("rp", "registration", "publish", "$JS.API.CONSUMER.MSG.NEXT.REGION.counselling"),
    ("rp", "counselling", "publish", "region.rp.registration.run_changed.v1"),
    ("rp", "counselling", "publish", "region.sn.counselling.session_recorded.v1"),
    ("rp", "counselling", "publish", "$JS.API.CONSUMER.MSG.NEXT.REGION.reporting"),
    ("rp", "counselling", "publish", "$JS.API.STREAM.DELETE.REGION"),
    ("rp", "reporting", "publish", "region.rp.counselling.session_recorded.v1"),
    ("rp", "reporting", "publish", "$JS.API.STREAM.PURGE.REGION"),
    ("rp", "reporting", "publish", "$JS.API.CONSUMER.DELETE.REGION.reporting"),
    ("rp", "provisioner", "publish", "region.rp.counselling.session_recorded.v1"),
    ("rp", "provisioner", "publish", "$JS.API.STREAM.DELETE.REGION"),
    ("rp", "provisioner", "subscribe", "region.>"),
    ("rp", "registration.uplink", "publish", "up.counselling.session_recorded.v1"),
    ("rp", "counselling.uplink", "publish", "hb.registration.v1"),
    ("rp", "counselling.uplink", "subscribe", "ask.figures"),
    ("rp", "counselling.uplink", "subscribe", ">"),
    ("rp", "counselling.uplink", "subscribe", "ask.offers.noted"),
    ("rp", "counselling.uplink", "subscribe", "ask.follow_ups.noted"),
    ("rp", "registration.uplink", "subscribe", "down.reporting.offer_published.v1"),
    ("rp", "reporting.uplink", "publish", "up.counselling.session_recorded.v1"),
    ("rp", "reporting.uplink", "subscribe", "down.counselling.buckets_wanted.v1"),
    (CENTRE, "reporting", "publish", "up.rp.counselling.session_recorded.v1"),
    (CENTRE, "reporting", "publish", "$JS.API.CONSUMER.DELETE.UP_RP.reporting"),
    (CENTRE, "reporting", "subscribe", "up.>"),
    (CENTRE, "provisioner", "publish", "up.rp.counselling.session_recorded.v1"),
    (CENTRE, "provisioner", "publish", "$JS.API.STREAM.DELETE.UP_RP"),
    (CENTRE, "provisioner", "subscribe", "hb.>"),
]


@pytest.fixture
async def clients(federation: Federation) -> AsyncIterator[dict[tuple[str, str], tuple[Client, list[str]]]]:
    """A client of each user of rp and of the hub, with what was refused to it."""
    found: dict[tuple[str, str], tuple[Client, list[str]]] = {}
    for user in declared().users:
        network = CENTRE if user.broker == "hub" else "rp"
        refused: list[str] = []

        async def note(error: Exception, refused: list[str] = refused) -> None:
            refused.append(str(error))

        found[network, user.name] = (await federation.connect(network, user.name, error_cb=note), refused)
    yield found
    for client, _ in found.values():
        await client.close()


async def test_each_user_is_held_to_its_own(clients: dict[tuple[str, str], tuple[Client, list[str]]]) -> None:
    for network, user, verb, subject in ATTEMPTS:
        client, refused = clients[network, user]
        await (client.publish(subject, b"{}") if verb == "publish" else client.subscribe(subject))
        await client.flush()
        kind = "publish to" if verb == "publish" else "subscription to"
        sought = f'permissions violation for {kind} "{subject.lower()}'
        await eventually(lambda: [line for line in refused if sought in line])  # noqa: B023 - awaited here


async def test_nobody_reads_anothers_inbox(clients: dict[tuple[str, str], tuple[Client, list[str]]]) -> None:
    limited = {user.name: user for user in declared().users_of("network") if not user.unlimited}
    for name in limited:
        client, refused = clients["rp", name]
        others = [user.inbox("rp") for user in limited.values() if user.name != name]
        for inbox in (*others, "_INBOX"):
            await client.subscribe(f"{inbox}.>")
        await client.flush()
        await eventually(lambda: len(refused) >= len(others) + 1)  # noqa: B023 - awaited here


async def test_the_key_of_a_leaf_opens_no_client_connection(federation: Federation) -> None:
    async def quiet(_error: Exception) -> None:
        """Raised below."""

    seed = federation.keys.seed("rp.leaf")
    client = Client()
    with pytest.raises((NatsError, nats.errors.NoServersError)):
        await client.connect(
            federation.hub.url, nkeys_seed_str=seed, allow_reconnect=False, max_reconnect_attempts=1, error_cb=quiet
        )
    await client.close()
