"""Secrets of a local run: made once at random, kept in one file of mode 0600, never in the project."""

import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import nkeys

from deploy.local.paths import Paths, read_json, write_json


@dataclass(slots=True)
class Keys:
    """Named secrets: nkey seeds of broker users and signing keys of networks."""

    paths: Paths
    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, paths: Paths) -> "Keys":
        """The secrets made so far."""
        return cls(paths, read_json(paths.keys, {}))

    def save(self) -> None:
        """Keep what was made."""
        write_json(self.paths.keys, self.values)

    def seed(self, name: str) -> str:
        """Nkey seed of a broker user, e.g. `hub.admin`, `rp.services`."""
        if name not in self.values:
            self.values[name] = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode()
        return self.values[name]

    def public(self, name: str) -> str:
        """Public nkey of a broker user; of one that lives elsewhere it is all that is known."""
        if self.values.get(name, "").startswith("U"):
            return self.values[name]
        return str(nkeys.from_seed(self.seed(name).encode()).public_key.decode())

    def signing(self, network: str) -> str:
        """Key with which a network's services sign and check tokens."""
        return self.values.setdefault(f"{network}.signing", secrets.token_urlsafe(48))

    def sealing(self, network: str) -> tuple[str, ...]:
        """Key that seals a network's confidential data; behind it, while it changes, the one before (`life.resealing`).

        Until it was changed for the first time it is the signing key.
        """
        now = self.values.get(f"{network}.sealing") or self.signing(network)
        before = self.values.get(f"{network}.sealing_before")
        return (now, before) if before else (now,)

    def folder(self, network: str) -> str:
        """Key with which a network signs the sheets that people carry (Ed25519, 32 bytes as base64url)."""
        made = urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        return self.values.setdefault(f"{network}.folder", made)
