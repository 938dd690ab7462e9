"""Settings of a process, from environment variables `IQ_*`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every service process is told at its start.

    `nats_seed` is the nkey seed of this service in account APP (HUB at the centre); `uplink_seed` the one in account
    UPLINK (none at the centre; a gateway has neither, as it meets no broker). `signing_key` (32 characters or more) is
    the same for all services of a network. `drain_seconds`: how long it still serves after SIGTERM; longer than the
    gateway keeps an idle connection and a cluster sends new ones, and with 15 more within the grace period. `otlp_url`
    is the full address of an OTLP/HTTP receiver of traces, which is sent `trace_share` of all requests.
    """

    model_config = SettingsConfigDict(env_prefix="IQ_", hide_input_in_errors=True)

    env: Literal["local", "test", "prod"] = "prod"
    network: str
    database_url: str
    signing_key: SecretStr
    nats_url: str = "nats://127.0.0.1:4222"
    nats_seed: SecretStr | None = None
    uplink_seed: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    metrics_port: int | None = None
    drain_seconds: float = 7.0
    heartbeat_seconds: float = 30.0
    watchdog_seconds: float = 30.0
    batch_size: int = 500
    batch_wait_seconds: float = 0.1
    synthetic: bool = False
    otlp_url: str = ""
    trace_share: float = Field(1.0, ge=0, le=1)
