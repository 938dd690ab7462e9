"""Run the gateway: `python -m services.gateway`.

`python -m services.gateway retention [--apply]` is one run of the retention rules over the network; without `--apply`
it only says what is due.
"""

import asyncio
import sys

from services.gateway.app import create_app
from services.gateway.retention_report import run_retention
from services.gateway.settings import GatewaySettings
from shared.problems import Problem
from shared.serving import serve_one

USAGE = "Aufruf: python -m services.gateway [retention [--apply]]"


def main(arguments: list[str]) -> None:
    """Serve, or run the retention rules and say what came of it."""
    settings = GatewaySettings()
    if not arguments:
        serve_one(create_app(settings), settings)
        return
    if arguments[0] != "retention" or arguments[1:] not in ([], ["--apply"]):
        sys.exit(USAGE)
    try:
        sys.stdout.write(asyncio.run(run_retention(settings, applied="--apply" in arguments)) + "\n")
    except Problem as problem:
        sys.exit(problem.detail)


if __name__ == "__main__":
    main(sys.argv[1:])
