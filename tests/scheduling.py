"""Which tests run in one process, one after the other: those of a file, and those of files that share something.

The groups of pytest-xdist itself (`xdist_group`) do nothing with pytest 9.2: they write into a field that it renamed.
"""

from xdist.scheduler import LoadScopeScheduling

BROWSER, LOCAL_RUN = "browser", "local-run"
LOCAL_RUNS = (
    "tests/deploy/test_image_runs.py",
    "tests/deploy/test_monitoring.py",
    "tests/deploy/test_network_commands.py",
    "tests/deploy/test_point_in_time.py",
    "tests/deploy/test_run.py",
    "tests/federation/test_canaries.py",
    "tests/federation/test_chaos.py",
    "tests/federation/test_restores.py",
)
"""Each starts a federation as `make run` does: as many processes at once as a machine has."""


def scope_of(file: str) -> str:
    """The name under which a file's tests are kept together."""
    if file.startswith("tests/browser/"):
        return BROWSER
    return LOCAL_RUN if file in LOCAL_RUNS else file


class ByFile(LoadScopeScheduling):
    """Hands out whole scopes, in the order of the folders: what takes long comes first."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid.partition("::")[0])
