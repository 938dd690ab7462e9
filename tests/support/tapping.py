"""A tap on a network's leaf link: it ends the mutual TLS with both sides' own keys and keeps every byte that passes."""

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from deploy.brokers import Certificates
from deploy.certificates import HUB, Authority
from deploy.local.ports import HOST

CHUNK = 1 << 16
COMPRESSION = re.compile(rb'"compression":"[^"]*"')


@dataclass
class Tap:
    """Stands between a network's broker and the hub; `authority` and `target` are told once the hub has started.

    It needs the hub's and the network's private keys, so nobody else can stand there.
    """

    network: str
    port: int = 0
    target: int = 0
    authority: Authority = field(default_factory=lambda: Authority(Path()))
    ways: list[bytearray] = field(default_factory=list)
    _server: asyncio.Server | None = None

    @property
    def passed(self) -> bytes:
        """All that passed: each connection's bytes, each direction's together."""
        return b"\n".join(self.ways)

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, leaf: asyncio.StreamReader, to_leaf: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await self._carry(leaf, to_leaf)

    async def _carry(self, leaf: asyncio.StreamReader, to_leaf: asyncio.StreamWriter) -> None:
        try:
            hub, to_hub = await self._hub()
        except OSError:
            to_leaf.transport.abort()
            return
        try:
            # The hub speaks first, before TLS begins. A slow line would be compressed, and say nothing to a reader.
            to_leaf.write(COMPRESSION.sub(b'"compression":"not supported"', await hub.readline()))
            await to_leaf.start_tls(self._context(self.authority.files(HUB), ssl.PROTOCOL_TLS_SERVER))
            mine = self._context(self.authority.files(self.network), ssl.PROTOCOL_TLS_CLIENT)
            await to_hub.start_tls(mine, server_hostname=HOST)
            await asyncio.gather(self._pump(leaf, to_hub), self._pump(hub, to_leaf))
        finally:
            for end in (to_leaf, to_hub):
                end.transport.abort()

    async def _hub(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self.target:
            raise ConnectionRefusedError
        return await asyncio.open_connection(HOST, self.target)

    def _context(self, files: Certificates, side: int) -> ssl.SSLContext:
        context = ssl.SSLContext(side)
        context.load_cert_chain(files.certificate, files.key)
        context.load_verify_locations(files.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        way = bytearray()
        self.ways.append(way)
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                way += data
                target.write(data)
                await target.drain()
        target.transport.abort()
