"""The container image as far as it can be checked without building: `make image` builds it where a builder is."""

import re
import shutil
import subprocess
from pathlib import Path

from deploy.k8s.manifests import pods
from deploy.local.paths import ROOT

CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_it_runs_as_the_user_of_the_manifests_and_its_base_has_a_version() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", CONTAINERFILE, re.MULTILINE)
    assert {spec["securityContext"]["runAsUser"] for code in ("de", "rp") for _, spec in pods(code)} == {int(user)}
    (base,) = re.findall(r"^ARG BASE_IMAGE=(\S+)$", CONTAINERFILE, re.MULTILINE)
    assert re.search(r"/python:3\.\d+-slim-\w+$", base)
    assert re.search(r"^ENV .*\bHOME=/tmp\b", CONTAINERFILE, re.MULTILINE), "this user has none"
    assert CONTAINERFILE.count("--require-hashes") == 1
    assert CONTAINERFILE.count("--no-index") == 2


def test_without_a_builder_it_says_what_to_install(tmp_path: Path) -> None:
    for name in ("bash", "dirname", "head", "sed"):
        program = shutil.which(name)
        assert program
        (tmp_path / name).symlink_to(program)
    script = [tmp_path / "bash", ROOT / "tools" / "image.sh"]
    run = subprocess.run(script, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.startswith("Kein Programm, das Abbilder baut: bitte buildah, podman oder docker")
