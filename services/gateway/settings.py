"""Settings of a gateway."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from shared.settings import Settings
from shared.topology import CENTRE, load_topology


class GatewaySettings(Settings):
    """Settings, and where the services of the network are; the centre has reporting only.

    `accounts_file` holds the local accounts; they exist on loopback only and never in production.
    """

    registration_url: str | None = None
    counselling_url: str | None = None
    reporting_url: str
    accounts_file: Path | None = None

    @property
    def is_centre(self) -> bool:
        """Whether this is the gateway of the coordination."""
        return self.network == CENTRE

    @property
    def network_name(self) -> str:
        """Display name of the network, or of the centre."""
        return "MUT IQ – Bund" if self.is_centre else load_topology()[self.network].name

    @property
    def cookie(self) -> str:
        """Name of the session cookie; carries the scope, so that two gateways live in one browser."""
        return f"iq_{self.network}" if self.env != "prod" else f"__Host-iq_{self.network}"

    @model_validator(mode="after")
    def _local_accounts_stay_local(self) -> Self:
        if self.accounts_file is not None and (self.env == "prod" or not self.host.startswith("127.")):
            raise ValueError("local accounts (IQ_ACCOUNTS_FILE) are for loopback and never for IQ_ENV=prod")
        return self
