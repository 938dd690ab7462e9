"""The keys a namespace is given are those its manifests and its broker's configuration ask for."""

import json
import re
from typing import Any

import nkeys
import pytest

from deploy.k8s.keys import main
from deploy.k8s.manifests import containers
from deploy.k8s.render import FOLDER
from services.gateway.folder.keys import public_entry
from shared.topology import CENTRE, load_topology


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, dict[str, str]], str]:
    """Data of what the command prints, by name, and what it says beside."""
    main(arguments)
    told = capsys.readouterr()
    items: list[dict[str, Any]] = json.loads(told.out)["items"]
    return {item["metadata"]["name"]: item.get("stringData") or item["data"] for item in items}, told.err


def asked(code: str) -> set[str]:
    """Keys of the secret `nats-keys` that pods refer to."""
    told = [entry["valueFrom"] for one in containers(code) for entry in one.get("env", []) if "valueFrom" in entry]
    found = [source["secretKeyRef"] for source in told if "secretKeyRef" in source]
    return {reference["key"] for reference in found if reference["name"] == "nats-keys"}


def variables(code: str) -> set[str]:
    """What the broker reads from its environment."""
    return set(re.findall(r"\$((?:NKEY|SEED)_\w+)", (FOLDER / code / "nats.conf").read_text(encoding="utf-8")))


def test_a_network_gets_what_it_asks_for_and_its_leaf_is_told_to_the_hub(capsys: pytest.CaptureFixture[str]) -> None:
    found, told = made(capsys, "rp")
    assert variables("rp") == found["nats-public-keys"].keys() | found["nats-leaf"].keys()
    assert asked("rp") == found["nats-keys"].keys()
    seed = found["nats-keys"]["counselling.uplink"]
    public = found["nats-public-keys"]["NKEY_RP_COUNSELLING_UPLINK"]
    assert nkeys.from_seed(seed.encode()).public_key.decode() == public
    leaf = nkeys.from_seed(found["nats-leaf"]["SEED_RP_LEAF"].encode()).public_key.decode()
    told_leaf, told_folder = told.splitlines()
    assert told_leaf == f"NKEY_RP_LEAF={leaf}"
    assert json.loads(told_folder) == public_entry("rp", found["folder"]["key"])
    assert made(capsys, "rp")[0] != found, "new ones each time"


def test_the_centre_asks_for_the_leaves_of_all_networks(capsys: pytest.CaptureFixture[str]) -> None:
    leaves = [made(capsys, code)[1].splitlines()[0] for code in load_topology()]
    found, told = made(capsys, CENTRE, *leaves)
    assert (variables(CENTRE), told) == (found["nats-public-keys"].keys(), "")
    assert asked(CENTRE) == found["nats-keys"].keys()
    with pytest.raises(SystemExit, match="Es fehlt NKEY_TH_LEAF"):
        main([CENTRE, *leaves[:-1]])


@pytest.mark.parametrize("arguments", [[], ["xx"]])
def test_an_unknown_network_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="Bitte ein Netzwerk nennen: de, sh"):
        main(arguments)
