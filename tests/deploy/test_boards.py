"""The dashboards: generated from their tables, complete, and without a label or metric that does not exist."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
from grafana_foundation_sdk.models import units

from deploy.monitoring.dashboard import FOLDER, boards, written
from deploy.monitoring.rules import alerting, alerts, recorded, rules
from tests.support.boards import CHOSEN, RATE, Shown, known, shown
from tests.support.promql import WrongLabel, labels_of, selectors

LEGEND = re.compile(r"{{\s*(\w+)\s*}}")
BAD = {">": ">", "<": "<", "==": "<"}
CHOICE = re.compile(r"label_values\((.+), (\w+)\)")


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return written()


@pytest.fixture(scope="module")
def documents(files: dict[Path, str]) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(text) for path, text in files.items()}


def test_each_dashboard_is_what_its_table_says(files: dict[Path, str]) -> None:
    assert {path.name for path in FOLDER.iterdir()} == {path.name for path in files}
    stale = [path.name for path, text in files.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "bitte `make manifests` ausführen"


def test_there_are_boards_for_federation_network_pipeline_http_nats_and_postgresql() -> None:
    assert boards().keys() == {"federation", "network", "pipeline", "http", "nats", "postgresql"}


def test_every_panel_has_a_title_says_what_it_means_and_has_a_unit_that_grafana_knows() -> None:
    there = {value for value in vars(units).values() if isinstance(value, str)}
    for one in shown():
        assert one.panel["unit"] in there, str(one)
        assert one.panel["title"], str(one)
        assert one.panel["says"].endswith("."), str(one)


def test_boards_lead_to_one_another_keep_their_addresses_and_no_panel_lies_on_another(
    documents: dict[str, dict[str, Any]],
) -> None:
    for name, board in documents.items():
        assert (board["uid"], board["tags"]) == (f"iq-verbund-{name}", ["iq-verbund", name])
        assert [link["tags"] for link in board["links"]] == [["iq-verbund"]]
        taken = [panel["gridPos"] for panel in board["panels"]]
        assert len({panel["id"] for panel in board["panels"]}) == len(taken)
        assert all(place["x"] + place["w"] <= 24 for place in taken)
        for one, other in combinations(taken, 2):
            apart = [one[axis] + one[size] <= other[axis] for axis, size in (("x", "w"), ("y", "h"))]
            apart += [other[axis] + other[size] <= one[axis] for axis, size in (("x", "w"), ("y", "h"))]
            assert any(apart), f"{name}: {one} {other}"


def bounds(alert: str) -> set[tuple[str, str, float]]:
    """The series that an alert compares, on which side it is bad, and from where on: more than none is from one on."""
    found: set[tuple[str, str, float]] = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql.BinaryExpr) and str(node.op) in BAD and isinstance(node.rhs, promql.NumberLiteral):
            for selector in selectors(node.lhs.prettify()):
                found.add((selector.name or "", BAD[str(node.op)], node.rhs.val or 1.0))

    for rule in alerting():
        if rule["alert"] == alert:
            promql.walk(promql.parse(rule["expr"]), visit)
    return found


def explained() -> list[Shown]:
    return [one for one in shown() if "alert" in one.panel]


@pytest.mark.parametrize("one", explained(), ids=str)
def test_a_panel_that_names_an_alert_has_its_limit_and_leads_to_its_runbook(
    one: Shown, documents: dict[str, dict[str, Any]]
) -> None:
    side = "<" if one.panel.get("below") else ">"
    read = {selector.name for expression, _ in one.asked() for selector in selectors(expression)}
    limits = {(way, limit) for name, way, limit in bounds(one.panel["alert"]) if name in read}
    assert (side, one.panel["limit"]) in limits
    page = alerts()[one.panel["alert"]]["annotations"]["runbook"]
    wanted = (one.panel["title"], one.panel["says"])
    made = [panel for panel in documents[one.board]["panels"] if (panel["title"], panel.get("description")) == wanted]
    assert {link["url"] for panel in made for link in panel["links"]} == {f"${{project}}/{page}"}


def test_every_alert_is_explained_by_a_panel() -> None:
    assert alerts().keys() - {one.panel["alert"] for one in explained()} == set()


def test_every_label_that_rules_read_is_there() -> None:
    there = known()
    for rule in rules():
        labels_of(rule["expr"], there)


@pytest.mark.parametrize("one", shown(), ids=str)
def test_every_label_that_a_panel_reads_or_names_its_series_by_is_there(one: Shown) -> None:
    there = known()
    choices = boards()[one.board]["choices"]
    for (expression, legend), (written_expression, _) in zip(one.asked(), one.panel["series"], strict=True):
        assert set(CHOSEN.findall(written_expression.replace(RATE, ""))) <= choices.keys()
        labels = labels_of(expression, there)
        assert set(LEGEND.findall(legend)) <= labels
        assert legend or not labels, "series that cannot be told apart"


def test_every_choice_offers_values_of_a_label_that_is_there() -> None:
    there = known()
    for board in boards().values():
        for name, choice in board["choices"].items():
            found = CHOICE.fullmatch(choice["query"])
            assert found, choice
            assert found[2] in labels_of(CHOSEN.sub(".+", found[1]), there), name


@pytest.mark.parametrize(
    "wrong",
    [
        'iq_outbox_pending{netwrok="rp"}',
        "sum by (netwrok) (iq_outbox_pending)",
        "iq_outbox_pendign",
        "histogram_quantile(0.9, sum by (service) (rate(iq_http_request_seconds_bucket[5m])))",
        "iq_stream_bytes / iq_records",
        "iq_records / on (stream) iq_stream_bytes",
        'label_replace(iq_records, "kind", "$1", "state", "(.*)")',
        "sum by (instance) (iq:completeness:ratio)",
        "sum without (netwrok) (iq_records)",
    ],
)
def test_a_slip_in_a_metric_or_label_is_found(wrong: str) -> None:
    promql.parse(wrong)  # Prometheus takes it
    with pytest.raises(WrongLabel):
        labels_of(wrong, known())


def test_recorded_series_have_the_labels_that_alerts_tell() -> None:
    there = known()
    assert there["iq:stream_fill:ratio"] == {"network", "stream"}
    for name in recorded():
        assert there[name] <= {label for labels in there.values() for label in labels}
    for rule in alerting():
        told = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        assert told <= labels_of(rule["expr"], there), rule["alert"]
