"""The realm of the OpenID provider that the gateways sign in at: `realm.json`, to be imported into Keycloak."""
