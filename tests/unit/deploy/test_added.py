"""Networks added to those of the project: kept with the local state, read from there, refused where they collide."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from deploy.local.added import enter, use_topology
from deploy.local.paths import Paths
from deploy.local.standing import Standing
from shared.topology import Network, load_topology

NEW = Network("xx", 'IQ Netzwerk "Neuland"', "Neuland", 17, date(2026, 12, 1), date(2028, 12, 31))


@pytest.fixture(autouse=True)
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    monkeypatch.setenv("IQ_TOPOLOGY", "")
    monkeypatch.delenv("IQ_TOPOLOGY")
    load_topology.cache_clear()
    yield Paths(tmp_path)
    monkeypatch.undo()
    load_topology.cache_clear()


def test_an_added_network_is_kept_beside_all_others(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(load_topology().values())
    enter(paths, NEW)
    assert list(load_topology().values()) == [*before, NEW]
    monkeypatch.delenv("IQ_TOPOLOGY")
    load_topology.cache_clear()
    assert "xx" not in load_topology()
    use_topology(paths)
    assert load_topology()["xx"] == NEW


@pytest.mark.parametrize(
    ("code", "number", "sentence"),
    [
        ("rp", 17, "rp ist kein freies Kürzel"),
        ("de", 17, "de ist kein freies Kürzel"),
        ("hub", 17, "hub ist kein freies Kürzel"),
        ("X1", 17, "X1 ist kein freies Kürzel"),
        ("xx", 7, "Die Nummer 7 ist nicht frei"),
        ("xx", 100, "Die Nummer 100 ist nicht frei"),
    ],
)
def test_what_collides_is_refused_in_one_sentence(paths: Paths, code: str, number: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        enter(paths, Network(code, "x", "x", number, date(2026, 1, 1)))
    assert not paths.topology.exists()


def test_another_topology_is_not_shadowed(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(paths.base / "own.toml")
    enter(paths, NEW)
    own.write_text(paths.topology.read_text())
    monkeypatch.setenv("IQ_TOPOLOGY", str(own))
    with pytest.raises(ValueError, match=r"bitte yy dort eintragen"):
        enter(paths, Network("yy", "x", "x", 18, date(2026, 1, 1)))


def test_standing_is_good_at_first_and_kept(paths: Paths) -> None:
    standing = Standing.load(paths)
    assert standing == Standing()
    standing.revoked.append("rp")
    standing.save(paths)
    assert Standing.load(paths).revoked == ["rp"]
