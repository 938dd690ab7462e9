"""Generated requests over every OpenAPI document: no failure, and nothing for those who have not signed in.

Short here, with one role a service; `make schemathesis` takes all phases, roles and many more examples.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from deploy.local.paths import ROOT
from shared.security import issue_token
from shared.vocabulary import Role
from tests.integration.access.conftest import SERVICES
from tests.support.matrix import ASKERS, Service

EXAMPLES = int(os.environ.get("IQ_SCHEMATHESIS", "0"))
ROLES = {
    "rp.registration": (Role.COUNSELLOR, Role.TRAINER, Role.ADMIN, Role.COORDINATOR),
    "rp.counselling": (Role.COUNSELLOR, Role.ADMIN),
    "rp.reporting": (Role.COORDINATOR,),
    "de.reporting": (Role.COORDINATION,),
}
TIME = pytest.mark.timeout(3600 if EXAMPLES else 120)


async def schemathesis(service: Service, folder: Path, *arguments: str, **environment: str) -> str:
    """Run it against a started service; its output. Fails when it found something."""
    executable = Path(sys.executable).with_name("schemathesis")
    extent = ("--max-examples", str(EXAMPLES)) if EXAMPLES else ("--max-examples", "2", "--phases", "fuzzing")
    process = await asyncio.create_subprocess_exec(
        str(executable),
        "run",
        f"http://127.0.0.1:{service.settings.port}/openapi.json",
        *("--seed", "1", "--no-color", "--continue-on-failure", "--generation-database", "none", *extent),
        *("--no-shrink", "--suppress-health-check", "all", "--warnings", "off", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"} | environment,
    )
    output = (await process.communicate())[0].decode()
    assert process.returncode == 0, output[-4000:]
    return output


@TIME
@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES, indirect=True)
async def test_no_generated_request_makes_a_service_fail(
    service: Service, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    roles = ROLES[request.node.callspec.params["service"]]
    for role in roles if EXAMPLES else roles[:1]:
        who = ASKERS[0].principal(role, service.settings.network)
        token = issue_token(who, service.settings.signing_key.get_secret_value(), "services", 3600)
        output = await schemathesis(
            service, tmp_path, "--header", f"Authorization: Bearer {token}", "--checks", "not_a_server_error"
        )
        assert "No issues found" in output


@TIME
@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES, indirect=True)
async def test_nothing_answers_a_stranger(service: Service, tmp_path: Path) -> None:
    hooks = {"SCHEMATHESIS_HOOKS": "tests.support.strangers"}
    output = await schemathesis(service, tmp_path, "--checks", "refuses_strangers,not_a_server_error", **hooks)
    assert "No issues found" in output
