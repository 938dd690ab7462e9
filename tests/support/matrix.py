"""Role × route × owner: what each cell must answer by the table of permissions, asked of the real services."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from shared.clock import today
from shared.security import Principal, allowed, issue_token
from shared.topology import CENTRE
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS, Scope
from tests.support.bodies import BODIES, RECORDS, SESSION
from tests.support.routes import PUBLIC, UNSAFE, Declared, declared
from tests.support.waiting import eventually

CARRIER, OTHER_CARRIER = uuid4(), uuid4()
OFFICE, OTHER_OFFICE = uuid4(), uuid4()
ME = "me"


class Asker(NamedTuple):
    """Someone as seen from the records of `ME` at `CARRIER`."""

    name: str
    subject: str
    carrier: UUID
    office: UUID
    network: str = ""

    def principal(self, role: Role, network: str) -> Principal:
        """Her with a role."""
        return Principal(self.subject, role, self.network or network, (self.carrier,), self.office)


ASKERS = (
    Asker("own", ME, CARRIER, OFFICE),
    Asker("colleague", "colleague", CARRIER, OFFICE),
    Asker("other office", "in town", CARRIER, OTHER_OFFICE),
    Asker("other carrier", "stranger", OTHER_CARRIER, uuid4()),
    Asker("other network", ME, CARRIER, OFFICE, "sn"),
)

# Parameters that name nobody's record: any value will do.
NAMES = {
    "kind": "sessions",
    "form": "session",
    "region": "rp",
    "table_id": "x",
    "number": "1",
    "parked_id": "1",
    "action": "discard",
    "rule": "IKO-07",
}
NAMES |= {name: str(uuid4()) for name in ("edition_id", "structure_id", "step_id", "document_id", "handover_id")}
NAMES |= {name: str(uuid4()) for name in ("body_id", "office_id", "proposal_id", "project_id", "certificate_id")}
NAMES |= {"feedback_id": str(uuid4()), "follow_up_id": str(uuid4())}
READ_BY_COLLEAGUES = {"case_id"}
"""Records that colleagues see and only their writer changes: they are told so."""
# Forgets an account's own draft of that id, if there is one; another account's stays (tests of drafts).
REPEATABLE = {("DELETE", "/api/v1/drafts/{form}/{draft_id}")}
# Asked for by somebody who may, of an appointment without a time, or cancelled before; of a case that is alone in its
# place; of a run that has a registration and is still open; of a registration that was withdrawn: refused,
# and so it was reached.
TOO_LATE = {("POST", "/api/v1/appointments/{appointment_id}/no-show")}
TOO_LATE |= {("POST", f"/api/v1/runs/{{run_id}}/{act}") for act in ("withdraw", "decide", "complete")}
TOO_LATE |= {("POST", "/api/v1/runs/{run_id}/registrations/{registration_id}/move")}
TOO_LATE |= {("POST", "/api/v1/cases/{case_id}/sensitive/examination")}
# Of a run without a certificate.
TOO_LATE |= {("POST", "/api/v1/runs/{run_id}/certificates/print")}
TOO_LATE |= {("PUT", "/api/v1/runs/{run_id}/meetings/{run_meeting_id}/attendance")}


class Cell(NamedTuple):
    """One question: a route, a role, who asks, and the permission that decides (of a kind of import its own)."""

    route: Declared
    role: Role
    asker: Asker
    permission: str


@dataclass
class Service:
    """A started service with records of ME; requests go to the application itself."""

    app: FastAPI
    audience: str = "services"
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transport = httpx2.ASGITransport(app=self.app)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://test", trust_env=False)
        self.settings = self.app.state.settings

    async def send(self, who: Principal, method: str, path: str, body: Any = None) -> httpx2.Response:
        """One request with a fresh token."""
        token = issue_token(who, self.settings.signing_key.get_secret_value(), self.audience, 60)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, path, json=body, headers=headers)

    async def upload(self, who: Principal, kind: str, content: bytes) -> str:
        """Send a list in; where it can be followed."""
        token = issue_token(who, self.settings.signing_key.get_secret_value(), self.audience, 60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
        answer = await self.client.post(f"/api/v1/imports/{kind}?strict=1", content=content, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["status_url"]).removeprefix("http://test")

    async def finished(self, who: Principal, path: str) -> dict[str, Any]:
        """The status of an import when it has ended."""

        async def ended() -> dict[str, Any]:
            found: dict[str, Any] = (await self.send(who, "GET", path)).json()
            return found if found["state"] in ("done", "failed") else {}

        return await eventually(ended, 20)

    async def prepare(self) -> None:
        """Make the records of ME that this service knows."""
        paths = {route.path for route in declared(self.app)}
        for key, (role, name, body) in RECORDS.items():
            if f"/api/v1/{name}/{{{key}}}" in paths:
                self.ids[key] = str(uuid4())
                await self.renew(key, role, name, body)
                await self._find_case(key)
        if advancing := getattr(self.app.state, "advancing", None):
            await advancing.work()  # what time asks of the run is done, and writes nothing later

    async def _find_case(self, key: str) -> None:
        """The case that a session has opened; what comes after lies below it."""
        if key == "session_id":
            who = ASKERS[0].principal(Role.COUNSELLOR, self.settings.network)
            self.ids["case_id"] = (await self.send(who, "GET", "/api/v1/cases")).json()["items"][0]["case_id"]
            self.ids["person_id"] = SESSION["person_id"]
            await self.refer(who)

    async def refer(self, who: Principal) -> None:
        """A consent in the case, a transfer and a referral under it."""
        body, case, day = f"/api/v1/bodies/{uuid4()}", f"/api/v1/cases/{self.ids['case_id']}", f"{today()}"
        to = {"body_id": body.rpartition("/")[2]}
        paper = {"purposes": ["referral"], "signed_on": day, "valid_until": day}
        for key, path, content in (
            ("", body, {"kind": "lawyer", "name": "Kanzlei am Markt"}),
            ("consent_id", f"{case}/consents", to | paper),
            ("transfer_id", f"{case}/transfers", to | {"purpose": "referral", "kind": "conversation", "agreed": True}),
            ("referral_id", f"{case}/referrals", to | {"date": day, "named": True, "agreed": True}),
        ):
            self.ids |= {key: str(uuid4())} if key else {}
            answer = await self.send(who, "PUT", f"{path}/{self.ids[key]}" if key else path, content)
            assert answer.status_code == 200, answer.text

    async def renew(self, key: str, role: Role, name: str, body: dict[str, Any]) -> None:
        """Make a record, again if it was deleted."""
        central = self.settings.network == CENTRE
        who = ASKERS[0].principal(Role.COORDINATION if central else role, self.settings.network)
        answer = await self.send(who, "PUT", f"/api/v1/{name.format(**NAMES | self.ids)}/{self.ids[key]}", body)
        assert answer.status_code == 200, answer.text

    def cells(self) -> Iterator[Cell]:
        """Every cell of the matrix; each kind of import is a route of its own."""
        imports = getattr(self.app.state, "imports", None)
        kinds = {name: kind.permission for name, (kind, _) in imports.kinds.items()} if imports else {}
        for route in declared(self.app):
            if (route.method, route.path) in PUBLIC:
                continue
            assert route.permission, route
            entries = [(route, route.permission)]
            if "/imports/{kind}" in route.path:
                entries = [(replace_kind(route, kind), permission) for kind, permission in kinds.items()]
            for entry, permission in entries:
                yield from (Cell(entry, role, asker, permission) for role in Role for asker in reversed(ASKERS))

    async def ask(self, cell: Cell) -> httpx2.Response:
        """The answer to a cell. Fails for a parameter nobody has told a record of: add it to RECORDS."""
        for key in self.ids if cell.route.method == "DELETE" else ():
            if f"{{{key}}}" in cell.route.path:
                await self.renew(key, *RECORDS[key])
        known = NAMES | {"job_id": str(uuid4())} | self.ids
        unknown = set(re.findall(r"{(\w+)}", cell.route.path)) - set(known)
        assert not unknown, f"{cell.route.path}: add a record for {unknown} to tests/support/matrix.py"
        body = BODIES.get((cell.route.method, cell.route.path), {}) if cell.route.method in UNSAFE else None
        who = cell.asker.principal(cell.role, self.settings.network)
        return await self.send(who, cell.route.method, cell.route.path.format(**known), body)

    def expected(self, cell: Cell) -> set[int]:
        """What the table of permissions says about a cell; empty: anything but a refusal of rights or a failure."""
        who = cell.asker.principal(cell.role, self.settings.network)
        if who.region != self.settings.network:
            return {401}
        if not allowed(who, cell.permission):
            return {403}
        scope = PERMISSIONS[cell.permission][cell.role]
        own = [name for name in self.ids if f"{{{name}}}" in cell.route.path]
        if not own:
            return set()
        reached = {Scope.OWN: who.subject == ME, Scope.CARRIER: who.carriers == (CARRIER,)}.get(scope, True)
        if reached:
            late = (cell.route.method, cell.route.path) in TOO_LATE
            return {409} if late else {200, 204} if self._whole(cell.route) else {200, 204, 422}
        if (cell.route.method, cell.route.path) in REPEATABLE:
            return {204}
        refused = 403 if who.carriers == (CARRIER,) and READ_BY_COLLEAGUES & set(own) else 404
        return {refused} if self._whole(cell.route) else {refused, 422}

    def _whole(self, route: Declared) -> bool:
        """Whether the body is one that is accepted."""
        return route.method not in UNSAFE or route.method == "DELETE" or (route.method, route.path) in BODIES


def replace_kind(route: Declared, kind: str) -> Declared:
    """The route of one kind of import."""
    return route._replace(path=route.path.replace("{kind}", kind))
