"""What a fault is: something that strikes a federation, lasts a while, and is healed."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from chaos.federation import Federation
from chaos.oracle import Oracle


class Missed(Exception):
    """The fault found nothing to strike: a process that is not up, a server that is away."""


@dataclass(eq=False)
class Fault(ABC):
    """One fault of one network (or of the centre, `de`)."""

    network: str
    seconds: ClassVar[float] = 3.0
    """How long it lasts, about."""

    @property
    def name(self) -> str:
        """Kind of the fault, as results list it."""
        return type(self).__name__

    @property
    def target(self) -> str:
        """What it hits; two faults never hit one thing at a time."""
        return f"{self.network}.{self.name}"

    @abstractmethod
    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Do harm. Raises Missed, OSError or an error of a client when there is nothing to strike."""

    async def heal(self, federation: Federation) -> None:  # noqa: B027 - most faults heal by themselves
        """Undo what does not heal by itself. May be called when the strike failed half-way."""
