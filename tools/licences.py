"""Which licence a locked package has, and whether we may pass it on (`licences.toml`)."""

import re
import tomllib
from collections.abc import Collection, Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from license_expression import ExpressionError, LicenseExpression, get_spdx_licensing
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RULES = tomllib.loads((ROOT / "tools/licences.toml").read_text(encoding="utf-8"))
SPDX = get_spdx_licensing()
LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z,-]+\])?==(\S+)( ;)?", re.MULTILINE)


def expression(text: str) -> LicenseExpression | None:
    """An SPDX expression, or nothing when it is none."""
    try:
        return SPDX.parse(text, validate=True, strict=False)
    except ExpressionError:
        return None


def declared(name: str) -> str:
    """The licence of an installed package as SPDX expression; empty when nobody says.

    Its metadata's expression, else its `License` where that is one, else what a person has read, else its classifier.

    Raises PackageNotFoundError when it is not installed.
    """
    found = metadata(name)
    texts = [found.get("License-Expression"), found.get("License"), RULES["read"].get(canonicalize_name(name))]
    texts += [RULES["classifiers"].get(entry) for entry in found.get_all("Classifier", [])]
    return next((text for text in texts if text and len(text) < 200 and expression(text) is not None), "")


def permitted(text: str, allowed: Collection[str]) -> bool:
    """Whether one way to read an expression asks for allowed licences only."""
    parsed = expression(text)
    return parsed is not None and _permitted(parsed, allowed)


def _permitted(parsed: LicenseExpression, allowed: Collection[str]) -> bool:
    parts = (_permitted(part, allowed) for part in parsed.args)
    if isinstance(parsed, SPDX.AND):
        return all(parts)
    return any(parts) if isinstance(parsed, SPDX.OR) else str(parsed) in allowed


def refused(lock: str, allowed: Collection[str]) -> Iterator[str]:
    """Packages of a lock file that have another licence or none, or are not here although they should be."""
    for name, version, conditional in LOCKED.findall(lock):
        try:
            licence = declared(name)
        except PackageNotFoundError:
            if not conditional:
                yield f"{name} {version}: not installed"
            continue
        if not permitted(licence, allowed):
            yield f"{name} {version}: {licence or 'names no licence'}"
