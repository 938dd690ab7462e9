"""What the provider's claims say about someone: role and scope, denied by default (design 17).

The shapes are those Keycloak sends with our realm export (deploy/keycloak): `realm_access.roles`, and the attributes
`region`, `carrier_id`, `office_id`, `group`, `network`, `unit`, each a text or a list of texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.gateway.languages import _, term_label
from shared.problems import Problem
from shared.security import Principal
from shared.topology import CENTRE, load_topology
from shared.vocabulary import Role
from shared.vocabulary.board import BoardGroup

R = Role
CARRIER_ROLES = frozenset({R.COUNSELLOR, R.TRAINER, R.ADMIN})
NETWORK_ROLES = CARRIER_ROLES | {R.COORDINATOR}
CENTRAL_ROLES = frozenset(R) - NETWORK_ROLES
GROUPS = frozenset(group.value for group in BoardGroup)
"""Groups of the Beratungsgremium Good Practice (GP-06)."""
MAX_TEXT = 200
ASK = "Bitte wenden Sie sich an die Verwaltung Ihres Trägers."


@dataclass(frozen=True)
class Identity:
    """Someone as the session keeps her: subject (`sub`), name, role, carriers, office, seat in the board, `sid`."""

    subject: str
    name: str
    role: Role
    carriers: tuple[UUID, ...] = ()
    office_id: UUID | None = None
    group: str | None = None
    represents: str | None = None
    sid: str | None = None

    def principal(self, network: str) -> Principal:
        """Whom the services see."""
        seat = self.group, self.represents
        return Principal(self.subject, self.role, network, self.carriers, self.office_id, *seat)


def _refused(reason: str) -> Problem:
    return Problem(403, f"{reason} {_(ASK)}")


def _texts(claims: Mapping[str, Any], name: str) -> list[str]:
    """An attribute as Keycloak sends it: nothing, a text, or a list of texts."""
    value = claims.get(name)
    values = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    if not all(isinstance(entry, str) and 0 < len(entry) <= MAX_TEXT for entry in values):
        raise _refused(_("Die Angaben zu Ihrem Konto sind nicht lesbar."))
    return values


def _ids(claims: Mapping[str, Any], name: str) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in _texts(claims, name))
    except ValueError as error:
        raise _refused(_("Träger oder Beratungsstelle Ihres Kontos sind nicht lesbar.")) from error


def _role(claims: Mapping[str, Any]) -> Role:
    access = claims.get("realm_access")
    given = access.get("roles") if isinstance(access, dict) else None
    known = {role.value for role in R}
    roles = {entry for entry in given if isinstance(entry, str)} & known if isinstance(given, list) else set()
    if len(roles) != 1:
        raise _refused(_("Ihr Konto hat hier keine Rolle.") if not roles else _("Ihr Konto hat mehrere Rollen."))
    return Role(roles.pop())


def _seat(claims: Mapping[str, Any], role: Role) -> tuple[str | None, str | None]:
    """Group of a member of the Beratungsgremium, and what she represents: nobody rates the own network or unit."""
    if role is not R.JURY:
        return None, None
    groups, networks, units = (_texts(claims, name) for name in ("group", "network", "unit"))
    if not (len(groups) == 1 and groups[0] in GROUPS):
        raise _refused(_("Ihr Konto gehört zu keiner Gruppe des Beratungsgremiums."))
    if groups[0] == BoardGroup.NETWORKS:
        if not (len(networks) == 1 and networks[0] in load_topology()):
            raise _refused(_("Ihr Konto nennt nicht, welches Netzwerk Sie im Beratungsgremium vertreten."))
        return groups[0], networks[0]
    return groups[0], next(iter(units), None) if groups[0] == BoardGroup.SPECIALIST_UNITS else None


def identity_of(claims: Mapping[str, Any], network: str) -> Identity:
    """Who the claims of a verified token name, with rights at the gateway of `network` only.

    Raises Problem 403 for another network, no or several roles, a role of elsewhere, no carrier where the role needs
    one or one where it has none, and for anything that cannot be read.
    """
    if _texts(claims, "region") != [network]:
        raise _refused(_("Dieses Konto gehört zu einem anderen Netzwerk."))
    role = _role(claims)
    if role not in (CENTRAL_ROLES if network == CENTRE else NETWORK_ROLES):
        raise _refused(_("Die Rolle {role} gibt es hier nicht.").format(role=term_label(role)))
    carriers, offices, seat = _ids(claims, "carrier_id"), _ids(claims, "office_id"), _seat(claims, role)
    if len(carriers) != (role in CARRIER_ROLES) or len(offices) > len(carriers):
        raise _refused(_("Ihr Konto gehört nicht zu genau einem Träger."))
    subjects = _texts(claims, "sub")
    if len(subjects) != 1:
        raise _refused(_("Die Angaben zu Ihrem Konto sind nicht lesbar."))
    return Identity(
        subject=subjects[0],
        name=next(iter(_texts(claims, "preferred_username")), subjects[0]),
        role=role,
        carriers=carriers,
        office_id=next(iter(offices), None),
        group=seat[0],
        represents=seat[1],
        sid=next(iter(_texts(claims, "sid")), None),
    )
