"""`make help` names every command of the contract, each with one line (contracts §2)."""

import re
import subprocess

from deploy.local.paths import ROOT

COMMANDS = (
    "run reset test lint types imports unit contracts integration federation browser deploy-checks bench chaos lock "
    "setup help"
)


def make(*arguments: str) -> str:
    """What make prints."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_help_lists_every_command_with_one_line() -> None:
    listed = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", make("help"), re.MULTILINE))
    assert not set(COMMANDS.split()) - listed.keys()
    assert all(len(text) <= 100 for text in listed.values())


def test_help_is_what_make_shows_when_asked_nothing() -> None:
    assert make() == make("help")


def test_test_runs_every_kind_of_check() -> None:
    plan = make("--dry-run", "test")
    for step in ("ruff check", "ruff format --check", "yamllint", "hadolint", "mypy", "lint-imports", "pytest"):
        assert step in plan
    assert plan.rstrip().splitlines()[-1].strip().startswith(".venv/bin/python -m pytest"), "its summary comes last"
