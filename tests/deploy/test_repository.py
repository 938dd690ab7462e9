"""What must be true of every tracked file: no machine's paths, no registry's host, modules that can be read at once."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.local.paths import ROOT

MODULE_LINES = 300
SHARED_LINES = 1500
# Written so that this file does not find itself.
REGISTRIES = re.compile(r"(pypi|pythonhosted|npmjs|yarnpkg|unpkg|jsdelivr|debian|rubygems|crates)\.(org|io|com|net)\b")
MACHINE = re.compile(r"(?<![\w.])/(work|farm|root|tmp|home/\w+)/")
PACKAGE_FILES = re.compile(
    r"(requirements.*|.*\.lock|pyproject\.toml|Makefile|package.*\.json|.*\.sh|run|.*\.ya?ml|Containerfile)"
)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")


def tracked() -> list[Path]:
    """Files that git knows, as they are now."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def lines_of(path: Path) -> list[str]:
    """Lines of a text file; nothing for others."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def modules() -> list[Path]:
    """Python files that people write and read."""
    return [path for path in tracked() if path.suffix == ".py"]


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Places where a pattern occurs."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(lines_of(path), 1)
        if pattern.search(line)
    ]


def test_no_file_that_installs_names_a_package_registry() -> None:
    assert not found(REGISTRIES, [path for path in tracked() if PACKAGE_FILES.fullmatch(path.name)])


def test_no_file_carries_a_path_of_one_machine() -> None:
    assert not found(MACHINE, [path for path in tracked() if path != Path(__file__) and path.suffix != ".svg"])


def test_every_module_can_be_read_at_once() -> None:
    assert not [f"{path.relative_to(ROOT)}: {n}" for path in modules() if (n := len(lines_of(path))) > MODULE_LINES]


def code_lines(path: Path) -> int:
    """Lines of a module with code on them: no blank ones, comments or docstrings."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        1
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in told
    )


def test_what_is_shared_stays_small() -> None:
    # Design 1 bounds what every service leans on. Counted is the machinery; beside it stand the published language
    # (contracts and vocabulary, which are data) and the import engine, a library that two services use.
    # So do audit and seals, repair by content with its heartbeats, and the rights of a person: they serve the two
    # recording services only. Tracing is an optional extra that no service leans on: it is imported where it is on.
    apart = {"contracts", "vocabulary", "nationalities.py", "sectors.py", "importing", "audit", "repair", "rights"}
    apart |= {"tracing.py"}
    parts = [path for path in (ROOT / "shared").rglob("*.py") if not apart & set(path.relative_to(ROOT).parts)]
    assert sum(map(code_lines, parts)) <= SHARED_LINES


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9][a-z0-9.-]*(\[[a-z,-]+\])?==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def versions(name: str) -> dict[str, str]:
    """Locked versions by package."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_tools_and_runtime_agree_on_what_both_need() -> None:
    runtime, tools = versions("requirements.lock"), versions("requirements-dev.lock")
    both = runtime.keys() & tools.keys()
    assert both
    assert {name: runtime[name] for name in both} == {name: tools[name] for name in both}


@pytest.mark.parametrize(("name", "groups"), [("requirements.lock", "project"), ("requirements-dev.lock", "tools")])
def test_everything_asked_for_is_locked_in_a_version_that_was_asked_for(name: str, groups: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["dependency-groups"]["dev"]
    if groups == "project":
        extras = project["project"]["optional-dependencies"]
        asked = [*project["project"]["dependencies"], *extras["local"], *extras["tracing"]]
    locked = versions(name)
    for wanted in map(Requirement, asked):
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)], prereleases=True), wanted


def test_what_runs_locally_is_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert all("==" in entry for entry in project["project"]["optional-dependencies"]["local"])


def test_ci_runs_the_one_command_that_checks_everything() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.rstrip().endswith("exec make test")
