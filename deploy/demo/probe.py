"""One session through a network to the nation, as the first sign of life after an installation or a join.

`python -m deploy.demo.probe record sn` saves it as a counsellor of the network; `… arrived sn 1` waits until the centre
counts so many of it. Both work on the state that `IQ_LOCAL_DIR` names, on made-up data.
"""

import sys
from uuid import uuid4

from deploy.demo.client import Gateway, wait_until
from deploy.demo.seed import account_of
from deploy.local.added import use_topology
from deploy.local.paths import Paths
from shared import clock
from shared.topology import CENTRE
from shared.vocabulary import Role

ARRIVAL_SECONDS = 60.0
FIGURES = "/api/v1/figures?indicator=counselling_sessions&by=region"


def record(network: str) -> str:
    """Save a session in a network. Returns what was saved; raises HTTPStatusError when it is refused."""
    body = {"date": clock.today().isoformat(), "programme_line": "recognition_counselling", "channel": "phone"}
    session = uuid4()
    with Gateway(account_of(Paths.from_environment(), network, Role.COUNSELLOR)) as gateway:
        gateway.request("PUT", f"/api/v1/sessions/{session}", json=body)
    return f"{network}: Beratung {session} ist gespeichert."


def arrived(network: str, count: int) -> str:
    """Wait until the centre counts so many sessions of a network. Raises TimeoutError."""
    with Gateway(account_of(Paths.from_environment(), CENTRE, Role.COORDINATION)) as gateway:

        def counted() -> int:
            rows = gateway.request("GET", FIGURES).json()["rows"]
            return next((int(row["value"]) for row in rows if row["region"] == network), 0)

        wait_until(f"{count} Beratungen aus {network} beim Bund", lambda: counted() >= count, ARRIVAL_SECONDS)
        return f"Beim Bund gezählte Beratungen aus {network}: {counted()}."


def main() -> None:
    """Do what is asked for; a refusal ends with its words."""
    use_topology(Paths.from_environment())
    match sys.argv[1:]:
        case ["record", network]:
            print(record(network))
        case ["arrived", network, count]:
            print(arrived(network, int(count)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
