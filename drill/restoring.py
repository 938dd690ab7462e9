"""`make drill`: a small federation loses databases, goes back to a moment, and every figure is compared.

Three losses one after the other: all databases of a network, all of the centre, the whole server with its disk. Exit
code 1 when anything differs; figures go into docs/backup.md and, where backups are kept, into their state.
"""

import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.place import chosen
from deploy.local.paths import ROOT, Paths
from drill.__main__ import commit
from drill.losses import lose_centre, lose_network, lose_server
from drill.result import Result
from drill.small import Small

PAGE = ROOT / "docs" / "backup.md"
TABLE = re.compile(r"(?<=<!-- drill -->\n).*?(?=<!-- end -->)", re.DOTALL)
HEAD = """Run on {day} at commit {commit}, {seconds:.0f} s in all; base copy of {size} MB in {base:.0f} s.

| lost | restored | started | told again | RTO in all | RPO | records lost | checks |
|---|---|---|---|---|---|---|---|
"""


def play(small: Small) -> tuple[list[Result], float]:
    """Record, copy, lose and restore; what came of each loss, and how long the base copy took."""
    small.start()
    small.record(60)
    small.agree()
    base = small.command("base")
    small.record(40)
    network, lost = lose_network(small)
    centre = lose_centre(small, lost)
    return [network, centre, lose_server(small, lost)], base


def main() -> int:
    """Play, print, write the page. Exit code 1 when something is not as it must be."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iq-drill-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        small = Small(Path(name))
        try:
            results, base = play(small)
            size = sum(path.stat().st_size for path in small.place.bases.rglob("*") if path.is_file()) >> 20
        finally:
            small.stop()
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    head = HEAD.format(day=day, commit=commit(), seconds=time.monotonic() - begun, size=size, base=base)
    table = head + "".join(result.line() for result in results)
    sys.stdout.write(table)
    good = all(result.good for result in results)
    if good:
        PAGE.write_text(TABLE.sub(lambda _: table, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        if place := chosen(Paths.from_environment()):
            place.note("drill")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
