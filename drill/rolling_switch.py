"""What a Kubernetes Service does: new connections go to one of the ready instances, open ones stay where they are."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field

from deploy.local.ports import HOST

CHUNK = 1 << 16


@dataclass
class Switch:
    """Listens on a port and leads each new connection to one of `targets`; `refused` counts those that none took."""

    port: int
    targets: list[int] = field(default_factory=list)
    refused: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, random.choice(self.targets))
        except (OSError, IndexError):
            self.refused += 1
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        finally:
            for end in (writer, back):
                end.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Hand on every byte, and the end of the connection after the last one."""
    with contextlib.suppress(OSError):
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
    target.close()
