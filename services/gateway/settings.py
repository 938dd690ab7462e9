"""Settings of a gateway."""

from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, model_validator

from shared.settings import Settings
from shared.topology import CENTRE, load_topology

LOOPBACK = frozenset({"localhost", "::1"})


class GatewaySettings(Settings):
    """Settings, and where the services of the network are; the centre has reporting only.

    `auth_mode`: `oidc` signs in at the provider `oidc_issuer` as the client `oidc_client_id`; `local` has the accounts
    of `accounts_file`, on loopback only and never in production. `public_url` is the address that browsers use.
    `folder_key` signs the sheets of MEIN ORDNER (Ed25519, 32 bytes as base64url), `folder_trust_list` is the file of
    all networks' public keys (RFC 7517).
    """

    registration_url: str | None = None
    counselling_url: str | None = None
    reporting_url: str
    auth_mode: Literal["local", "oidc"] = "local"
    accounts_file: Path | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    public_url: str = ""
    folder_key: SecretStr | None = None
    folder_trust_list: Path | None = None
    sealing_key: SecretStr | None = None
    sealing_key_before: SecretStr | None = None

    @property
    def sealing_keys(self) -> tuple[str, ...]:
        """The key that seals drafts (without one the signing key); behind it, while it changes, the one before."""
        now = (self.sealing_key or self.signing_key).get_secret_value()
        return (now, self.sealing_key_before.get_secret_value()) if self.sealing_key_before else (now,)

    @property
    def is_centre(self) -> bool:
        """Whether this is the gateway of the coordination."""
        return self.network == CENTRE

    @property
    def network_name(self) -> str:
        """Display name of the network, or of the centre."""
        return "MUT IQ – Bund" if self.is_centre else load_topology()[self.network].name

    @property
    def base_url(self) -> str:
        """The address that browsers and scripts use, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the session cookie; carries the scope, so that two gateways live in one browser.

        Behind TLS it begins with `__Host-`: no other host and no unencrypted page can have set it (RFC 6265bis 4.1.3).
        """
        return f"__Host-iq_{self.network}" if self.secure else f"iq_{self.network}"

    @model_validator(mode="after")
    def _local_accounts_stay_local(self) -> Self:
        loopback = self.host.startswith("127.") or self.host in LOOPBACK
        if self.auth_mode == "local" and (self.env == "prod" or not loopback):
            raise ValueError("IQ_AUTH_MODE=local is for loopback and never for IQ_ENV=prod; set IQ_AUTH_MODE=oidc")
        return self

    @model_validator(mode="after")
    def _oidc_is_complete(self) -> Self:
        if self.auth_mode == "local":
            return self
        if self.accounts_file is not None:
            raise ValueError("IQ_ACCOUNTS_FILE is for IQ_AUTH_MODE=local")
        if not (self.oidc_issuer and self.oidc_client_id and self.public_url):
            raise ValueError("IQ_AUTH_MODE=oidc needs IQ_OIDC_ISSUER, IQ_OIDC_CLIENT_ID and IQ_PUBLIC_URL")
        if self.env == "prod" and not (self.secure and self.oidc_issuer.startswith("https://")):
            raise ValueError("IQ_PUBLIC_URL and IQ_OIDC_ISSUER begin with https:// when IQ_ENV=prod")
        return self
