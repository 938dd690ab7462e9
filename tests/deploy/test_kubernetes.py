"""The manifests render, validate offline against the schemas of Kubernetes, and keep the ground rules."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OVERLAYS = sorted(path.parent for path in (ROOT / "deploy/k8s/overlays").glob("*/kustomization.yaml"))
BIN = Path(sys.executable).parent


def render(overlay: Path) -> str:
    run = subprocess.run([BIN / "kubectl", "kustomize", overlay], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def pods(overlay: Path) -> list[tuple[str, dict[str, Any]]]:
    documents = [document for document in yaml.safe_load_all(render(overlay)) if document]
    kinds = ("Deployment", "StatefulSet")
    return [(d["metadata"]["name"], d["spec"]["template"]) for d in documents if d["kind"] in kinds]


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_renders_and_validates(overlay: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "all.yaml"
    manifest.write_text(render(overlay), encoding="utf-8")
    command = [BIN / "kubernetes-validate", "--strict", "-k", "1.34", manifest]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_every_container_is_locked_down_and_pinned(overlay: Path) -> None:
    found = pods(overlay)
    assert len(found) == 5
    for name, template in found:
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["automountServiceAccountToken"] is False, name
        for container in spec["containers"] + spec.get("initContainers", []):
            assert ":" in container["image"], name
            assert not container["image"].endswith(":latest"), name
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name
        for container in spec["containers"]:
            assert {"readinessProbe", "livenessProbe"} <= container.keys(), name


def test_the_broker_syncs_every_message() -> None:
    config = (ROOT / "deploy/k8s/base/nats.conf").read_text(encoding="utf-8")
    assert "sync_interval: always" in config
