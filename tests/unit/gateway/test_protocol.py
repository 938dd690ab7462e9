"""The audit in words, and the entries of two services in one order."""

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.local.paths import ROOT
from services.gateway.protocol import NOUNS, VERBS, act, merged, sentence

ACTION = re.compile(r"\"([a-z]+)\.([a-z]+)\"")
WRITTEN = re.compile(r"(?:\.add\(|record_refused|audit\.entry\()[^\n]*")


@pytest.mark.parametrize(
    ("action", "count", "text"),
    [
        ("session.read", None, "Beratung gelesen"),
        ("person.listed", 12, "12 Personen in einer Liste gelesen"),
        ("person.listed", 1, "Person in einer Liste gelesen"),
        ("session.exported", 300, "300 Beratungen als Datei ausgegeben"),
        ("person.refused", None, "Zugriff verweigert: Person"),
        ("dragon.tamed", None, "dragon tamed"),
    ],
)
def test_an_action_in_german(action: str, count: int | None, text: str) -> None:
    assert sentence(action, count) == text


def test_every_action_that_services_write_has_its_words() -> None:
    sources = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    written = {pair for path in sources for line in lines(path) for pair in ACTION.findall(line)}
    assert ("session", "reordered") in written
    assert ("audit", "read") in written
    assert {noun for noun, _ in written} <= NOUNS.keys()
    assert {verb for _, verb in written} <= VERBS.keys()


def lines(path: Path) -> list[str]:
    """Places of a module that write the audit."""
    return WRITTEN.findall(path.read_text(encoding="utf-8"))


def entry(seq: int, at: str, action: str = "session.read") -> dict[str, Any]:
    return {"seq": seq, "at": at, "subject": "a", "action": action, "entity_id": None, "revision": 1, "count": None}


def test_pages_of_two_services_meet_in_one_order_and_go_on_where_each_ended() -> None:
    same = "2026-05-04T08:00:00Z"
    lists = {
        "registration": [entry(seq, same) for seq in range(7, 0, -1)],
        "counselling": [entry(seq, f"2026-05-04T0{seq}:30:00Z") for seq in (9, 8, 7)],
    }
    cursors: dict[str, int | None] = {"registration": None, "counselling": None}
    seen, more = [], True
    while more:
        found: dict[str, Any] = {}
        for name, items in lists.items():
            before = cursors[name] or 1000
            left = [one for one in items if one["seq"] < before]
            found[name] = {"items": left[:3], "before": left[2]["seq"] if len(left) > 3 else None}
        shown, cursors, more = merged(found, cursors, 3)
        seen += [(one["at"], one["seq"]) for one in shown]
    assert len(seen) == 10
    assert seen[:2] == [("2026-05-04T09:30:00Z", 9), ("2026-05-04T08:30:00Z", 8)]
    assert seen[-1][1] == 7
    assert [seq for at, seq in seen if at == same] == [7, 6, 5, 4, 3, 2, 1]


def test_only_what_may_be_opened_is_a_link() -> None:
    key = "11111111-1111-4111-8111-111111111111"
    assert act(entry(1, "2026-05-04T08:00:00Z") | {"entity_id": key}, {}).link == f"/beratungen/{key}"
    assert act(entry(1, "2026-05-04T08:00:00Z", "session.refused") | {"entity_id": key}, {}).link is None
    assert act(entry(1, "2026-05-04T08:00:00Z", "group.read") | {"entity_id": key}, {}).link is None


def test_an_account_is_named_where_its_name_is_known() -> None:
    line = entry(1, "2026-05-04T08:00:00Z")
    known = act(line, {line["subject"]: "beratung-a"})
    assert (known.account, known.subject) == ("beratung-a", line["subject"])
    assert (act(line, {}).account, act(line, {}).subject) == (line["subject"], "")
