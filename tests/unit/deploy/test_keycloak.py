"""The realm for Keycloak: what it would put into tokens is what the gateway reads; nothing in it is secret."""

import json
from typing import Any
from uuid import uuid4

import pytest

from deploy.keycloak.realm import FILE, text
from services.gateway.claims import identity_of
from shared.problems import Problem
from shared.topology import CENTRE, load_topology
from shared.vocabulary import Role

REALM = json.loads(FILE.read_text(encoding="utf-8"))
CLIENTS = {client["clientId"]: client for client in REALM["clients"]}
CARRIER, OFFICE = str(uuid4()), str(uuid4())
# Names and types of Keycloak's own representations (keycloak/keycloak, org.keycloak.representations.idm) as far as the
# file uses them: the import refuses a name that it does not know, and a value of another type.
REALM_FIELDS: dict[str, type] = {
    **dict.fromkeys(("realm", "displayName", "sslRequired", "passwordPolicy", "defaultSignatureAlgorithm"), str),
    **dict.fromkeys(("enabled", "registrationAllowed", "editUsernameAllowed", "rememberMe"), bool),
    **dict.fromkeys(("bruteForceProtected", "permanentLockout", "internationalizationEnabled"), bool),
    **dict.fromkeys(("failureFactor", "waitIncrementSeconds", "maxFailureWaitSeconds", "accessTokenLifespan"), int),
    **dict.fromkeys(("ssoSessionIdleTimeout", "ssoSessionMaxLifespan"), int),
    "supportedLocales": list,
    "defaultLocale": str,
    "roles": dict,
    "components": dict,
    "clients": list,
}
CLIENT_FIELDS: dict[str, type] = {
    **dict.fromkeys(("clientId", "name", "protocol", "clientAuthenticatorType", "rootUrl"), str),
    **dict.fromkeys(("enabled", "publicClient", "standardFlowEnabled", "implicitFlowEnabled"), bool),
    **dict.fromkeys(("directAccessGrantsEnabled", "serviceAccountsEnabled", "fullScopeAllowed"), bool),
    **dict.fromkeys(("consentRequired", "frontchannelLogout"), bool),
    "redirectUris": list,
    "webOrigins": list,
    "attributes": dict,
    "protocolMappers": list,
}
CLIENT_ATTRIBUTES = {
    *("pkce.code.challenge.method", "post.logout.redirect.uris", "backchannel.logout.url"),
    *("backchannel.logout.session.required", "id.token.signed.response.alg", "access.token.signed.response.alg"),
}
TOKENS = {"access.token.claim", "id.token.claim", "userinfo.token.claim"}
CLAIM = {"claim.name", "jsonType.label", "multivalued"}
MAPPERS = {
    "oidc-usermodel-realm-role-mapper": TOKENS | CLAIM,
    "oidc-usermodel-attribute-mapper": TOKENS | CLAIM | {"user.attribute"},
    "oidc-audience-mapper": TOKENS | {"included.client.audience"},
}


def tokens(client: dict[str, Any], attributes: dict[str, list[str]], roles: list[str], kind: str) -> dict[str, Any]:
    """Claims that Keycloak's mappers of a client would write into a token (`id` or `access`)."""
    claims: dict[str, Any] = {"sub": str(uuid4()), "preferred_username": "beratung-a", "sid": str(uuid4())}
    for mapper in client["protocolMappers"]:
        config = mapper["config"]
        if config[f"{kind}.token.claim"] != "true":
            continue
        if mapper["protocolMapper"] == "oidc-audience-mapper":
            claims["aud"] = [config["included.client.audience"], "account"]
            continue
        values = roles if "role" in mapper["protocolMapper"] else attributes.get(config.get("user.attribute", ""), [])
        if values:
            *path, name = config["claim.name"].split(".")
            place = claims
            for part in path:
                place = place.setdefault(part, {})
            place[name] = values if config["multivalued"] == "true" else values[0]
    return claims


