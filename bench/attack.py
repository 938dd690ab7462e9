"""Attack on editions: random sets of tables of a small population, published by the product, attacked with HiGHS.

`python -m bench.attack [--sets N] [--seed N] [--jobs N] [--printed]` prints a line per hundred sets; fails if a group
of one or two records could be computed. What is attacked and how: `tests/support/attack.py` and `attacker.py`.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.support.attack import by_the_product
from tests.support.attacker import Outcome, attack

SETS, SEED, JOBS, AT_ONCE = 2_000, 2022, 2, 100


def chunk(seed: int, last: int, printed: bool, first: int) -> Outcome:  # noqa: FBT001 - bound by partial
    """Attack the next sets."""
    return attack(seed, range(first, min(first + AT_ONCE, last)), by_the_product, printed=printed)


def line(found: Outcome) -> str:
    """What was found, for people."""
    return (
        f"{found.sets:>5} sets, {found.tables} tables published, {found.refused} editions refused, "
        f"{found.printed} cells printed before, {found.groups} groups of one or two attacked, "
        f"{len(found.recovered)} recovered"
    )


def main() -> int:
    """Attack, print, and tell by the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for name, default in (("--sets", SETS), ("--seed", SEED), ("--jobs", JOBS)):
        arguments.add_argument(name, type=int, default=default)
    arguments.add_argument("--printed", action="store_true", help="some numbers were printed before")
    given = arguments.parse_args()
    started, found = time.monotonic(), Outcome()
    print(f"seed {given.seed}", flush=True)
    with ProcessPoolExecutor(given.jobs) as workers:
        for part in workers.map(partial(chunk, given.seed, given.sets, given.printed), range(0, given.sets, AT_ONCE)):
            found.add(part)
            print(line(found), flush=True)
    print(f"seed {given.seed}: {line(found).strip()}, {time.monotonic() - started:.0f} s")
    print("\n".join(found.recovered), end="")
    return 1 if found.recovered else 0


if __name__ == "__main__":
    sys.exit(main())
