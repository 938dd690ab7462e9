"""Role × route × owner equals the table of permissions in every service; reading writes nothing."""

import json
from collections import Counter

import httpx2
import pytest

from shared.vocabulary.permissions import PERMISSIONS, Scope
from tests.integration.access.conftest import SERVICES
from tests.support.matrix import CARRIER, Service
from tests.support.recording import contents, rows
from tests.support.waiting import eventually

LOGS = ("audit", "asked", "kept_answer")
"""What is written by reading, on purpose."""
PUBLISHED = ("/api/v1/intake/runs",)
"""Lists of what everyone may see."""


def told(answer: httpx2.Response) -> str:
    """What a list shows, but for the ids that the asker herself asked for in vain: her audit keeps them."""
    if not answer.is_success or not answer.headers["content-type"].startswith("application/json"):
        return answer.text
    found = answer.json()
    items = found.get("items", []) if isinstance(found, dict) else found
    return json.dumps([item for item in items if not str(item.get("action", "")).endswith(".refused")])


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("service", SERVICES, indirect=True)
async def test_con_01_every_cell_of_a_service_equals_the_table(service: Service) -> None:
    wrong, seen = [], Counter[int]()
    for cell in service.cells():
        answer = await service.ask(cell)
        expected, status = service.expected(cell), answer.status_code
        seen[status] += 1
        fits = status in expected if expected else status not in (401, 403) and status < 500
        if not fits:
            wrong.append((cell.route.method, cell.route.path, cell.role.value, cell.asker.name, status, expected))
        # A coordinator's list of all runs, the coordination's comments on figures.
        wide = PERMISSIONS[cell.permission].get(cell.role) in (Scope.NETWORK, Scope.CENTRE)
        listing = (
            cell.route.method == "GET" and "{" not in cell.route.path and cell.route.path not in PUBLISHED and not wide
        )
        if listing and cell.asker.carrier != CARRIER and any(key in told(answer) for key in service.ids.values()):
            wrong.append((cell.route.method, cell.route.path, cell.role.value, cell.asker.name, "shown", expected))
    assert not wrong, wrong[:20]
    assert sum(seen.values()) >= 8 * 5 * 10
    assert {401, 403} <= set(seen)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("service", SERVICES, indirect=True)
async def test_reading_writes_nothing_but_logs(service: Service) -> None:
    async def delivered() -> bool:
        waiting = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL"
        return "reporting" in service.app.title or (await rows(service.app, waiting))[0][0] == 0

    await eventually(delivered, 20)
    before = await contents(service.app)
    assert len(before) > 3
    for cell in service.cells():
        if cell.route.method in ("GET", "HEAD") and cell.asker.name in ("own", "other carrier"):
            await service.ask(cell)
    after = await contents(service.app)
    assert [name for name in before if before[name] != after[name] and not name.startswith(LOGS)] == []
