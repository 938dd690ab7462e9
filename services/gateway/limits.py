"""How large a request may be: 200 MB for a list to import, 10 MB for a photo of a code, 1 MB for everything else."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems import Problem

MAX_BODY = 1_000_000
MAX_UPLOAD = 200_000_000
MAX_PICTURE = 10_000_000
ENVELOPE = 100_000
"""What a browser's form puts around a file, in bytes."""
DRAINED = 400_000_000
"""Read and thrown away beyond the limit, so that the refusal reaches a client that is still sending."""
UPLOADS = ("/api/v1/imports/", "/import/")
PICTURES = "/ordner"


def limit_of(path: str) -> int:
    """Bytes that a request to `path` may carry."""
    if path.startswith(UPLOADS):  # contracts §5
        return MAX_UPLOAD + ENVELOPE
    return MAX_PICTURE + ENVELOPE if path == PICTURES else MAX_BODY


def too_large(limit: int) -> Problem:
    """The refusal, with the remedy."""
    remedy = "Bitte teilen Sie die Datei." if limit > MAX_UPLOAD else "Bitte kürzen Sie die Angaben."
    if MAX_BODY < limit < MAX_UPLOAD:
        remedy = "Bitte nehmen Sie ein kleineres Bild auf."
    return Problem(413, f"Das ist zu groß; erlaubt sind {limit // 1_000_000} MB. {remedy}")


class BodyLimit:
    """Middleware that counts what comes in; above the limit reading the body raises Problem 413."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit or int(declared) > limit:
                await _drain(receive, message)
                raise too_large(limit)
            return message

        await self.app(scope, counted, send)


async def _drain(receive: Receive, message: Message) -> None:
    drained = 0
    while message.get("more_body") and drained < DRAINED:
        message = await receive()
        drained += len(message.get("body", b""))
