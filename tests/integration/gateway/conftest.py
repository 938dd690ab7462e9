"""A gateway on a real database, with the real registration behind it and counselling away."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import nats
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from deploy.streams import hub_plan, region_plan
from services.counselling.app import create_app as create_counselling
from services.gateway import accounts as accounts_module
from services.gateway.app import create_app
from services.gateway.pages import live
from services.gateway.settings import GatewaySettings
from services.registration.app import create_app as create_registration
from shared.settings import Settings
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.support.apps import lone_settings, serving
from tests.support.federation import Federation
from tests.support.provider import Provider
from tests.support.servers import NatsServer, free_port

PASSWORD = "correct horse battery staple"
ROLES = ("counsellor", "trainer", "admin", "coordinator")
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOBODY = QUICK.hash("no account has this password")
CENTRE_ROLES = ("coordination", "reader", "jury", "operations")


@dataclass
class Gateway:
    """A served gateway: `client` follows no redirect and keeps its cookies; `behind` are its services by name."""

    client: httpx2.AsyncClient
    app: FastAPI
    behind: dict[str, FastAPI] = field(default_factory=dict)

    async def token(self, role: str, **more: str) -> str:
        """A bearer token of the account with a role."""
        form = {"username": role, "password": PASSWORD} | more
        answer = await self.client.post("/api/v1/token", data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def as_role(self, role: str) -> dict[str, str]:
        """Headers of someone with a role."""
        return {"Authorization": f"Bearer {await self.token(role)}"}

    async def sign_in(self, role: str) -> httpx2.Response:
        """Sign in as in a browser; the cookie stays with the client."""
        form = {"username": role, "password": PASSWORD, "weiter": "/impressum"}
        return await self.client.post("/anmelden", data=form)


def csrf_of(page: httpx2.Response) -> str:
    """The token in a page's form."""
    return page.text.split('name="csrf" value="')[1].split('"')[0]


def accounts(folder: Path, region: str, roles: tuple[str, ...]) -> Path:
    """An accounts file with an account per role, its name the role's, and in a network a second who counsels."""
    carrier = str(uuid4()) if region != "de" else None
    common = {"gateway": "", "region": region, "carrier_id": carrier, "office_id": None, "password": PASSWORD}
    file = folder / "accounts.json"
    found = [common | {"role": role, "username": role} for role in roles]
    found += [common | {"role": "counsellor", "username": "colleague"}] if region != "de" else []
    file.write_text(json.dumps(found), encoding="utf-8")
    return file


def settings(network: str, database_url: str, folder: Path, **more: Any) -> GatewaySettings:
    """Settings of a gateway whose services are away, unless `more` says where they are."""
    away = f"http://127.0.0.1:{free_port()}"
    values: dict[str, Any] = {
        "env": "test",
        "network": network,
        "database_url": database_url,
        "signing_key": "k" * 32,
        "port": free_port(),
        "reporting_url": away,
        "accounts_file": accounts(folder, network, CENTRE_ROLES if network == "de" else ROLES),
        "synthetic": True,
    }
    if network != "de":
        values |= {"registration_url": away, "counselling_url": away}
    return GatewaySettings(**(values | more))


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed quickly: each start hashes four. How slowly is a unit test's question."""
    monkeypatch.setattr(accounts_module, "HASHER", QUICK)
    monkeypatch.setattr(accounts_module, "NOBODY", NOBODY)


@contextlib.asynccontextmanager
async def served(asked: GatewaySettings) -> AsyncIterator[Gateway]:
    """Serve a gateway."""
    app = create_app(asked)
    async with serving(app, asked.port) as client:
        yield Gateway(client, app)


async def alone(code: str, database: MakeDatabase, broker: NatsServer) -> Settings:
    """Settings of a reporting on a broker of its own."""
    client = await nats.connect(broker.url)
    for stream, consumers in region_plan(code) if code != CENTRE else hub_plan(["rp", "sn"]):
        await client.jetstream().add_stream(stream)
        for consumer in consumers:
            await client.jetstream().add_consumer(str(stream.name), consumer)
    await client.close()
    return lone_settings(code, database("reporting"), broker.url, synthetic=True)


@pytest.fixture
async def gateway(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of rp; its services are away."""
    async with served(settings("rp", database("gateway"), tmp_path)) as found:
        yield found


@pytest.fixture
async def network(federation: Federation, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of rp with the real registration; counselling and reporting are away."""
    registration = create_registration(federation.settings("rp", database("registration")))
    behind = registration.state.settings
    url = f"http://127.0.0.1:{behind.port}"
    asked = settings("rp", database("gateway"), tmp_path, signing_key=behind.signing_key, registration_url=url)
    async with serving(registration, behind.port), served(asked) as found:
        found.behind = {"registration": registration}
        yield found


@pytest.fixture
async def whole(federation: Federation, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of rp with its recording services."""
    async with contextlib.AsyncExitStack() as stack:
        urls: dict[str, Any] = {}
        behind: dict[str, FastAPI] = {}
        for name, create in (("registration", create_registration), ("counselling", create_counselling)):
            app = behind[name] = create(federation.settings("rp", database(name)))
            told = app.state.settings
            await stack.enter_async_context(serving(app, told.port))
            urls |= {f"{name}_url": f"http://127.0.0.1:{told.port}", "signing_key": told.signing_key}
        found = await stack.enter_async_context(served(settings("rp", database("gateway"), tmp_path, **urls)))
        found.behind = behind
        yield found


@pytest.fixture
async def centre(database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """The gateway of the centre; its reporting is away."""
    folder = tmp_path_factory.mktemp("centre")
    async with served(settings("de", database("gateway"), folder)) as found:
        yield found


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """An OpenID provider of its own process."""
    found = Provider(tmp_path_factory.mktemp("provider"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams of news end at once, for tests that ask every address."""
    monkeypatch.setattr(live, "STREAM_SECONDS", 0.0)
