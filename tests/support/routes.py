"""All routes of an application with the permission each declares."""

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount

from services.counselling.app import create_app as create_counselling
from services.gateway.access import SignedIn
from services.gateway.app import create_app as create_gateway
from services.gateway.settings import GatewaySettings
from services.registration.app import create_app as create_registration
from services.reporting.app import create_app as create_reporting
from shared.settings import Settings
from shared.topology import CENTRE

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# What answers without sign-in (contracts §2): sign-in and token, health, API documents, what is published, legal pages.
PUBLIC = {
    ("GET", "/anmelden"),
    ("POST", "/anmelden"),
    ("GET", "/anmelden/start"),
    ("GET", "/anmelden/rueckkehr"),
    ("POST", "/abmelden/rueckkanal"),
    ("POST", "/api/v1/token"),
    ("GET", "/barrierefreiheit"),
    ("GET", "/daten"),
    ("GET", "/daten/katalog.jsonld"),
    ("GET", "/daten/{key}"),
    ("GET", "/daten/schnittstelle"),
    ("GET", "/daten/verzeichnis.json"),
    ("GET", "/daten/{key}.{form}"),
    ("GET", "/daten/{key}/{number}.{form}"),
    ("GET", "/datenschutz"),
    ("GET", "/impressum"),
    ("GET", "/praktisch"),
    ("GET", "/praktisch/{key}"),
    ("GET", "/api/v1/projects"),
    ("GET", "/nachweis"),
    ("GET", "/nachweis/{code}"),
    ("GET", "/termin"),
    ("GET", "/termin/zeiten"),
    ("POST", "/termin/zeiten"),
    ("GET", "/termin/{token}"),
    ("GET", "/termin/{token}/kalender"),
    ("POST", "/termin/{token}/absagen"),
    ("GET", "/anmeldung"),
    ("GET", "/anmeldung/durchgang/{run_id}"),
    ("POST", "/anmeldung/durchgang/{run_id}"),
    ("GET", "/anmeldung/{token}"),
    ("POST", "/anmeldung/{token}/{act}"),
    ("GET", "/kalender/{token}"),
    ("GET", "/leichte-sprache"),
    ("GET", "/rueckmeldung/{token}"),
    ("POST", "/rueckmeldung/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/openapi.json"),
    ("HEAD", "/openapi.json"),
    ("GET", "/asyncapi.json"),
}


class Declared(NamedTuple):
    """A method of a route and the permission it declares."""

    method: str
    path: str
    permission: str | None


def _permissions(dependant: Dependant) -> Iterator[str]:
    """Permissions asked for anywhere in what a route depends on."""
    for needed in dependant.dependencies:
        if isinstance(needed.call, SignedIn):
            yield needed.call.permission
        elif needed.call is not None and getattr(needed.call, "__qualname__", "").startswith("require."):
            yield str(inspect.getclosurevars(needed.call).nonlocals["permission"])
        yield from _permissions(needed)


def _routes(entries: Any) -> Iterator[Any]:
    """All routes, those of included routers too."""
    for entry in entries:
        if hasattr(entry, "original_router"):
            yield from _routes(entry.original_router.routes)
        elif not isinstance(entry, Mount):
            yield entry


def declared(app: FastAPI) -> list[Declared]:
    """Every method of every route."""
    found = []
    for route in _routes(app.routes):
        permission = next(_permissions(route.dependant), None) if isinstance(route, APIRoute) else None
        found += [Declared(method, route.path, permission) for method in sorted(route.methods or ())]
    return found


def applications() -> dict[str, FastAPI]:
    """All applications, built and not started: the services of a network and of the centre, and both gateways."""
    made: dict[str, FastAPI] = {}
    services = {"registration": create_registration, "counselling": create_counselling, "reporting": create_reporting}
    for network in ("rp", CENTRE):
        common: dict[str, Any] = {"env": "test", "network": network, "signing_key": "k" * 32}
        common["database_url"] = "postgresql+psycopg://x"
        for name, create in services.items():
            if network != CENTRE or name == "reporting":
                made[f"{network}.{name}"] = create(Settings(**common))
        made[f"{network}.gateway"] = create_gateway(GatewaySettings(**common, reporting_url="http://x"))
    return made
