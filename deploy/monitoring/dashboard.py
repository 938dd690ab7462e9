"""Writes `dashboard.json` for Grafana from `panels.toml`: `python -m deploy.monitoring.dashboard`."""

import json
import tomllib
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import GraphThresholdsStyleMode
from grafana_foundation_sdk.models.dashboard import DataSourceRef, Threshold, ThresholdsMode, VariableRefresh

FILE = Path(__file__).with_name("dashboard.json")
SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
GOOD, BAD = "green", "red"
Shown = dict[str, Any]


def panels() -> dict[str, list[Shown]]:
    """The panels: `numbers` and `courses`."""
    return tomllib.loads(FILE.with_name("panels.toml").read_text(encoding="utf-8"))


def thresholds(shown: Shown) -> build.ThresholdsConfig:
    """Colours on both sides of the limit."""
    first, second = (BAD, GOOD) if shown.get("below") else (GOOD, BAD)
    steps = [Threshold(value=None, color=first)]
    if "limit" in shown:
        steps.append(Threshold(value=shown["limit"], color=second))
    return build.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def number(shown: Shown) -> stat.Panel:
    """One number now."""
    made = stat.Panel().span(4).height(4).title(shown["title"]).description(shown["says"]).unit(shown["unit"])
    made.datasource(SOURCE).thresholds(thresholds(shown))
    return made.targets([query.instant() for query in queries(shown)])


def course(shown: Shown) -> timeseries.Panel:
    """A course over time, with its limit as a line."""
    made = timeseries.Panel().span(12).height(7).title(shown["title"]).description(shown["says"]).unit(shown["unit"])
    made.datasource(SOURCE).thresholds(thresholds(shown))
    if "limit" in shown:
        made.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.LINE))
    return made.targets([query.range() for query in queries(shown)])


def queries(shown: Shown) -> list[prometheus.Dataquery]:
    """The expressions of a panel, named by letters."""
    return [
        prometheus.Dataquery().ref_id(chr(ord("A") + place)).expr(expression).legend_format(legend)
        for place, (expression, legend) in enumerate(shown["series"])
    ]


def text() -> str:
    """The dashboard as Grafana imports it."""
    network = build.QueryVariable("network").label("Netzwerk").datasource(SOURCE)
    network.query("label_values(iq_outbox_pending, network)").refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    network.multi(multi=True).include_all(include_all=True)
    made = build.Dashboard("IQ-Verbund: Betrieb").uid("iq-verbund-operations").tags(["iq-verbund"])
    made.description("Was die fünf Alarme ansehen, und was sie erklärt; Näheres in docs/operations.md.")
    made.time("now-6h", "now").refresh("30s").timezone("Europe/Berlin").readonly()
    made.with_variable(build.DatasourceVariable("source").label("Quelle").type("prometheus")).with_variable(network)
    shown = panels()
    for one in [*map(number, shown["numbers"]), *map(course, shown["courses"])]:
        made.with_panel(one)
    return json.dumps(made.build(), cls=JSONEncoder, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
