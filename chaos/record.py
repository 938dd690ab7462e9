"""Results of runs: a JSON file each, and a row in the public table, docs/track-record.md."""

import json
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaos.scenario import Outcome

RESULTS = Path(__file__).parent / "results"
TABLE = Path(__file__).parents[1] / "docs" / "track-record.md"
MARK = "<!-- rows of make chaos -->"


def commit() -> str:
    """The commit that ran."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=RESULTS.parent).stdout.strip()


def save(name: str, seed: int, seen: Any) -> dict[str, Any]:
    """Write `chaos/results/<date>-<seed>.json` (of other targets than `make chaos` with a name); its content."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    document: dict[str, Any] = {"date": day, "commit": commit(), "seed": seed, "good": seen.good} | asdict(seen)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{day}{name and '-'}{name}-{seed}.json"
    target.write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")
    return document


def write(outcome: Outcome) -> str:
    """Write both; returns the JSON."""
    document = save("", outcome.seed, outcome)
    day, text = document["date"], json.dumps(document, indent=1, default=str) + "\n"
    if TABLE.exists():
        table = TABLE.read_text(encoding="utf-8")
        TABLE.write_text(table.replace(MARK, f"{row(day, outcome)}\n{MARK}"), encoding="utf-8")
    return text


def row(day: str, outcome: Outcome) -> str:
    """A row of the table; findings are written by hand."""
    size, verdict = outcome.size, outcome.verdict
    ours = f"NETWORKS={len(size.networks)} EVENTS={size.events} KILLS={size.kills} SEED={outcome.seed} make chaos"
    result = f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.wrong} wrong, {verdict.figures} figures differ"
    cells = (
        day, f"`{commit()}`", str(outcome.seed), f"{len(size.networks)} / {outcome.events}",
        f"{sum(outcome.kills.values())} kills, {sum(outcome.faults.values())} faults of {len(outcome.faults)} kinds",
        result, "–" if outcome.good else "open", f"`{ours}`",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
