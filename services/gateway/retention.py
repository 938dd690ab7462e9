"""A retention run over a network: each service applies the rules of what it owns; only here are they asked together.

A person goes when neither registration nor counselling has anything younger than the period. The gateway asks one and
then the other and hands ids through: it keeps none and shows none. Between the answer of counselling and the erasure
lie seconds; whoever records something of her just then finds that she was erased, as after any erasure.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.gateway.tables import AccountNameRow, FailureRow, UseRow
from services.gateway.upstreams import Upstreams
from shared.database import SessionFactory
from shared.rights.expiry import SUBJECT, Expiry, Figures, deleting, expire
from shared.rights.retention import load_rules
from shared.security import Principal
from shared.vocabulary import Role

API = "/api/v1/retention"
RECORDING = ("registration", "counselling")
PERSONS = "persons"
EXPIRIES = (
    Expiry("sign_in_failures", FailureRow.username, FailureRow.last_at, deleting(FailureRow.username)),
    Expiry("account_names", AccountNameRow.subject, AccountNameRow.seen_at, deleting(AccountNameRow.subject)),
    Expiry("figure_uses", UseRow.id, UseRow.at, deleting(UseRow.id)),
)
"""Rules of the gateway's own rows."""
Found = dict[str, Figures]


class Run:
    """One run of a network; with `applied` what is due goes, without it is only counted."""

    def __init__(self, upstreams: Upstreams, sessions: SessionFactory, network: str, *, applied: bool) -> None:
        self.upstreams, self.sessions, self.applied = upstreams, sessions, applied
        self.run_id = uuid4()
        self.who = Principal(SUBJECT, Role.OPERATIONS, network)

    async def everything(self) -> Found:
        """What is due, or went, by each rule. Raises Problem 503 when a service is away: what went before, went."""
        found = await self.own()
        for service in RECORDING:
            if service in self.upstreams.urls:
                found = _together(found, await self.of_service(service))
        if self.upstreams.urls.keys() >= set(RECORDING):
            found[PERSONS] = await self.persons()
        return found

    async def own(self) -> Found:
        """The gateway's own rules."""
        found, more = Found(), True
        while more:
            part, more = await expire(self.sessions, EXPIRIES, load_rules(), self.run_id, applied=self.applied)
            found = _together(found, part)
        return found

    async def of_service(self, service: str) -> Found:
        """Rules that a service applies alone."""
        found, more = Found(), True
        while more:
            told = await self._post(service, "/run", {"run_id": str(self.run_id), "apply": self.applied})
            found = _together(found, {name: _figures(one) for name, one in told["rules"].items()})
            more = self.applied and told["more"]
        return found

    async def persons(self, carriers: Sequence[UUID] = ()) -> Figures:
        """Persons of whom no service has anything younger; of all carriers, or of some."""
        total = Figures()
        if self.applied:
            await self._erase([])  # that it ran and found nobody is known too
        async for groups in self._quiet(carriers):
            count = await self._erase(groups) if self.applied else sum(len(group["persons"]) for group in groups)
            days = [date.fromisoformat(group["last_day"]) for group in groups]
            if count:
                total = total.plus(Figures(count, min(days), max(days)))
        return total

    async def _quiet(self, carriers: Sequence[UUID]) -> AsyncIterator[list[dict[str, Any]]]:
        params: dict[str, Any] = {"carrier": [str(carrier) for carrier in carriers]}
        path, after = f"{API}/{PERSONS}", None
        while True:
            asked = params | ({"after": after} if after else {})
            told = await self.upstreams.call(self.who, "registration", "GET", path, params=asked)
            groups = await self._also_quiet(told["groups"])
            if groups:
                yield groups
            after = told["after"]
            if after is None:
                return

    async def _also_quiet(self, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of whom counselling has nothing younger under any of their ids, with the last day of both."""
        persons = [person for group in groups for person in group["persons"]]
        if not persons:
            return []
        quiet = (await self._post("counselling", f"/{PERSONS}", {"persons": persons}))["quiet"]
        whole = [group for group in groups if quiet.keys() >= set(group["persons"])]
        return [
            group | {"last_day": max([group["last_day"], *(quiet[one] or "" for one in group["persons"])])}
            for group in whole
        ]

    async def _erase(self, groups: list[dict[str, Any]]) -> int:
        body = {"run_id": str(self.run_id), "groups": groups}
        return int((await self._post("registration", f"/{PERSONS}/erase", body))["erased"])

    async def _post(self, service: str, path: str, body: dict[str, Any]) -> Any:
        return await self.upstreams.call(self.who, service, "POST", API + path, json=body)


def _figures(told: Mapping[str, Any]) -> Figures:
    days = [date.fromisoformat(told[name]) if told[name] else None for name in ("oldest", "newest")]
    return Figures(told["count"], *days)


def _together(one: Mapping[str, Figures], other: Mapping[str, Figures]) -> Found:
    names = dict.fromkeys([*one, *other])
    return {name: one.get(name, Figures()).plus(other.get(name, Figures())) for name in names}
