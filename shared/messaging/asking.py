"""Questions between centre and networks: request and reply through the leaf (design 13, contracts §3)."""

from collections.abc import Awaitable, Callable

from faststream.nats import NatsBroker, NatsMessage
from nats.errors import Error as NatsError

from shared.messaging.connection import make_broker
from shared.settings import Settings

SUBJECT = "ask.figures"
LARGEST_ANSWER = 900_000  # bytes; servers pass 1 MiB
Answer = Callable[[bytes], Awaitable[bytes]]


class NoAnswer(Exception):
    """A network did not answer in time, or is away."""


def answer_questions(settings: Settings, service: str, answer: Answer) -> NatsBroker:
    """A broker in account UPLINK, not yet started, that answers the centre's questions.

    Workers of one service share the questions.
    """
    broker = make_broker(settings, f"{service}.answers", settings.uplink_seed)

    @broker.subscriber(SUBJECT, queue=service)
    async def handle(message: NatsMessage) -> bytes:
        return await answer(message.body)

    return broker


async def ask(broker: NatsBroker, network: str, question: bytes, seconds: float) -> bytes:
    """The answer of a network. Raises NoAnswer when it is away or takes longer than `seconds`."""
    try:
        reply = await broker.connection.request(f"ask.{network}.figures", question, seconds)
    except (NatsError, TimeoutError, OSError) as error:
        raise NoAnswer(network) from error
    return reply.data
