"""What keeps machines off forms without sign-in, and is fair to people: no puzzle, no third party, no JavaScript.

Three things, each told in words and none of them losing what was typed: a field that only machines fill in, a least
time between opening and sending, and a number of sendings per address and hour that a shelter stays below.
"""

import hashlib
import hmac
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from starlette.datastructures import FormData

from services.gateway.languages import _
from shared.problems import FieldProblem, Problem

TRAP = "website"
OPENED = "opened"
LEAST_SECONDS = 3
SENDINGS = 60
HOUR = 3600.0
TOO_MANY = "Von hier kamen sehr viele Anfragen. Bitte versuchen Sie es später noch einmal oder rufen Sie an."
ADDRESSES = 10_000
"""Addresses remembered at most; whoever has more of them is no person, and no counter would stop him."""


def opened_now(key: str) -> str:
    """When a form was opened, signed, for its hidden field."""
    return _signed(str(int(time.time())), key)


def _signed(moment: str, key: str) -> str:
    return f"{moment}.{hmac.new(key.encode(), f'open form:{moment}'.encode(), hashlib.sha256).hexdigest()}"


def ours(text: str, key: str) -> bool:
    """Whether the word on when a form was opened is our own."""
    moment = text.partition(".")[0]
    return text.isascii() and moment.isdigit() and hmac.compare_digest(text, _signed(moment, key))


def too_quick(text: str, key: str) -> bool:
    """Whether a form came back faster than a person can type, or without our own word on when it was opened."""
    return not ours(text, key) or time.time() - int(text.partition(".")[0]) < LEAST_SECONDS


def problems_of(data: FormData, key: str) -> list[FieldProblem]:
    """What speaks for a machine; sending the form again as it is shown then is enough for a person."""
    found = []
    if str(data.get(TRAP, "")).strip():
        found.append(FieldProblem(TRAP, None, _("Dieses Feld muss leer sein."), _("Bitte löschen Sie den Text darin.")))
    if too_quick(str(data.get(OPENED, "")), key):
        text = _("Das ging sehr schnell.")
        found.append(FieldProblem(OPENED, None, text, _("Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal.")))
    return found


class Sendings:
    """Counts sendings by address in memory; nothing of it is kept longer than an hour or written anywhere."""

    def __init__(self, most: int = SENDINGS, said: str = TOO_MANY) -> None:
        self.most, self.said = most, said
        self.seen: OrderedDict[str, list[float]] = OrderedDict()

    def count(self, request: Request) -> None:
        """Count one. Raises Problem 429 for one too many."""
        now, name = time.monotonic(), origin_of(request)
        recent = [at for at in self.seen.pop(name, []) if now - at < HOUR]
        self.seen[name] = [*recent, now][-self.most - 1 :]
        while len(self.seen) > ADDRESSES:
            self.seen.popitem(last=False)
        if len(recent) >= self.most:
            raise Problem(429, _(self.said))


def origin_of(request: Request) -> str:
    """Where a request comes from: the address, of IPv6 the network that one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
