"""The link between a network's broker and the hub: a TCP proxy that can be cut, black-holed and slowed."""

import asyncio
import contextlib
from enum import StrEnum

from deploy.local.ports import HOST

SLOW_SECONDS = 0.3
CHUNK = 1 << 16


class Mode(StrEnum):
    """What becomes of the bytes; a black hole swallows no connection, only answers."""

    OPEN = "open"
    CUT = "cut"
    BLACK_HOLE = "black_hole"
    SLOW = "slow"


class Link:
    """A proxy on a port of its own; `target` is the hub's leaf port, known once the federation has chosen it."""

    def __init__(self) -> None:
        self.mode, self.target, self.port = Mode.OPEN, 0, 0
        self._passing = asyncio.Event()
        self._passing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def set(self, mode: Mode) -> None:
        """Change the mode at once, for open connections too."""
        self.mode = mode
        if mode is Mode.BLACK_HOLE:
            self._passing.clear()
        else:
            self._passing.set()
        if mode is Mode.CUT:
            for writer in self._writers:
                writer.transport.abort()

    async def stop(self) -> None:
        """Cut everything and listen no more."""
        self.set(Mode.CUT)
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.mode is Mode.CUT or not self.target:
                raise ConnectionRefusedError
            there, back = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._writers -= {writer, back}
            for end in (writer, back):
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                await self._passing.wait()
                if self.mode is Mode.SLOW:
                    await asyncio.sleep(SLOW_SECONDS)
                target.write(data)
                await target.drain()
        target.transport.abort()
