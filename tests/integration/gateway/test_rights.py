"""Every route of a gateway asks for what it declares; nothing changes by reading or without a form's token."""

from typing import Any

import httpx2
import pytest

from shared.security import allowed
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS
from tests.integration.gateway.conftest import CENTRE_ROLES, ROLES, Gateway, csrf_of
from tests.support.matrix import ASKERS, NAMES, Service
from tests.support.recording import contents
from tests.support.routes import PUBLIC, UNSAFE, Declared, declared

DENIED = "darf das nicht"
OWN_LOGS = {"account_name", "sign_in", "sign_in_attempt", "sign_in_failure", "figure_use"}

pytestmark = pytest.mark.usefixtures("short_streams")


class Anything(dict[str, str]):
    """A value for every parameter of a path."""

    def __missing__(self, key: str) -> str:
        return NAMES.get(key, "00000000-0000-4000-8000-000000000000")


def filled(route: Declared) -> str:
    """The path of a route with values."""
    return route.path.replace(":path}", "}").format_map(Anything())


@pytest.fixture(params=["gateway", "centre"])
def each(request: pytest.FixtureRequest) -> Gateway:
    """A network's gateway, then the centre's."""
    found: Gateway = request.getfixturevalue(request.param)
    return found


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_every_route_asks_for_the_permission_it_declares(each: Gateway) -> None:
    asked = Service(each.app, "gateway")
    wrong = []
    async with asked.client:
        for route in declared(each.app):
            if (route.method, route.path) in PUBLIC:
                continue
            assert route.permission, route
            for role in Role:
                who = ASKERS[0].principal(role, asked.settings.network)
                answer = await asked.send(who, route.method, filled(route), {} if route.method in UNSAFE else None)
                denied = answer.status_code == 403 and DENIED in answer.text
                if denied == allowed(who, route.permission) or answer.status_code in (401, 500):
                    wrong.append((route.method, route.path, role.value, answer.status_code, answer.text[:100]))
    assert not wrong, wrong[:20]


ATTACKS: dict[str, tuple[bool, dict[str, str]]] = {
    "no token": (False, {}),
    "a foreign origin": (True, {"Origin": "https://evil.example"}),
    "an opaque origin": (True, {"Origin": "null"}),
    "a sibling's origin": (True, {"Origin": "http://evil.127.0.0.1"}),
    "another port": (True, {"Origin": "http://127.0.0.1:1"}),
    "a foreign site": (True, {"Sec-Fetch-Site": "cross-site"}),
    "the same site": (True, {"Sec-Fetch-Site": "same-site"}),
}
FIRST = ("no token", "a foreign origin")
"""What everyone tries on every route; the others are tried on every route by the first who may use it."""


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_every_change_without_its_token_or_from_elsewhere_is_refused(each: Gateway) -> None:
    changing = [route for route in declared(each.app) if route.method in UNSAFE]
    assert len(changing) > 15
    passed, tried = [], set()
    for role in CENTRE_ROLES if each.app.state.settings.is_centre else ROLES:
        each.client.cookies.clear()
        await each.sign_in(role)
        csrf = csrf_of(await each.client.get("/impressum"))
        for route in changing:
            if route.permission and Role(role) not in PERMISSIONS[route.permission]:
                continue
            if (route.method, route.path) in PUBLIC and route.path != "/anmelden":
                continue  # they take no cookie: a password, or a signed logout token
            for name in FIRST if route in tried else ATTACKS:
                if route.path == "/anmelden" and name == "no token":
                    continue  # there is no session yet whose token it could carry
                with_token, headers = ATTACKS[name]
                data = {"csrf": csrf} if with_token else {}
                answer = await each.client.request(route.method, filled(route), data=data, headers=headers)
                if answer.status_code != 403:
                    passed.append((role, route.method, route.path, name, answer.status_code))
            tried.add(route)
    assert not passed, passed[:20]


async def test_the_same_request_with_its_token_from_here_is_taken(gateway: Gateway) -> None:
    await gateway.sign_in("counsellor")
    csrf = csrf_of(await gateway.client.get("/impressum"))
    headers = {"Origin": str(gateway.client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    answer = await gateway.client.post("/beratungen/neu", data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 422  # read, and found incomplete


async def get_everything(each: Gateway) -> list[httpx2.Response]:
    """Every GET of a gateway, by everyone."""
    answers: list[httpx2.Response] = []
    for role in CENTRE_ROLES if each.app.state.settings.is_centre else ROLES:
        each.client.cookies.clear()
        await each.sign_in(role)
        reading = [filled(route) for route in declared(each.app) if route.method == "GET"]
        answers += [await each.client.get(path) for path in reading]
    return answers


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_reading_writes_nothing_but_sessions_and_the_log_of_use(each: Gateway) -> None:
    before = await contents(each.app)
    answers = await get_everything(each)
    after: dict[str, Any] = await contents(each.app)
    assert {name for name in before if before[name] != after[name]} <= OWN_LOGS
    kept = [str(answer.url) for answer in answers if answer.headers["cache-control"] != "no-store"]
    assert not kept
    assert {answer.status_code for answer in answers} <= {200, 303, 400, 403, 404, 409, 422, 503}
