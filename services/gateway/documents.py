"""The API document of a gateway: its token and what the services document themselves, never a second set of models."""

import json
from typing import Any

from fastapi import APIRouter, Request

from services.gateway.api import RESOURCES

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: Request) -> dict[str, Any]:
    """OpenAPI of everything below `/api/v1`; a service that is away is left out."""
    document: dict[str, Any] = json.loads(json.dumps(request.app.openapi()))
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for service in request.app.state.upstreams.urls:
        found = _named(await request.app.state.upstreams.document(service), service)
        schemas.update(found.get("components", {}).get("schemas", {}))
        document["paths"].update({path: item for path, item in found.get("paths", {}).items() if passed(path)})
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    return document


def passed(path: str) -> bool:
    """Whether the gateway hands a path on."""
    return any(path.removeprefix("/api/v1/").startswith(name) for name in RESOURCES) or "/imports/" in path


def _named(document: dict[str, Any], service: str) -> dict[str, Any]:
    """The document with its service's name before each schema, as two services may use one name."""
    text = json.dumps(document).replace("#/components/schemas/", f"#/components/schemas/{service}_")
    renamed: dict[str, Any] = json.loads(text)
    components = renamed.get("components", {})
    components["schemas"] = {f"{service}_{name}": schema for name, schema in components.get("schemas", {}).items()}
    return renamed
