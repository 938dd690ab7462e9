"""Streams and durable consumers of the declared topology, as the client library wants them.

Only the provisioner makes them; everybody else declares nothing.
"""

from collections.abc import Sequence

from nats.js.api import ConsumerConfig, DeliverPolicy, DiscardPolicy, StreamConfig

from deploy.topology import Durable, Stream, declared, filled

DAY = 86_400.0
MAX_MESSAGE_BYTES = 256 * 1024
Plan = list[tuple[StreamConfig, list[ConsumerConfig]]]


def _stream(stream: Stream, code: str, servers: int) -> StreamConfig:
    return StreamConfig(
        name=filled(stream.name, code),
        subjects=[filled(subject, code) for subject in stream.subjects],
        max_age=stream.max_age_days * DAY or None,
        max_bytes=stream.max_bytes,
        max_msg_size=stream.max_msg_size,
        max_msgs_per_subject=stream.max_msgs_per_subject,
        discard=DiscardPolicy(stream.discard),
        duplicate_window=stream.duplicate_window_seconds,
        deny_delete=stream.sealed,
        deny_purge=stream.sealed,
        allow_direct=True,
        num_replicas=min(stream.replicas, servers),
        metadata={"region": code} if stream.each_network else None,
    )


def _durable(durable: Durable, code: str) -> ConsumerConfig:
    """Pull consumer that asks again after 10 s, for ever: what cannot be handled is parked, never dropped."""
    return ConsumerConfig(
        durable_name=durable.name,
        filter_subject=filled(durable.filter, code),
        deliver_policy=DeliverPolicy.LAST_PER_SUBJECT if durable.newest_only else DeliverPolicy.ALL,
        ack_wait=10.0,
        max_deliver=-1,
        max_ack_pending=5000,
    )


def _planned(stream: Stream, code: str, servers: int = 1) -> tuple[StreamConfig, list[ConsumerConfig]]:
    return _stream(stream, code, servers), [_durable(consumer, code) for consumer in stream.consumers]


def region_plan(network: str) -> Plan:
    """What the broker of a network carries."""
    return [_planned(stream, network) for stream in declared().streams_of("network")]


def hub_plan(networks: Sequence[str], servers: int = 1) -> Plan:
    """What a hub of so many servers carries: a stream for each network, and those for all.

    Each stream is kept by as many servers as it wants, if there are so many. Consumers are kept where their stream is.
    """
    plan: Plan = []
    for stream in declared().streams_of("hub"):
        plan += [_planned(stream, code, servers) for code in (networks if stream.each_network else [""])]
    return plan
