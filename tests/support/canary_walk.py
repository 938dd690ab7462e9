"""Types canaries into a local run of rp wherever anything can be typed: every API, every import, every form."""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2

from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.local.postgres import Postgres
from shared.security import Principal, issue_token
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS
from tests.support import canaries
from tests.support.addresses import templates
from tests.support.apps import NO_TLS
from tests.support.canaries import canary
from tests.support.local_run import LocalRun
from tests.support.matrix import NAMES, SESSION
from tests.support.openapi import TextField, text_fields
from tests.support.page_forms import PageForm, forms_of
from tests.support.routes import applications, declared
from tests.support.waiting import eventually

AT_ONCE = 16
ROLES = (Role.COUNSELLOR, Role.TRAINER, Role.ADMIN, Role.COORDINATOR)
SERVICES = ("registration", "counselling", "reporting")
LEAVING = ("/abmelden", "/sitzungen", "/anmelden")
# Code and name of a unit of the structure register, title of a run (class A): these leave, which shows that a canary
# would be found.
PUBLIC = {("/api/v1/structure/{structure_id}", name) for name in ("code", "name")}
PUBLIC |= {("/api/v1/runs/{run_id}", "public_title")}
# What a browser or a caller sends along: it is nobody's record, and travels no further either.
ALONG = {
    "traceparent": "00-7a716b616e61726965000000000000ff-7a716b616e617269-01",  # "zqkanarie" in hexadecimal digits
    "tracestate": f"iq={canary('tracestate')}",
    "baggage": f"person={canary('baggage')}",
    "x-request-id": canary("request"),
    "user-agent": canary("agent"),
}


