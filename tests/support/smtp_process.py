"""A mail server as a process of its own: `python -m tests.support.smtp_process PORT FOLDER`.

It keeps what it takes as files. Addresses that begin with `bounce` it refuses for good, with `later` for now.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import UnthreadedController


class Mailbox:
    """Takes or refuses each recipient."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - named by the library
        """Answer to a recipient."""
        if address.startswith("bounce"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("later"):
            return f"451 4.7.1 <{address}>: greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - named by the library
        """Keep a message."""
        whole = self.folder / f"{uuid4()}.part"
        whole.write_bytes(envelope.content)
        whole.rename(whole.with_suffix(".eml"))
        return "250 kept"


async def serve(port: int, folder: Path) -> None:
    """Serve until the process ends."""
    loop = asyncio.get_running_loop()
    controller = UnthreadedController(Mailbox(folder), hostname="127.0.0.1", port=port, loop=loop)
    server = await controller._create_server()  # the library's own way runs the loop itself
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
