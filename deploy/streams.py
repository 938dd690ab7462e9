"""Streams and durable consumers as data. Only the provisioner makes them; everybody else declares nothing."""

from nats.js.api import ConsumerConfig, DeliverPolicy, DiscardPolicy, StreamConfig

from shared.contracts.heartbeat import HEARTBEATS

DAY = 86_400.0
GIB = 1 << 30
MAX_MESSAGE_BYTES = 256 * 1024


def region_stream(network: str) -> StreamConfig:
    """REGION: the full facts of a network for its own services, kept for 7 days."""
    return StreamConfig(
        name="REGION",
        subjects=[f"region.{network}.>"],
        max_age=7 * DAY,
        max_bytes=GIB,
        max_msg_size=MAX_MESSAGE_BYTES,
        discard=DiscardPolicy.NEW,  # a full stream refuses, the outbox keeps: never lose the oldest silently
        duplicate_window=3600.0,
        allow_direct=True,
    )


def uplink_stream(network: str) -> StreamConfig:
    """UP_<CODE>: what one network told the centre, kept for 35 days; nobody may delete from it."""
    return StreamConfig(
        name=f"UP_{network.upper()}",
        subjects=[f"up.{network}.>"],
        max_age=35 * DAY,
        max_bytes=GIB,
        max_msg_size=MAX_MESSAGE_BYTES,
        discard=DiscardPolicy.NEW,
        duplicate_window=3600.0,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        metadata={"region": network},
    )


def heartbeat_stream() -> StreamConfig:
    """HEARTBEATS: the newest heartbeat of each service of each network."""
    return StreamConfig(
        name=HEARTBEATS,
        subjects=["hb.>"],
        max_msgs_per_subject=1,
        max_bytes=GIB // 16,
        max_msg_size=MAX_MESSAGE_BYTES,
        duplicate_window=60.0,
        allow_direct=True,
    )


def durable(name: str, subject: str, deliver: DeliverPolicy = DeliverPolicy.ALL) -> ConsumerConfig:
    """Pull consumer that asks again after 10 s, for ever: what cannot be handled is parked, never dropped."""
    return ConsumerConfig(
        durable_name=name,
        filter_subject=subject,
        deliver_policy=deliver,
        ack_wait=10.0,
        max_deliver=-1,
        max_ack_pending=5000,
    )


def region_plan(network: str) -> list[tuple[StreamConfig, list[ConsumerConfig]]]:
    """What the broker of a network carries."""
    consumers = [
        durable("reporting", f"region.{network}.>"),
        durable("counselling", f"region.{network}.registration.>"),
    ]
    return [(region_stream(network), consumers)]


def hub_plan(networks: list[str]) -> list[tuple[StreamConfig, list[ConsumerConfig]]]:
    """What the hub carries."""
    plan = [(uplink_stream(code), [durable("reporting", f"up.{code}.>")]) for code in networks]
    return [*plan, (heartbeat_stream(), [durable("reporting", "hb.>", DeliverPolicy.LAST_PER_SUBJECT)])]
