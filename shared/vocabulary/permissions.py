"""The one table of permissions: which role may do what, and how far it reaches (ACT-01, CON-01)."""

from collections.abc import Mapping
from enum import StrEnum

from shared.vocabulary import Role

R = Role


class Scope(StrEnum):
    """How far a permission reaches: own records only, the carrier's, all of the network asked, the country's."""

    OWN = "own"
    CARRIER = "carrier"
    NETWORK = "network"
    CENTRE = "centre"


Grants = dict[Role, Scope]


def _at(scope: Scope, *roles: Role) -> Grants:
    return dict.fromkeys(roles, scope)


STAFF = frozenset({R.COUNSELLOR, R.TRAINER, R.ADMIN, R.COORDINATOR})
COUNSELLING = _at(Scope.CARRIER, R.COUNSELLOR)
COUNSELLING_SEEN = _at(Scope.CARRIER, R.COUNSELLOR, R.ADMIN)
NETWORKS = _at(Scope.NETWORK, *STAFF)
OPERATING = _at(Scope.NETWORK, R.OPERATIONS) | _at(Scope.CENTRE, R.COORDINATION)
EVERYONE = _at(Scope.NETWORK, *R)

# The one table of permissions: who has it, and how far it reaches. Persons are for those who counsel; coordinators see
# figures and structure only. A scope is enforced by `allowed` (network or centre, a carrier at all) and by the queries
# of the store that takes the principal's carriers or subject.
PERMISSIONS: Mapping[str, Grants] = {
    **{f"{area}:read": COUNSELLING_SEEN for area in ("sessions", "groups", "companies", "audit")},
    **{f"{area}:write": COUNSELLING for area in ("sessions", "groups", "companies", "persons", "appointments")},
    **dict.fromkeys(("persons:read", "cases:read", "appointments:read"), COUNSELLING),
    **{f"{area}:read": _at(Scope.CARRIER, R.TRAINER, R.ADMIN) for area in ("offerings", "meetings", "participations")},
    "runs:read": _at(Scope.CARRIER, R.TRAINER, R.ADMIN),
    # Runs and their dates without anybody's name; what names people is `runs:read`.
    "plans:read": _at(Scope.CARRIER, R.TRAINER, R.ADMIN) | _at(Scope.NETWORK, R.COORDINATOR),
    **dict.fromkeys(
        (
            "meetings:write",
            "runs:write",
            "offerings:write",
            "participations:write",
            "proposals:read",
            "proposals:write",
        ),
        _at(Scope.CARRIER, R.TRAINER),
    ),
    "items:read": {R.TRAINER: Scope.CARRIER, R.ADMIN: Scope.CARRIER, R.COORDINATOR: Scope.NETWORK},
    "items:write": _at(Scope.CARRIER, R.TRAINER),
    "items:release": _at(Scope.NETWORK, R.COORDINATOR),
    "bodies:write": _at(Scope.NETWORK, R.COUNSELLOR, R.ADMIN, R.COORDINATOR),
    "drafts:use": _at(Scope.OWN, *STAFF),
    "cases:write": _at(Scope.OWN, R.COUNSELLOR),
    "due:read": _at(Scope.CARRIER, R.COUNSELLOR, R.TRAINER, R.ADMIN),
    **dict.fromkeys(("imports:run", "sessions:export", "offices:write", "cases:assign"), _at(Scope.CARRIER, R.ADMIN)),
    **{name: {R.ADMIN: Scope.CARRIER, R.COORDINATOR: Scope.NETWORK} for name in ("imports:page", "retention:read")},
    **dict.fromkeys(("structure:read", "bodies:read"), NETWORKS),
    **dict.fromkeys(("structure:write", "references:erase", "runs:override"), _at(Scope.NETWORK, R.COORDINATOR)),
    "figures:read": NETWORKS | _at(Scope.CENTRE, R.COORDINATION),
    "offers:read": _at(Scope.NETWORK, R.COUNSELLOR, R.TRAINER, R.COORDINATOR) | _at(Scope.CENTRE, R.COORDINATION),
    "offers:watch": _at(Scope.NETWORK, R.COORDINATOR) | _at(Scope.CENTRE, R.COORDINATION),
    # What people note beside the figures: views and news are one's own, comments are read by all who read the figures.
    **dict.fromkeys(("views:keep", "comments:write", "news:read"), _at(Scope.OWN, *STAFF, R.COORDINATION)),
    **dict.fromkeys(("comments:read", "comments:settle"), NETWORKS | _at(Scope.CENTRE, R.COORDINATION)),
    "quality:read": _at(Scope.NETWORK, R.ADMIN, R.COORDINATOR) | _at(Scope.CENTRE, R.COORDINATION),
    "follow_ups:ask": _at(Scope.CENTRE, R.COORDINATION),
    "follow_ups:answer": _at(Scope.NETWORK, R.COORDINATOR),
    "editions:make": _at(Scope.NETWORK, R.COORDINATOR) | _at(Scope.CENTRE, R.COORDINATION),
    "editions:publish": _at(Scope.CENTRE, R.COORDINATION),
    **dict.fromkeys(("appointments:request", "registrations:request", "projects:read", "certificates:check"), EVERYONE),
    "feedback:give": EVERYONE,
    **dict.fromkeys(("editions:read", "indicators:read"), EVERYONE),
    "coverage:read": NETWORKS | OPERATING,
    "operations:read": OPERATING,
    **dict.fromkeys(("parked:decide", "retention:run"), _at(Scope.NETWORK, R.OPERATIONS)),
    "own_figures:read": _at(Scope.OWN, R.COUNSELLOR) | _at(Scope.CARRIER, R.ADMIN) | _at(Scope.NETWORK, R.COORDINATOR),
    "account:use": _at(Scope.OWN, *R),
}
