"""Writes `realm.json`: our roles, one client per gateway with PKCE and our claims; no person, password or secret.

`python -m deploy.keycloak.realm [domain]`; a gateway's host is `<network>.<domain>`. Keycloak makes the clients'
secrets when it imports the file.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.topology import CENTRE, load_topology
from shared.vocabulary import Role

FILE = Path(__file__).with_name("realm.json")
DOMAIN = "iq-verbund.example"
ATTRIBUTES = {
    "region": "Kürzel des Netzwerks, oder de für die Koordination",
    "carrier_id": "Kennung des Trägers (Beratung, Bildung, Verwaltung)",
    "office_id": "Kennung der Beratungsstelle",
    "group": "Gruppe im Beratungsgremium: bmas, mut_iq, networks, specialist_units",
    "network": "Netzwerk, das jemand im Beratungsgremium vertritt (Gruppe networks)",
    "unit": "Fachstelle, die jemand im Beratungsgremium vertritt, wie ihre Blätter sie als Träger nennen",
}
Json = dict[str, Any]


def _mapper(name: str, kind: str, **config: str) -> Json:
    common = {"access.token.claim": "true", "id.token.claim": "true", "userinfo.token.claim": "false"}
    return {"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": common | config}


def _mappers(client: str) -> list[Json]:
    """Roles and attributes in ID and access tokens, which name the gateway as their audience."""
    roles = {"claim.name": "realm_access.roles", "jsonType.label": "String", "multivalued": "true"}
    audience = {"included.client.audience": client, "id.token.claim": "false"}
    attributes = [
        _mapper(
            name,
            "oidc-usermodel-attribute-mapper",
            **{"user.attribute": name, "claim.name": name, "jsonType.label": "String", "multivalued": "false"},
        )
        for name in ATTRIBUTES
    ]
    return [
        _mapper("realm roles", "oidc-usermodel-realm-role-mapper", **roles),
        *attributes,
        _mapper("audience", "oidc-audience-mapper", **audience),
    ]


def client(network: str, domain: str) -> Json:
    """The client of a network's gateway: confidential, code flow only, PKCE required, told when a session ends."""
    name, host = f"iq-gateway-{network}", f"https://{network}.{domain}"
    return {
        "clientId": name,
        "name": f"IQ-Verbund {network}",
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": True,
        "consentRequired": False,
        "frontchannelLogout": False,
        "rootUrl": host,
        "redirectUris": [f"{host}/anmelden/rueckkehr"],
        "webOrigins": [],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{host}/anmelden",
            "backchannel.logout.url": f"{host}/abmelden/rueckkanal",
            "backchannel.logout.session.required": "true",
            "id.token.signed.response.alg": "RS256",
            "access.token.signed.response.alg": "RS256",
        },
        "protocolMappers": _mappers(name),
    }


def _profile() -> Json:
    """Attributes of an account; what decides on rights only the administration may change, never the person."""
    own: Json = {"view": ["admin", "user"], "edit": ["admin", "user"]}
    given: Json = {"view": ["admin", "user"], "edit": ["admin"]}
    names = ("username", "email", "firstName", "lastName")
    plain = [{"name": name, "permissions": given if name == "username" else own} for name in names]
    ours = [{"name": name, "displayName": text, "permissions": given} for name, text in ATTRIBUTES.items()]
    config = json.dumps({"attributes": plain + ours}, ensure_ascii=False)
    return {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [config]}}


def realm(domain: str = DOMAIN) -> Json:
    """The whole realm. Sessions live as long as the gateways' (idle 30 minutes, 10 hours at most)."""
    return {
        "realm": "iq-verbund",
        "displayName": "IQ-Verbund",
        "enabled": True,
        "sslRequired": "all",
        "registrationAllowed": False,
        "editUsernameAllowed": False,
        "rememberMe": False,
        "bruteForceProtected": True,
        "permanentLockout": False,
        "failureFactor": 10,
        "waitIncrementSeconds": 300,
        "maxFailureWaitSeconds": 300,
        "passwordPolicy": "length(12) and notUsername(undefined)",
        "defaultSignatureAlgorithm": "RS256",
        "accessTokenLifespan": 300,
        "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": 36000,
        "internationalizationEnabled": True,
        "supportedLocales": ["de", "en"],
        "defaultLocale": "de",
        "roles": {"realm": [{"name": role.value, "description": role.de} for role in Role]},
        "components": {"org.keycloak.userprofile.UserProfileProvider": [_profile()]},
        "clients": [client(network, domain) for network in (CENTRE, *load_topology())],
    }


def text(domain: str = DOMAIN) -> str:
    """The file's content."""
    return json.dumps(realm(domain), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(*sys.argv[1:2]), encoding="utf-8")
