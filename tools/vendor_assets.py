#!/usr/bin/env python3
"""Fetch the vendored assets of the gateway again: `npm pack`, verify, copy. Neither run nor tests need npm.

`vendor.toml` beside the assets names package, version, integrity of the archive and sha256 of each file. A file that
differs is an error: a new version is a new entry, written by hand. Fonts under `converted` are made from copied ones.
"""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

VENDOR = Path(__file__).parent.parent / "services/gateway/static/vendor"


def fetch(package: str, version: str, folder: Path) -> Path:
    """Archive of a package from the registry npm is set up for."""
    command = ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / str(json.loads(answer.stdout)[0]["filename"]).replace("@", "").replace("/", "-")


def verify(content: bytes, integrity: str) -> None:
    """Compare an archive with its integrity (sha512). Exits when it differs."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != integrity:
        sys.exit(f"integrity differs: expected {integrity}, found {found}")


def copy(archive: Path, files: dict[str, dict[str, str]]) -> None:
    """Copy the named files out of an archive. Exits when one differs from its sha256."""
    with tarfile.open(archive) as package:
        for target, entry in files.items():
            member = package.extractfile(f"package/{entry['from']}")
            put(target, member.read() if member else b"", entry["sha256"])


def convert(files: dict[str, dict[str, str]]) -> None:
    """Write WOFF2 fonts as TTF, for typst. Exits when one differs from its sha256."""
    for target, entry in files.items():
        font = TTFont(VENDOR / entry["from"], recalcTimestamp=False)
        font.flavor = None
        out = io.BytesIO()
        font.save(out)
        put(target, out.getvalue(), entry["sha256"])


def put(target: str, content: bytes, sha256: str) -> None:
    """Write a file. Exits when it differs from its sha256."""
    if hashlib.sha256(content).hexdigest() != sha256:
        sys.exit(f"{target} differs from its sha256 in vendor.toml")
    (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
    (VENDOR / target).write_bytes(content)
    print(target)


def main() -> None:
    """All packages of vendor.toml."""
    entries: dict[str, dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries.values():
            archive = fetch(entry["package"], entry["version"], Path(folder))
            verify(archive.read_bytes(), entry["integrity"])
            copy(archive, entry["files"])
            convert(entry.get("converted", {}))


if __name__ == "__main__":
    main()
