"""Standing of networks with the hub: revoked ones, those that change to a new key, those that live elsewhere."""

from dataclasses import asdict, dataclass, field

from deploy.local.paths import Paths, read_json, write_json


@dataclass(slots=True)
class Standing:
    """`revoked` networks have no account at the hub; of `retiring` ones the public key of the old leaf still works.

    Networks that are `away` run on another machine; `hub` is the address of a hub that does, empty where it is here.
    """

    revoked: list[str] = field(default_factory=list)
    retiring: dict[str, str] = field(default_factory=dict)
    away: list[str] = field(default_factory=list)
    hub: str = ""

    @classmethod
    def load(cls, paths: Paths) -> "Standing":
        """As it was left; all in good standing at first."""
        return cls(**read_json(paths.standing, {}))

    def save(self, paths: Paths) -> None:
        """Keep it."""
        write_json(paths.standing, asdict(self))
