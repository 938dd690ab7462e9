"""The navigation of a role: daily work side by side, the rest in groups, every entry once."""

from typing import Any
from uuid import uuid4

import pytest

from services.gateway.access import Visitor
from services.gateway.navigation import COCKPIT, FIGURES, MORE, NAVIGATION, SIDE_BY_SIDE, cockpit, navigation
from shared.security import Principal
from shared.vocabulary import Role


def groups(role: Role, path: str = "/", *, centre: bool = False) -> list[dict[str, Any]]:
    """What somebody of a role is shown on a page."""
    return navigation(Visitor(Principal("me", role, "rp", (uuid4(),))), path, centre=centre)


def test_a_counsellor_has_the_daily_work_in_front_and_the_rest_behind_two_words() -> None:
    found = groups(Role.COUNSELLOR)
    assert [group["name"] for group in found] == ["", FIGURES, MORE]
    daily = [link["href"] for link in found[0]["links"]]
    assert daily == ["/", "/beratungen/neu", "/termine", "/faelle", "/personen", "/beratungen"]
    assert {link["href"] for group in found[1:] for link in group["links"]} >= {"/gruppen", "/methoden", "/auswertung"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("centre", [True, False])
def test_no_role_has_more_side_by_side_than_fit_and_none_loses_an_entry(role: Role, *, centre: bool) -> None:
    found = groups(role, centre=centre)
    shown = [link["href"] for group in found for link in group["links"]]
    assert len(shown) == len(set(shown))
    assert sum(len(group["links"]) for group in found if not group["name"]) <= SIDE_BY_SIDE
    if not centre:
        hidden = {"/bund", "/tabellen", "/betrieb", "/gremium", "/good-practice/uebertragungen"}
        assert set(shown) == {path for path, _, roles, _ in NAVIGATION if role in roles} - hidden


def test_the_current_page_marks_its_entry_and_its_group() -> None:
    found = groups(Role.COUNSELLOR, "/gruppen/neu")
    assert [group["current"] for group in found] == [False, False, True]
    assert [link["href"] for link in found[2]["links"] if link["current"]] == ["/gruppen"]


PAGES = {"/bund": "figures:read", "/bund/weg": "figures:read", "/auswertung": "figures:read", "/esf": "editions:make"}


def pages_of(role: Role, path: str, *, centre: bool) -> list[dict[str, Any]]:
    """What the cockpit lists for somebody on a page, where there are only PAGES."""
    return cockpit(Visitor(Principal("me", role, "rp", (uuid4(),))), path, PAGES, centre=centre)


def test_the_cockpit_lists_the_pages_there_are_for_those_who_may_open_them() -> None:
    there = [entry["href"] for entry in pages_of(Role.COORDINATION, "/bund", centre=True)]
    assert there == ["/bund", "/bund/weg", "/esf"]
    assert [entry["href"] for entry in pages_of(Role.TRAINER, "/auswertung", centre=False)] == ["/auswertung"]
    assert pages_of(Role.READER, "/daten", centre=True) == []
    assert cockpit(None, "/bund", PAGES, centre=True) == []
    assert len(COCKPIT) > len(there)  # pages that are not there yet


def test_the_cockpit_marks_the_page_and_the_part_it_belongs_to() -> None:
    def marked(path: str) -> list[tuple[str, bool]]:
        entries = pages_of(Role.COORDINATION, path, centre=True)
        return [(entry["href"], entry["exact"]) for entry in entries if entry["current"]]

    assert marked("/bund/weg") == [("/bund/weg", True)]
    assert marked("/bund/linie/qualification") == [("/bund", False)]
    assert marked("/bundestag") == []