@dataclass
class Walk:
    """Someone who types; `answers` counts what the answers were, `persons` are the ids of the persons recorded.

    `public` are the canaries typed where one names what everybody may know.
    """

    run: LocalRun
    persons: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    public: set[str] = field(default_factory=set)

    def client(self, address: str, headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
        """A client of an address that sends canaries along."""
        more = ALONG | (headers or {})
        return httpx2.AsyncClient(base_url=address, headers=more, timeout=30, trust_env=False, verify=NO_TLS)

    async def send(self, client: httpx2.AsyncClient, method: str, path: str, **more: Any) -> httpx2.Response:
        """One request, counted. Fails when it is answered 500."""
        answer = await client.request(method, path, **more)
        self.answers[answer.status_code] += 1
        assert answer.status_code != 500, (method, path, answer.text)
        return answer

    async def as_role(self, role: Role) -> httpx2.AsyncClient:
        """A client of the gateway's JSON API with the rights of a role."""
        account = self.run.account("rp", role)
        client = self.client(account["gateway"])
        form = {"username": account["username"], "password": account["password"]}
        token = (await self.send(client, "POST", "/api/v1/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def service(self, name: str, role: Role) -> httpx2.AsyncClient:
        """A client of a service itself."""
        return self.client(self.run.ports.url("rp", name), {"Authorization": self._bearer(role)})

    def _bearer(self, role: Role) -> str:
        carrier = self.run.account("rp", Role.COUNSELLOR)["carrier_id"]
        who = Principal("canary", role, "rp", (carrier,))
        return f"Bearer {issue_token(who, Keys.load(Paths(self.run.folder)).signing('rp'), 'services', 600)}"

    async def record_persons(self, number: int) -> None:
        """Persons through registration's API; a tenth through the gateway's, with sessions, some of them withdrawn."""
        left = iter(range(number))
        async with contextlib.aclosing(await self.as_role(Role.COUNSELLOR)) as gateway:
            async with self.service("registration", Role.COUNSELLOR) as register:
                await asyncio.gather(*(self._record(gateway, register, left) for _ in range(AT_ONCE)))
            await self.send(gateway, "GET", "/api/v1/persons", params={"q": canary("search")})

    async def _record(self, gateway: httpx2.AsyncClient, register: httpx2.AsyncClient, left: Iterator[int]) -> None:
        for number in left:
            key, session = str(uuid4()), str(uuid4())
            client = register if number % 10 else gateway
            await self._put(client, f"/api/v1/persons/{key}", canaries.person())
            self.persons.append(key)
            if client is gateway:
                await self._put(gateway, f"/api/v1/sessions/{session}", SESSION | {"person_id": key})
            if number % 50 == 0:
                why = {"reason": canary("reason")}
                await self.send(gateway, "POST", f"/api/v1/sessions/{session}/withdraw", json=why)

    async def _put(self, client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
        answer = await self.send(client, "PUT", path, json=body)
        assert answer.status_code == 200, answer.text

    async def fail_to_save(self) -> None:
        """A database that refuses a good row, as no test of ours foresaw: the server quotes the row."""
        with Postgres(self.run.folder / "postgres").connect("rp_registration") as owner:
            owner.execute("ALTER TABLE person ADD CONSTRAINT broken CHECK (revision < 0) NOT VALID")
            async with self.service("registration", Role.COUNSELLOR) as client:
                answer = await client.put(f"/api/v1/persons/{uuid4()}", json=canaries.person())
            owner.execute("ALTER TABLE person DROP CONSTRAINT broken")
        assert answer.status_code == 500, answer.text
        assert not canaries.finds(answer.content)

    async def import_files(self, sessions: int) -> None:
        """Every kind of import: a file that is accepted and one that is refused cell by cell."""
        for role, kinds in ((Role.ADMIN, canaries.KINDS), (Role.COORDINATOR, canaries.OF_THE_NETWORK)):
            async with contextlib.aclosing(await self.as_role(role)) as client:
                for kind in kinds:
                    rows = sessions if kind == "sessions" else 20
                    told = await self._import(client, kind, canaries.file_of(kind, rows))
                    assert told["accepted"] == rows, (kind, told)
                    told = await self._import(client, kind, canaries.refused_file(list(canaries.ROWS[kind])))
                    assert told["rejected"] == 20, (kind, told)

    async def _import(self, client: httpx2.AsyncClient, kind: str, content: bytes) -> dict[str, Any]:
        head, query = {"Content-Type": "text/csv"}, {"strict": "1", "origin": "synthetic"}
        sent = await self.send(client, "POST", f"/api/v1/imports/{kind}", content=content, headers=head, params=query)
        assert sent.status_code == 202, (kind, sent.text)
        address = sent.json()["status_url"]

        async def ended() -> dict[str, Any]:
            found = dict((await self.send(client, "GET", address)).json())
            return found if found["state"] != "running" else {}

        told: dict[str, Any] = await eventually(ended, 20)
        await self.send(client, "GET", f"{address}/errors")
        return told

    async def try_apis(self) -> int:
        """A canary in every text field of every operation of every service; how many fields there are."""
        tried = 0
        for name in SERVICES:
            roles = dict(_roles(name))
            async with self.service(name, Role.COUNSELLOR) as client:
                document = (await self.send(client, "GET", "/openapi.json")).json()
                fields = [field for field in text_fields(document) if (field.method, field.path) in roles]
                for one in fields:
                    client.headers["Authorization"] = self._bearer(roles[one.method, one.path])
                    await self._try(client, one)
                tried += len(fields)
        return tried

    async def _try(self, client: httpx2.AsyncClient, one: TextField) -> None:
        bird = canary(one.name)
        if (one.path, one.name) in PUBLIC:
            self.public.add(bird)
        values = NAMES | {name: str(uuid4()) for name in re.findall(r"{(\w+)}", one.path)} | {"kind": "sessions"}
        if one.place == "path":
            values[one.name] = bird
        path = one.path.format(**{name: quote(value, safe="") for name, value in values.items()})
        body = one.body | {one.name: bird} if one.place == "body" else one.body
        await self.send(client, one.method, path, json=body, params={one.name: bird} if one.place == "query" else None)

    async def fill_forms(self) -> int:
        """A canary in every text field of every form of every page, by one who may; how many forms were sent."""
        sent: set[tuple[str, str]] = set()
        for role in ROLES:
            account = self.run.account("rp", role)
            async with self.client(account["gateway"]) as client:
                await self.send(client, "POST", "/anmelden", data={"username": canary("username"), "password": BAD})
                form = {"username": account["username"], "password": account["password"], "weiter": "/impressum"}
                await self.send(client, "POST", "/anmelden", data=form)
                for path, found in await self._forms(client, role):
                    if (found.method, found.action or path) not in sent:
                        await self._fill(client, path, found)
                        sent.add((found.method, found.action or path))
        return len(sent)

    async def _forms(self, client: httpx2.AsyncClient, role: Role) -> list[tuple[str, PageForm]]:
        found: list[tuple[str, PageForm]] = []
        for path, permission in templates("rp"):
            if path in self.seen or "{" in path or (permission and role not in PERMISSIONS[permission]):
                continue
            self.seen.add(path)
            page = await self.send(client, "GET", path)
            if "html" in page.headers.get("content-type", ""):
                found += [(path, form) for form in forms_of(page.text) if form.texts]
        return [(path, form) for path, form in found if not form.action.startswith(LEAVING)]

    async def _fill(self, client: httpx2.AsyncClient, path: str, form: PageForm) -> None:
        """Send it with its own hidden values, and then with canaries for those too."""
        good = {name: canaries.typed(name) for name in form.texts if not form.values[name] or name == "date"}
        for values in (good, {name: canary(name) for name in form.texts}):
            place: dict[str, Any] = {"params" if form.method == "GET" else "data": form.values | values}
            await self.send(client, form.method, form.action or path, **place)


BAD = canary("password")


def _roles(service: str) -> Iterator[tuple[tuple[str, str], Role]]:
    """A role that may use each operation of a service."""
    for route in declared(applications()[f"rp.{service}"]):
        if route.permission:
            role = Role.ADMIN if "/imports/" in route.path else next(iter(PERMISSIONS[route.permission]))
            yield (route.method, route.path), Role(role)
