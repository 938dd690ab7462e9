"""Calls to the services of the network, each with a fresh internal token of the one who asks."""

import logging
from collections.abc import AsyncIterator, Mapping
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx2

from services.gateway.languages import _
from services.gateway.settings import GatewaySettings
from shared.logs import PASSED_ON, named
from shared.problems import FieldProblem, Problem
from shared.security import Principal, issue_token
from shared.vocabulary.refusals import SERVICE_AWAY

log = logging.getLogger(__name__)

INTERNAL_SECONDS = 120
IDLE_SECONDS = 5
"""Shorter than a service that is told to end goes on serving: no connection is used again while it closes."""


@cache
def _trusted() -> SSLContext:
    """The certificates a client trusts by default, read once per process: reading takes longer than a request."""
    return httpx2.create_ssl_context(trust_env=False)


class ServiceProblem(Problem):
    """What a service refused, in German; problems of the gateway itself speak the language of the page."""


class Upstreams:
    """The services by name: `registration`, `counselling`, `reporting`."""

    def __init__(self, settings: GatewaySettings, base_url: str) -> None:
        self.key = settings.signing_key.get_secret_value()
        self.base_url = base_url
        urls = {
            "registration": settings.registration_url,
            "counselling": settings.counselling_url,
            "reporting": settings.reporting_url,
        }
        self.urls = {name: url for name, url in urls.items() if url}
        limits = httpx2.Limits(keepalive_expiry=IDLE_SECONDS)
        timeout = httpx2.Timeout(30.0, connect=2.0)
        self.client = httpx2.AsyncClient(timeout=timeout, limits=limits, trust_env=False, verify=_trusted())

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    async def send(
        self,
        principal: Principal,
        service: str,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        content: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request; the answer as it is. Raises Problem 404 without such a service, 503 when it is away."""
        if service not in self.urls:
            raise Problem(404, _("Diesen Dienst gibt es hier nicht."))
        token = issue_token(principal, self.key, "services", INTERNAL_SECONDS)
        own = {"Authorization": f"Bearer {token}", "X-IQ-Base-Url": self.base_url}
        sent = {**own, **PASSED_ON.get({}), **(headers or {})}
        request = self.client.build_request(
            method, self.urls[service] + path, params=params, json=json, content=content, headers=sent
        )
        try:
            return await self.client.send(request)
        except httpx2.TransportError as error:
            log.warning("%s away", service, extra={"fields": {"error": named(error)}})
            raise Problem(503, _(SERVICE_AWAY)) from error

    async def document(self, service: str) -> dict[str, Any]:
        """The OpenAPI document of a service; empty when it is away."""
        try:
            found: dict[str, Any] = (await self.client.get(f"{self.urls[service]}/openapi.json")).json()
        except (httpx2.TransportError, ValueError):
            return {}
        return found

    async def call(self, principal: Principal, service: str, method: str, path: str, **body: Any) -> Any:
        """One request; its JSON. Raises the service's own Problem when it refuses."""
        answer = await self.send(principal, service, method, path, **body)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise problem_of(answer)


def problem_of(answer: httpx2.Response) -> Problem:
    """The problem document of a refusal; a failure of the service itself becomes 503."""
    if answer.status_code >= 500:
        return Problem(503, _(SERVICE_AWAY))
    try:
        document = answer.json()
        errors = [FieldProblem(**error) for error in document.get("errors", [])]
        return ServiceProblem(answer.status_code, str(document["detail"]), errors)
    except (ValueError, KeyError, TypeError):
        return Problem(answer.status_code, _("Die Anfrage wurde abgelehnt."))
