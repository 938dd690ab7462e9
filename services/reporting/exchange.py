"""Questions between centre and networks: request and reply through the leaf (design 13, contracts §3)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from faststream.nats import NatsBroker, NatsMessage
from nats.errors import Error as NatsError
from sqlalchemy.exc import DBAPIError

from shared.database import AWAY
from shared.messaging.connection import make_broker
from shared.settings import Settings

log = logging.getLogger(__name__)

LARGEST_ANSWER = 900_000  # bytes; servers pass 1 MiB
Answer = Callable[[bytes], Awaitable[bytes]]
Hear = Callable[[bytes], Awaitable[None]]


class NoAnswer(Exception):
    """A network did not answer in time, or is away."""


def answer_questions(
    settings: Settings, service: str, answers: Mapping[str, Answer], hears: Mapping[str, Hear]
) -> NatsBroker:
    """A broker in account UPLINK, not yet started, that answers the centre's questions, each on `ask.<name>`.

    `hears`: what takes in the centre's state, by subject. Workers of one service share questions and state.
    """
    broker = make_broker(settings, f"{service}.answers", uplink=True)
    for name, answer in answers.items():
        _subscribe(broker, f"ask.{name}", service, answer)
    for subject, hear in hears.items():
        _listen(broker, subject, service, hear)
    return broker


def _listen(broker: NatsBroker, subject: str, service: str, hear: Hear) -> None:
    @broker.subscriber(subject, queue=service)
    async def handle(message: NatsMessage) -> None:
        await hear(message.body)


def _subscribe(broker: NatsBroker, subject: str, service: str, answer: Answer) -> None:
    @broker.subscriber(subject, queue=service)
    async def handle(message: NatsMessage) -> bytes:
        return await answer(message.body)


async def ask(broker: NatsBroker, network: str, name: str, question: bytes, seconds: float) -> bytes:
    """The answer of a network. Raises NoAnswer when it is away or takes longer than `seconds`."""
    try:
        reply = await broker.connection.request(f"ask.{network}.{name}", question, seconds)
    except (NatsError, TimeoutError, OSError) as error:
        raise NoAnswer(network) from error
    return reply.data


async def telling(what: str, tell: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Tell the networks the centre's state, a round each `seconds`, for ever; what is away is told next time."""
    while True:
        try:
            await tell()
        except (DBAPIError, NatsError, TimeoutError, *AWAY) as error:
            log.warning("%s: %s", what, type(error).__name__)
        await asyncio.sleep(seconds)
