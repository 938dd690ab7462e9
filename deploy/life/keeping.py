"""A retention run over a running network: its gateway's own command, told what the gateway is told."""

import asyncio
import os

from deploy.life.changes import known
from deploy.life.hub import Refused
from deploy.local.checks import what_runs
from deploy.local.processes import Site, environment
from services.gateway.retention_report import run_retention
from services.gateway.settings import GatewaySettings
from shared.problems import Problem
from shared.topology import CENTRE


def run_rules(site: Site, network: str, *, applied: bool) -> str:
    """What is due, or went, by each rule. Raises Refused while the network does not run, ValueError for a bad file."""
    if network != CENTRE:
        known(site, network)
    if not any(row["name"].startswith(f"{network}.") for row in what_runs(site.paths)):
        raise Refused(f"{network} läuft hier nicht: bitte erst mit `make run` starten.")
    os.environ.update(environment(site, network, "gateway"))
    try:
        return asyncio.run(run_retention(GatewaySettings(), applied=applied))
    except Problem as problem:
        raise Refused(f"{network} läuft nicht ganz: {problem.detail}") from problem
