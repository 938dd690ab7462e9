"""Every route of every service says who may use it, or is public on purpose (contracts §2)."""

import pytest

from shared.security import Principal, allowed
from shared.topology import CENTRE
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS, Scope
from tests.support.routes import PUBLIC, applications, declared

APPS = {name: declared(app) for name, app in applications().items()}
NETWORK_ROLES = {"counsellor", "trainer", "admin", "coordinator"}


@pytest.mark.parametrize("name", APPS)
def test_every_route_declares_its_permission_or_is_public_on_purpose(name: str) -> None:
    open_routes = {(route.method, route.path) for route in APPS[name] if route.permission is None}
    assert open_routes <= PUBLIC
    assert len(APPS[name]) > 12


def test_no_public_route_is_listed_that_does_not_exist() -> None:
    known = {(route.method, route.path) for routes in APPS.values() for route in routes}
    assert known >= PUBLIC


def test_no_permission_is_declared_in_vain() -> None:
    used = {route.permission for routes in APPS.values() for route in routes}
    by_kind = {"imports:run"}  # looked up where the kind of an import is known
    assert set(PERMISSIONS) - used <= by_kind


def test_act_01_roles_of_networks_and_of_the_centre_have_nothing_to_say_elsewhere() -> None:
    for permission, grants in PERMISSIONS.items():
        for role, scope in grants.items():
            elsewhere = Principal("x", role, CENTRE if role in NETWORK_ROLES else "rp", ())
            if role in NETWORK_ROLES or scope is Scope.CENTRE:
                assert not allowed(elsewhere, permission), (permission, role)


def test_what_is_a_carriers_needs_a_carrier() -> None:
    for permission, grants in PERMISSIONS.items():
        for role, scope in grants.items():
            if scope is Scope.CARRIER:
                assert not allowed(Principal("x", role, "rp", ()), permission)


def test_coordinators_see_no_persons_and_readers_only_what_is_published() -> None:
    def may(role: Role) -> set[str]:
        return {permission for permission, grants in PERMISSIONS.items() if role in grants}

    assert not {name for name in may(Role.COORDINATOR) if name.startswith(("persons:", "sessions:"))}
    everyone = {"editions:read", "indicators:read", "appointments:request", "registrations:request", "account:use"}
    everyone |= {"projects:read", "certificates:check", "feedback:give"}
    assert may(Role.READER) == everyone
    assert may(Role.JURY) == everyone | {"board:read", "board:rate"}
