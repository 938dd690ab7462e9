"""Tests that share a running federation run in one process."""

from pathlib import Path

import pytest

from tests.scheduling import BROWSER, LOCAL_RUN, scope_of

TESTS = Path(__file__).parents[1]
STARTS = ("start_local_run(", "chaos.federation import")


@pytest.mark.parametrize(
    "file",
    [path for path in TESTS.glob("*/test_*.py") if any(word in path.read_text(encoding="utf-8") for word in STARTS)],
    ids=lambda path: path.name,
)
def test_whoever_starts_a_local_run_does_it_beside_no_other(file: Path) -> None:
    if file != Path(__file__):
        assert scope_of(str(file.relative_to(TESTS.parent))) == LOCAL_RUN


def test_the_pages_share_one_local_run_and_other_files_are_their_own() -> None:
    assert scope_of("tests/browser/test_axe.py") == scope_of("tests/browser/test_desk.py") == BROWSER
    assert scope_of("tests/unit/test_scheduling.py") == "tests/unit/test_scheduling.py"
