"""The sections of a case's page: each part of a case adds one line here, its pages and its templates."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.pages import case_forms, procedures, referral_section, sensitive
from shared.problems import Problem

Case = dict[str, Any]
Load = Callable[[Request, Visitor, Case], Awaitable[dict[str, Any] | None]]
"""Asks the service that owns the data; None: there is nothing to show, not even a heading."""


class Section(NamedTuple):
    """A part of the page: `template` sees `case`, `csrf`, `words`, `accounts`, `writes` (whether the visitor may change
    the case), `typed` (forms that were refused, by name) and, as `s`, what `load` has found.
    """

    name: str
    title: str
    template: str
    load: Load


async def timeline(_request: Request, _visitor: Visitor, case: Case) -> dict[str, Any]:
    """Everything that happened; the case has brought it along."""
    return {"entries": case["timeline"]}


SECTIONS: tuple[Section, ...] = (
    Section("hilfeplan", "Hilfeplan", "case/plan.html", case_forms.plan),
    Section("verfahren", "Anerkennungsverfahren", "case/procedures.html", procedures.section),
    Section("unterlagen", "Unterlagen", "case/documents.html", case_forms.documents),
    Section("verweise", "Verweise und Einwilligungen", "case/referrals.html", referral_section.section),
    Section("vertraulich", "Vertrauliche Angaben", "case/sensitive.html", sensitive.section),
    Section("verlauf", "Verlauf", "case/timeline.html", timeline),
    Section("uebergabe", "Übergabe", "case/handover.html", case_forms.handover),
)
"""In the order of the page."""


class Loaded(NamedTuple):
    """A section as it is shown: `found` None while its service is away."""

    section: Section
    found: dict[str, Any] | None


async def loaded(request: Request, visitor: Visitor, case: Case) -> list[Loaded]:
    """The sections of a case. A service that is away costs its section; one that is not the visitor's is left out."""
    parts = await asyncio.gather(*(_load(request, visitor, case, section) for section in SECTIONS))
    return [part for part in parts if part is not None]


async def _load(request: Request, visitor: Visitor, case: Case, section: Section) -> Loaded | None:
    try:
        found = await section.load(request, visitor, case)
    except Problem as problem:
        if problem.status in (403, 404):
            return None
        if problem.status != 503:
            raise
        return Loaded(section, None)
    return None if found is None else Loaded(section, found)
