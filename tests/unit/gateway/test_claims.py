"""Rights from claims are denied by default (design 17)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.claims import CARRIER_ROLES, CENTRAL_ROLES, identity_of
from shared.problems import Problem
from shared.vocabulary import Role

CARRIER = str(uuid4())


def claims(role: str = "counsellor", **more: Any) -> dict[str, Any]:
    """Claims of a counsellor of rp, unless `more` says otherwise; None leaves a claim out."""
    known: dict[str, Any] = {"sub": "s-1", "region": "rp", "carrier_id": CARRIER, "realm_access": {"roles": [role]}}
    return {name: value for name, value in (known | more).items() if value is not None}


def test_every_role_is_taken_where_it_belongs() -> None:
    for role in Role:
        network = "de" if role in CENTRAL_ROLES else "rp"
        carrier = CARRIER if role in CARRIER_ROLES else None
        who = identity_of(claims(role, region=network, carrier_id=carrier, group="bmas"), network)
        assert (who.role, who.carriers) == (role, (UUID(CARRIER),) if carrier else ())
        assert who.principal(network).region == network


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": None},
        {"region": "sn"},
        {"region": "RP"},
        {"region": ["rp", "sn"]},
        {"region": ""},
        {"region": {"rp": True}},
        {"realm_access": None},
        {"realm_access": {"roles": []}},
        {"realm_access": {"roles": ["counsellor", "admin"]}},
        {"realm_access": {"roles": ["Counsellor"]}},
        {"realm_access": {"roles": "counsellor"}},
        {"realm_access": ["counsellor"]},
        {"realm_access": {"roles": [["counsellor"]]}},
        {"realm_access": {"roles": ["coordination"]}, "carrier_id": None},
        {"carrier_id": None},
        {"carrier_id": "1"},
        {"carrier_id": [CARRIER, str(uuid4())]},
        {"carrier_id": 7},
        {"office_id": "x"},
        {"office_id": [str(uuid4()), str(uuid4())]},
        {"realm_access": {"roles": ["coordinator"]}},
        {"realm_access": {"roles": ["coordinator"]}, "carrier_id": None, "office_id": str(uuid4())},
        {"sub": None},
        {"sub": ""},
        {"sub": ["a", "b"]},
        {"sub": "x" * 201},
        {"preferred_username": {"a": 1}},
    ],
)
def test_what_is_missing_doubled_or_unreadable_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        identity_of(claims(**wrong), "rp")
    assert refused.value.status == 403
    assert "wenden Sie sich" in refused.value.detail


@pytest.mark.parametrize("group", [None, "", "networks, bmas", ["bmas", "mut_iq"], "admin"])
def test_a_jury_account_has_one_of_the_four_groups(group: Any) -> None:
    with pytest.raises(Problem):
        identity_of(claims("jury", region="de", carrier_id=None, group=group), "de")


def test_lists_of_one_are_read_as_keycloak_may_send_them() -> None:
    who = identity_of(claims(region=["rp"], carrier_id=[CARRIER], preferred_username="a"), "rp")
    assert (who.carriers, who.name) == ((UUID(CARRIER),), "a")