@pytest.mark.parametrize("kind", ["id", "access"])
def test_the_gateway_reads_what_the_realm_sends(kind: str) -> None:
    always = ["default-roles-iq-verbund", "offline_access", "uma_authorization"]
    given = {"region": ["rp"], "carrier_id": [CARRIER], "office_id": [OFFICE]}
    who = identity_of(tokens(CLIENTS["iq-gateway-rp"], given, [*always, "counsellor"], kind), "rp")
    assert (who.role, who.name, str(who.carriers[0]), str(who.office_id)) == (
        Role.COUNSELLOR,
        "beratung-a",
        CARRIER,
        OFFICE,
    )
    jury = identity_of(tokens(CLIENTS["iq-gateway-de"], {"region": ["de"], "group": ["bmas"]}, ["jury"], kind), "de")
    assert (jury.role, jury.group, jury.carriers) == (Role.JURY, "bmas", ())
    for network in ("sn", "de"):
        with pytest.raises(Problem):
            identity_of(tokens(CLIENTS["iq-gateway-rp"], given, ["counsellor"], kind), network)


def test_an_access_token_names_its_gateway_as_audience() -> None:
    assert tokens(CLIENTS["iq-gateway-sn"], {}, [], "access")["aud"] == ["iq-gateway-sn", "account"]
    assert "aud" not in tokens(CLIENTS["iq-gateway-sn"], {}, [], "id")  # Keycloak's own: the client alone


def test_there_is_a_client_per_gateway_with_pkce_and_both_ways_of_signing_out() -> None:
    assert set(CLIENTS) == {f"iq-gateway-{code}" for code in (CENTRE, *load_topology())}
    for client in CLIENTS.values():
        assert (client["publicClient"], client["standardFlowEnabled"]) == (False, True)
        off = ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled")
        assert not any(client[name] for name in off)
        assert client["attributes"]["pkce.code.challenge.method"] == "S256"
        (back,) = client["redirectUris"]
        host = back.removesuffix("/anmelden/rueckkehr")
        assert host.startswith("https://")
        assert "*" not in back
        assert client["attributes"]["post.logout.redirect.uris"] == f"{host}/anmelden"
        assert client["attributes"]["backchannel.logout.url"] == f"{host}/abmelden/rueckkanal"


def test_roles_are_ours_and_nobody_may_give_herself_a_region() -> None:
    assert {role["name"] for role in REALM["roles"]["realm"]} == {role.value for role in Role}
    (profile,) = REALM["components"]["org.keycloak.userprofile.UserProfileProvider"]
    attributes = json.loads(profile["config"]["kc.user.profile.config"][0])["attributes"]
    edits = {entry["name"]: entry["permissions"]["edit"] for entry in attributes}
    given = ("username", "region", "carrier_id", "office_id", "group")
    assert {tuple(edits[name]) for name in given} == {("admin",)}


def test_the_file_is_what_the_generator_writes_and_holds_no_secret() -> None:
    assert FILE.read_text(encoding="utf-8") == text()
    assert not {"users", "credentials", "secret"} & set(REALM)
    assert all("secret" not in client for client in CLIENTS.values())


def test_every_name_and_type_is_one_of_keycloaks_own() -> None:
    for fields, found in ((REALM_FIELDS, REALM), *((CLIENT_FIELDS, client) for client in CLIENTS.values())):
        assert {name: type(value) for name, value in found.items()} == {name: fields[name] for name in found}
    assert REALM["sslRequired"].upper() in ("ALL", "EXTERNAL", "NONE")
    for client in CLIENTS.values():
        assert set(client["attributes"]) <= CLIENT_ATTRIBUTES
        for mapper in client["protocolMappers"]:
            assert set(mapper) == {"name", "protocol", "protocolMapper", "config"}
            assert set(mapper["config"]) <= MAPPERS[mapper["protocolMapper"]]
            assert all(type(value) is str for value in (*mapper["config"].values(), *client["attributes"].values()))
    (profile,) = REALM["components"]["org.keycloak.userprofile.UserProfileProvider"]
    assert set(profile) == {"providerId", "config"}
    attributes = json.loads(profile["config"]["kc.user.profile.config"][0])["attributes"]
    assert {"username", "email"} <= {entry["name"] for entry in attributes}  # Keycloak lets nobody leave them out
    assert {role for entry in attributes for roles in entry["permissions"].values() for role in roles} <= {
        "admin",
        "user",
    }
