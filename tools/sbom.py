#!/usr/bin/env python3
"""Write what the image contains as CycloneDX 1.6: `build/sbom.cdx.json`, the same bytes for the same sources.

Python packages come from an environment made for it of exactly the lock that the image installs (`image_lock.sh`), with
the hashes of that lock; then the gateway's vendored assets and map with checksum and licence, and the container images
that are named: the base ours is built on, and those that run beside it. What the base holds, its own publisher lists.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tools.licences import declared  # noqa: E402 - also run as a script

GATEWAY = ROOT / "services/gateway"
BUILD = ROOT / "build"
OWN = "registry.example"  # our own image, under the name an operator gives it
Part = dict[str, Any]


def _run(*command: str | Path) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def packages(folder: Path) -> Part:
    """The bill of the Python packages, as `cyclonedx-py` makes it: licences of the environment, hashes of the lock.

    Raises CalledProcessError when the environment cannot be made or read.
    """
    lock = folder / "image.lock"
    lock.write_text(_run("tools/image_lock.sh"), encoding="utf-8")
    uv, environment = ROOT / ".tools/bin/uv", folder / "image-environment"
    _run(uv, "venv", "-q", "--clear", "--python", ROOT / ".venv/bin/python", environment)
    _run(uv, "pip", "sync", "-q", "--python", environment / "bin/python", "--require-hashes", lock)
    form = ("--sv", "1.6", "--output-reproducible", "--no-validate")
    tool = [sys.executable, "-m", "cyclonedx_py"]
    bill: Part = json.loads(_run(*tool, "environment", *form, "--pyproject", "pyproject.toml", environment))
    hashed = json.loads(_run(*tool, "requirements", *form, lock))
    by_url = {part["purl"]: part["externalReferences"] for part in hashed["components"]}
    for part in bill["components"]:
        part["externalReferences"] = part.get("externalReferences", []) + by_url[part["purl"]]
        part["licenses"] = [_licence(declared(part["name"]))]
    return bill


def _licence(text: str) -> Part:
    return {"expression": text} if " " in text else {"license": {"id": text}}


def vendored() -> Iterator[Part]:
    """The gateway's vendored packages with their files, fonts among them, and the map."""
    entries = tomllib.loads((GATEWAY / "static/vendor/vendor.toml").read_text(encoding="utf-8"))
    for entry in entries.values():
        url = str(PackageURL.from_string(f"pkg:npm/{entry['package'].replace('@', '%40')}@{entry['version']}"))
        names = re.findall(r"[A-Z0-9]+(?:-[A-Z0-9.]+)?", entry["licence"])
        digest = b64decode(entry["integrity"].removeprefix("sha512-")).hex()
        yield {
            "type": "library",
            "bom-ref": url,
            "name": entry["package"],
            "version": entry["version"],
            "purl": url,
            "licenses": [{"license": {"id": name}} for name in names],
            "hashes": [{"alg": "SHA-512", "content": digest}],
            "components": [
                _file(f"services/gateway/static/vendor/{name}", file["sha256"])
                for name, file in (entry["files"] | entry.get("converted", {})).items()
            ],
        }
    path = GATEWAY / "map/laender.topo.json"
    shapes = _file(str(path.relative_to(ROOT)), hashlib.sha256(path.read_bytes()).hexdigest())
    notice = (GATEWAY / "map/NOTICE").read_text(encoding="utf-8").strip()
    yield shapes | {"type": "data", "licenses": [{"license": {"name": "GeoNutzV"}}], "copyright": notice}


def _file(name: str, sha256: str) -> Part:
    return {"type": "file", "bom-ref": name, "name": name, "hashes": [{"alg": "SHA-256", "content": sha256}]}


def images() -> Iterator[Part]:
    """The named container images: the base (its layers are in ours), and those that run beside it (they are not)."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    (base,) = re.findall(r"^ARG BASE_IMAGE=(\S+)$", text, re.MULTILINE)
    beside = set()
    for path in (ROOT / "deploy/k8s").rglob("kustomization.yaml"):
        for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("images", []):
            beside.add(f"{entry['newName']}:{entry['newTag']}")
    if (compose := ROOT / "compose.yaml").exists():
        services = yaml.safe_load(compose.read_text(encoding="utf-8"))["services"].values()
        beside |= {service["image"] for service in services if "/" in service.get("image", "")}
    yield _image(base, "base")
    yield from (_image(name, "beside") for name in sorted(beside) if not name.startswith(OWN) and name != base)


def _image(reference: str, role: str) -> Part:
    name, _, tag = reference.rpartition(":")
    url = str(PackageURL.from_string(f"pkg:docker/{name.removeprefix('docker.io/')}@{tag}"))
    properties = [{"name": "iq-verbund:image", "value": role}]
    return {
        "type": "container",
        "bom-ref": url,
        "name": name,
        "version": tag,
        "purl": url,
        "properties": properties,
    }


def complete(bill: Part) -> Part:
    """The bill with what is no Python package: parts of the application, all of them needed by it."""
    more = [*vendored(), *images()]
    bill["components"] += more
    needs = next(entry for entry in bill["dependencies"] if entry["ref"] == "root-component")
    beside = [{"name": "iq-verbund:image", "value": "beside"}]
    inside = [part["bom-ref"] for part in more if part.get("properties") != beside]
    needs["dependsOn"] = sorted([*needs.get("dependsOn", []), *inside])
    bill["dependencies"] += [{"ref": part["bom-ref"]} for part in more]
    return bill


def problems(bill: Part) -> str:
    """What the schema of CycloneDX 1.6 says against a bill; empty when it is valid."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    return str(found) if found else ""


def main() -> None:
    """Write the bill. Exits with the reason when it cannot be made or is not valid."""
    BUILD.mkdir(exist_ok=True)
    try:
        bill = complete(packages(BUILD))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n{error.stderr}")
    if wrong := problems(bill):
        sys.exit(f"Die Stückliste ist nicht nach CycloneDX 1.6: {wrong}")
    target = BUILD / "sbom.cdx.json"
    target.write_text(json.dumps(bill, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(bill['components'])} Bestandteile, gültig nach CycloneDX 1.6")


if __name__ == "__main__":
    main()
