"""All metrics of the project, read from the code that sets them: names, kinds, labels, meanings.

`python -m deploy.monitoring.catalogue` writes them into docs/monitoring.md (`make manifests`).
"""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from deploy.monitoring.dashboard import boards
from deploy.monitoring.rules import rules

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "monitoring.md"
START, END = "<!-- metrics: written by `make manifests` -->\n", "<!-- end of metrics -->\n"
MADE = re.compile(r"\(\s*\"(iq_[a-z_]+)\"")
NAME = re.compile(r"iq_[a-z_]+")
WATCH = "deploy.watch.measures"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `name` as it is exposed, of a histogram without its endings."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str

    def series(self) -> dict[str, frozenset[str]]:
        """Names by which expressions read it, with the labels each has."""
        labels = frozenset(self.labels)
        if self.kind != "histogram":
            return {self.name: labels}
        return {f"{self.name}_bucket": labels | {"le"}, f"{self.name}_count": labels, f"{self.name}_sum": labels}


@cache
def modules() -> dict[str, list[str]]:
    """Modules that make metrics, with the names they write."""
    found = {}
    for folder in ("shared", "services", "deploy"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if names := MADE.findall(path.read_text(encoding="utf-8")):
                found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = names
    return found


@cache
def metrics() -> dict[str, Metric]:
    """Every metric by name."""
    found = [metric for name in modules() for metric in _made_in(name)]
    return {metric.name: metric for metric in sorted(found, key=lambda one: one.name)}


def _made_in(module: str) -> Iterator[Metric]:
    loaded = importlib.import_module(module)
    if module == WATCH:
        for one in loaded.MEASURES:
            yield Metric(one.name, one.kind, ("network", *one.labels), one.text)
    for made in vars(loaded).values():
        if isinstance(made, MetricWrapperBase):
            (family,) = made.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Metric(name, family.type, made._labelnames, family.documentation)  # noqa: SLF001 - told nowhere else


def table() -> str:
    """All metrics, with the boards and rules that read them."""
    texts = {name: repr(board) for name, board in boards().items()}
    texts["rules"] = " ".join(rule["expr"] for rule in rules())
    read = {name: set(NAME.findall(text)) for name, text in texts.items()}
    lines = ["| metric | kind | labels | what it tells | read by |\n", "|---|---|---|---|---|\n"]
    for metric in metrics().values():
        readers = [name for name, names in read.items() if metric.series().keys() & names]
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        lines.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.text} | {', '.join(readers) or '–'} |\n")
    return "".join(lines)


def written() -> str:
    """The page with the table as it is now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    return f"{before}{START}{table()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
