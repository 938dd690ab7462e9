"""The proxy in a link: what passes when it is open, cut, and a black hole."""

import asyncio

from chaos.link import Link, Mode
from deploy.local.ports import HOST


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
        await writer.drain()
    writer.close()


async def test_bytes_pass_wait_and_are_refused() -> None:
    server = await asyncio.start_server(echo, HOST, 0)
    link = Link()
    await link.start()
    link.target = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(HOST, link.port)
    writer.write(b"one")
    assert await reader.readexactly(3) == b"one"
    link.set(Mode.BLACK_HOLE)
    writer.write(b"two")
    late = asyncio.create_task(reader.readexactly(3))
    await asyncio.sleep(0.1)
    assert not late.done()
    link.set(Mode.OPEN)
    assert await late == b"two"
    link.set(Mode.CUT)
    assert await reader.read() == b""
    again, other = await asyncio.open_connection(HOST, link.port)
    assert await again.read() == b""
    for end in (writer, other):
        end.close()
    await link.stop()
    server.close()
