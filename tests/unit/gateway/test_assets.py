"""Vendored assets are the files they claim to be, and templates keep the content security policy."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

GATEWAY = Path(__file__).parents[3] / "services/gateway"
VENDOR = GATEWAY / "static/vendor"
ENTRIES = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
LISTED = [entry.get(key, {}) for entry in ENTRIES.values() for key in ("files", "converted")]
FILES = {name: file["sha256"] for files in LISTED for name, file in files.items()}
TEMPLATES = sorted((GATEWAY / "templates").glob("*.html"))


@pytest.mark.parametrize("name", sorted(FILES))
def test_vendored_file_has_its_checksum(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == FILES[name]


def test_every_vendored_file_is_listed() -> None:
    present = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert present == FILES.keys() | {"vendor.toml"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_inline_and_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"""\sstyle=|\son\w+=|<style|<script(?![^>]*src=)|(?:src|href)=["']https?:""", text)
