"""Every route of the gateway says who may use it (contracts §2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount

from services.gateway.access import SignedIn
from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings

PUBLIC = {
    ("GET", "/anmelden"),
    ("POST", "/anmelden"),
    ("GET", "/barrierefreiheit"),
    ("GET", "/daten"),
    ("GET", "/daten/katalog.jsonld"),
    ("GET", "/daten/{key}"),
    ("GET", "/daten/{key}.{form}"),
    ("GET", "/datenschutz"),
    ("GET", "/healthz"),
    ("GET", "/impressum"),
    ("GET", "/leichte-sprache"),
    ("GET", "/openapi.json"),
    ("GET", "/readyz"),
    ("POST", "/api/v1/token"),
}


def settings(**more: Any) -> GatewaySettings:
    values: dict[str, Any] = {"env": "test", "network": "rp", "signing_key": "k" * 32, "reporting_url": "http://x"}
    return GatewaySettings(**(values | {"database_url": "postgresql+psycopg://x"} | more))


def permissions(dependant: Dependant) -> Iterator[str]:
    """Permissions asked for anywhere in what a route depends on."""
    for needed in dependant.dependencies:
        if isinstance(needed.call, SignedIn):
            yield needed.call.permission
        yield from permissions(needed)


def routes(entries: Any) -> Iterator[APIRoute]:
    """All routes, those of included routers too."""
    for entry in entries:
        if isinstance(entry, APIRoute):
            yield entry
        elif hasattr(entry, "original_router"):
            yield from routes(entry.original_router.routes)
        elif not isinstance(entry, Mount):
            yield from routes(getattr(entry, "routes", []))


def test_every_route_declares_its_permission_or_is_public_on_purpose() -> None:
    found = list(routes(create_app(settings()).routes))
    undeclared = [route for route in found if not list(permissions(route.dependant))]
    assert {(method, route.path) for route in undeclared for method in route.methods or ()} == PUBLIC
    assert len(found) > 40


@pytest.mark.parametrize("more", [{"env": "prod"}, {"host": "0.0.0.0"}])
def test_local_accounts_are_refused_in_production_and_beyond_loopback(more: dict[str, str], tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="loopback"):
        settings(accounts_file=tmp_path / "accounts.json", **more)
