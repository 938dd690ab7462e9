"""The section of a case that shows its referrals, consents and transfers."""

import asyncio
from functools import partial
from typing import Any

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.pages.records import upstreams
from services.gateway.referral_forms import RESULTS, WORDS

PARTS = ("consents", "transfers", "referrals")


async def section(request: Request, visitor: Visitor, case: dict[str, Any]) -> dict[str, Any]:
    """Consents, transfers and referrals of a case; only who leads it or stands in adds to them."""
    ask = partial(upstreams(request).call, visitor.principal, "counselling", "GET")
    found = await asyncio.gather(*(ask(f"/api/v1/cases/{case['case_id']}/{part}") for part in PARTS))
    shown = {part: answer["items"] for part, answer in zip(PARTS, found, strict=True)}
    writes = visitor.principal.subject in (case["owner"], case["deputy"])
    return shown | {"labels": WORDS, "results": RESULTS, "writes": writes}
