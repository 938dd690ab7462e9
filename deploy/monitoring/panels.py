"""Panels of Grafana from their tables in `boards/*.toml`: one number now, or a course over time."""

from typing import Any

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import GraphThresholdsStyleMode
from grafana_foundation_sdk.models.dashboard import (
    DashboardLink,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
)

from deploy.monitoring.rules import alerts

SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
GOOD, BAD = "green", "red"
WIDTH = 24
Shown = dict[str, Any]
Panel = stat.Panel | timeseries.Panel


def panels(row: Shown) -> list[Panel]:
    """The panels of a row, numbers over its whole width, courses in pairs; each names the runbook of its alert."""
    numbers, courses = row.get("numbers", []), row.get("courses", [])
    made: list[Panel] = [_number(shown).span(WIDTH // len(numbers)).height(4) for shown in numbers]
    for place, shown in enumerate(courses):
        alone = place == len(courses) - 1 and not place % 2
        made.append(_course(shown).span(WIDTH if alone else WIDTH // 2).height(7))
    return made


def _number(shown: Shown) -> stat.Panel:
    made = stat.Panel().title(shown["title"]).description(shown["says"]).unit(shown["unit"]).datasource(SOURCE)
    made.thresholds(_thresholds(shown)).links(_runbook(shown))
    return made.targets([query.instant() for query in _queries(shown)])


def _course(shown: Shown) -> timeseries.Panel:
    made = timeseries.Panel().title(shown["title"]).description(shown["says"]).unit(shown["unit"]).datasource(SOURCE)
    made.thresholds(_thresholds(shown)).links(_runbook(shown))
    if "limit" in shown:
        made.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.LINE))
    return made.targets([query.range() for query in _queries(shown)])


def _thresholds(shown: Shown) -> build.ThresholdsConfig:
    """Colours on both sides of the limit."""
    first, second = (BAD, GOOD) if shown.get("below") else (GOOD, BAD)
    steps = [Threshold(value=None, color=first)]
    if "limit" in shown:
        steps.append(Threshold(value=shown["limit"], color=second))
    return build.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _runbook(shown: Shown) -> list[Builder[DashboardLink]]:
    """The way from a panel to what is to be done. Raises KeyError for an alert that no rule has."""
    if "alert" not in shown:
        return []
    page = alerts()[shown["alert"]]["annotations"]["runbook"]
    link = build.DashboardLink(f"Was tun bei {shown['alert']}?").type(DashboardLinkType.LINK)
    return [link.url(f"${{project}}/{page}").target_blank(target_blank=True)]


def _queries(shown: Shown) -> list[prometheus.Dataquery]:
    """The expressions of a panel, named by letters."""
    return [
        prometheus.Dataquery().ref_id(chr(ord("A") + place)).expr(expression).legend_format(legend)
        for place, (expression, legend) in enumerate(shown["series"])
    ]
