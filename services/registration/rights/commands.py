"""What one may ask about a person's rights."""

from typing import Literal

from services.registration.commands import Command

Reason = Literal["wish", "retention"]


class Erase(Command):
    """Erase a person for good, because she wishes it or because nothing demands any longer that she is kept."""

    reason: Reason
