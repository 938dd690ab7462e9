"""A clock that stands still, for what happens around midnight."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Let `shared.clock` say that it is this instant."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # no subclass is needed
            return instant.astimezone(tz)

    with patch("shared.clock.datetime", Standing):
        yield
