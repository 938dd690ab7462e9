"""Who acts, and what a role may do: principals in short-lived signed tokens (ACT-01, CON-01)."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.problems import Problem
from shared.topology import CENTRE
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS, STAFF, Scope


@dataclass(frozen=True)
class Principal:
    """Who acts: account id, role, region (network code or `de`), carriers whose records are visible, own office.

    Of a member of the Good Practice board also her group, and what she represents there: the code of a network, or the
    name of a specialist unit where it is known.
    """

    subject: str
    role: Role
    region: str
    carriers: tuple[UUID, ...] = ()
    office_id: UUID | None = None
    group: str | None = None
    represents: str | None = None

    @property
    def carrier(self) -> UUID:
        """The carrier new records belong to. Raises Problem 403 when the account has none."""
        if not self.carriers:
            raise Problem(403, "Ihr Konto gehört zu keinem Träger. Bitte wenden Sie sich an die Verwaltung.")
        return self.carriers[0]


def issue_token(principal: Principal, key: str, audience: str, seconds: int) -> str:
    """Sign a token for `audience` that holds for `seconds`."""
    now = int(time.time())
    claims = {
        "sub": principal.subject,
        "role": principal.role.value,
        "region": principal.region,
        "carriers": [str(carrier) for carrier in principal.carriers],
        "office_id": str(principal.office_id) if principal.office_id else None,
        "group": principal.group,
        "represents": principal.represents,
        "aud": audience,
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


def read_token(token: str, key: str, audience: str) -> Principal:
    """Verify a token and return its principal. Raises Problem 401 on any doubt."""
    refused = Problem(401, "Die Anmeldung ist abgelaufen oder ungültig. Bitte melden Sie sich neu an.")
    try:
        decoded = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"])
        needed: jwt.ClaimsOption = {"essential": True}
        rules = jwt.JWTClaimsRegistry(exp=needed, sub=needed, aud={"essential": True, "value": audience})
        rules.validate(decoded.claims)
        claims, office = decoded.claims, decoded.claims.get("office_id")
        own = tuple(UUID(carrier) for carrier in claims["carriers"]), UUID(office) if office else None
        seat = claims.get("group"), claims.get("represents")
        return Principal(claims["sub"], Role(claims["role"]), claims["region"], *own, *seat)
    except (JoseError, KeyError, ValueError, TypeError) as error:
        raise refused from error


def allowed(principal: Principal, permission: str) -> bool:
    """Whether the principal's role has the permission here: central roles at the centre, carriers' with a carrier."""
    scope, central = PERMISSIONS[permission].get(principal.role), principal.region == CENTRE
    if scope is None or (scope is Scope.CENTRE and not central):
        return False
    if central and principal.role in STAFF:
        return False
    return scope is not Scope.CARRIER or bool(principal.carriers)


def check(principal: Principal, permission: str) -> None:
    """Raise Problem 403 for a role without the permission."""
    if not allowed(principal, permission):
        raise Problem(403, f"Die Rolle {principal.role.de} darf das nicht.")


def require(permission: str) -> Callable[..., Awaitable[Principal]]:
    """FastAPI dependency of a service: the principal of the bearer token, if its role has `permission`.

    Raises Problem 401 without a valid token for this network's services, 403 without the permission.
    """
    PERMISSIONS[permission]  # an undeclared permission fails at import, not at the first request

    async def principal(request: Request, authorization: Annotated[str, Header()] = "") -> Principal:
        settings = request.app.state.settings
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Problem(401, "Bitte melden Sie sich an.")
        found = read_token(token, settings.signing_key.get_secret_value(), "services")
        if found.region != settings.network:
            raise Problem(401, "Dieses Konto gehört zu einem anderen Netzwerk.")
        check(found, permission)
        return found

    return principal
