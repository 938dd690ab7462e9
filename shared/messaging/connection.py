"""Connections to NATS: they never give up, and a process that cannot go on stops itself."""

import logging
import signal
from typing import Any

import nats
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from pydantic import SecretStr

from shared.messaging import pulling
from shared.settings import Settings
from shared.telemetry import NATS_ERRORS

log = logging.getLogger(__name__)

# 60 tries (the default) would end in a client that is closed for ever and a consumer that spins.
FOREVER = -1
RECONNECT_SECONDS = 1


def stop_process(reason: str) -> None:
    """End this process in an orderly way, so that its supervisor starts a healthy one."""
    log.critical("stopping: %s", reason)
    signal.raise_signal(signal.SIGTERM)


def inbox_prefix(settings: Settings, service: str, *, uplink: bool = False) -> str:
    """Where a process gets its answers: inboxes that its user alone may read (deploy/topology.toml)."""
    user = f"{settings.network}_{service.partition('.')[0]}"
    return f"_INBOX_{user}_uplink" if uplink else f"_INBOX_{user}"


def make_broker(settings: Settings, service: str, *, uplink: bool = False) -> NatsBroker:
    """FastStream broker for the handlers of a service, in account APP or UPLINK; not yet connected."""
    pulling.install()
    key = _plain(settings.uplink_seed if uplink else settings.nats_seed)

    return NatsBroker(
        settings.nats_url,
        name=f"{settings.network}.{service}",
        security=NatsNKey.from_seed(key) if key else None,
        **_lasting(settings, service, uplink=uplink),
        logger=logging.getLogger("faststream"),  # set to warnings: a line per message would be noise
        graceful_timeout=10,
    )


async def connect_uplink(settings: Settings, service: str) -> Client:
    """Client in account UPLINK: it may publish `up.>` and `hb.>` and nothing else (federation by leaf)."""
    name, seed = f"{settings.network}.{service}.uplink", _plain(settings.uplink_seed)
    return await nats.connect(
        settings.nats_url, name=name, nkeys_seed_str=seed, **_lasting(settings, service, uplink=True)
    )


def _lasting(settings: Settings, service: str, *, uplink: bool) -> dict[str, Any]:
    errors, account = NATS_ERRORS.labels(settings.network, service), "uplink" if uplink else "broker"

    async def on_error(error: Exception) -> None:
        errors.inc()
        log.warning("%s: %s", account, error)

    return {
        "inbox_prefix": inbox_prefix(settings, service, uplink=uplink),
        "max_reconnect_attempts": FOREVER,
        "reconnect_time_wait": RECONNECT_SECONDS,
        "error_cb": on_error,
    }


def _plain(seed: SecretStr | None) -> str | None:
    return seed.get_secret_value() if seed else None
