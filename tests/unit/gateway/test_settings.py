"""How a gateway may be set up: local accounts on loopback only, the provider completely, cookies by address."""

from pathlib import Path
from typing import Any

import pytest

from services.gateway.app import headers_of
from services.gateway.settings import GatewaySettings
from services.gateway.upstreams import IDLE_SECONDS

OIDC = {
    "auth_mode": "oidc",
    "oidc_issuer": "https://anmeldung.example/realms/iq-verbund",
    "oidc_client_id": "iq-gateway-rp",
    "public_url": "https://rp.example",
}


def settings(**more: Any) -> GatewaySettings:
    values: dict[str, Any] = {"env": "test", "network": "rp", "signing_key": "k" * 32, "reporting_url": "http://x"}
    return GatewaySettings(**(values | {"database_url": "postgresql+psycopg://x"} | more))


@pytest.mark.parametrize("more", [{"env": "prod"}, {"host": "0.0.0.0"}, {"host": "127evil.example"}])
def test_local_accounts_are_refused_in_production_and_beyond_loopback(more: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        settings(accounts_file=tmp_path / "accounts.json", **more)
    with pytest.raises(ValueError, match="loopback"):
        settings(**more)


@pytest.mark.parametrize("missing", ["oidc_issuer", "oidc_client_id", "public_url"])
def test_a_provider_is_named_completely(missing: str) -> None:
    with pytest.raises(ValueError, match="needs IQ_OIDC_ISSUER"):
        settings(**(OIDC | {missing: ""}))


def test_a_provider_and_local_accounts_exclude_one_another(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="IQ_AUTH_MODE=local"):
        settings(accounts_file=tmp_path / "accounts.json", **OIDC)


@pytest.mark.parametrize("plain", ["oidc_issuer", "public_url"])
def test_production_speaks_tls_only(plain: str) -> None:
    with pytest.raises(ValueError, match="https"):
        settings(env="prod", **(OIDC | {plain: "http://plain.example"}))
    assert settings(env="prod", host="0.0.0.0", **OIDC).secure


def test_the_cookies_name_carries_scope_and_protection() -> None:
    assert settings().cookie == "iq_rp"
    assert settings(**OIDC).cookie == "__Host-iq_rp"
    assert settings(network="de").cookie == "iq_de"


def test_headers_follow_the_way_of_signing_in() -> None:
    local, provider = headers_of(settings()), headers_of(settings(**OIDC))
    assert "form-action 'self';" in local["Content-Security-Policy"]
    assert "form-action 'self' https://anmeldung.example;" in provider["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in local
    assert provider["Strict-Transport-Security"].startswith("max-age=")


def test_no_idle_connection_to_a_service_is_used_while_the_service_closes_it() -> None:
    """A service that ends says so from its second second on; nobody keeps a connection for as long as it serves."""
    assert settings().drain_seconds >= IDLE_SECONDS + 2
