"""Which labels a PromQL expression reads, and which its series have: a wrong label is no error but an empty panel."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import promql_parser as promql

Labels = frozenset[str]
Known = Mapping[str, Labels]
NONE: Labels = frozenset()
TARGET = frozenset({"scope", "app", "job", "instance"})  # given by prometheus.yaml and by Prometheus
ALERT = frozenset({"alertname", "alertstate", "severity"})
SETS = ("and", "unless", "or")


class WrongLabel(Exception):
    """A label or metric that is not there, with the expression it stands in."""


def selectors(expression: str) -> list[promql.VectorSelector]:
    """Every place where an expression reads series."""
    found: list[promql.VectorSelector] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql.VectorSelector):
            found.append(node)

    promql.walk(promql.parse(expression), visit)
    return found


def labels_of(expression: str, known: Known) -> Labels:
    """Labels of the series of an expression. Raises WrongLabel where one is read that nothing has."""
    return _Reader(expression, known).read(promql.parse(expression))


class _Reader:
    def __init__(self, expression: str, known: Known) -> None:
        self.expression, self.known = expression, known

    def need(self, wanted: Iterator[str] | list[str], there: Labels) -> Labels:
        """The wanted labels, all of which must be there."""
        if missing := set(wanted) - there:
            raise WrongLabel(f"{', '.join(sorted(missing))} in {self.expression}")
        return frozenset(wanted)

    def read(self, node: Any) -> Labels:
        """Labels of what a part of the expression gives."""
        return self.ways[type(node)](self, node)

    def selector(self, node: promql.VectorSelector) -> Labels:
        """A metric with its matchers."""
        there = self.known.get(node.name or "")
        if there is None:
            raise WrongLabel(f"{node.name} in {self.expression}")
        self.need([matcher.name for matcher in node.matchers.matchers], there)
        return there

    def aggregate(self, node: promql.AggregateExpr) -> Labels:
        """`sum by (…)`, and `topk`, which keeps all."""
        there = self.read(node.expr)
        if node.modifier is None:
            return there if str(node.op) in {"topk", "bottomk"} else NONE
        named = self.need(list(node.modifier.labels), there)
        return named if node.modifier.type == promql.AggModifierType.By else there - named

    def call(self, node: promql.Call) -> Labels:
        """A function; those that are not named here keep labels."""
        given = [self.read(argument) for argument in node.args]
        match node.func.name:
            case "time" | "vector" | "scalar":
                return NONE
            case "absent":
                return frozenset(matcher.name for matcher in selectors(self.expression)[0].matchers.matchers)
            case "histogram_quantile":
                return given[1] - self.need(["le"], given[1])
            case "label_replace":
                self.need([node.args[3].val], given[0])
                return given[0] | {node.args[1].val}
        return given[0]

    def binary(self, node: promql.BinaryExpr) -> Labels:
        """Both sides meet by labels: by all of them, or by those that are named."""
        left, right = self.read(node.lhs), self.read(node.rhs)
        if str(node.op) == "or":
            return left | right
        if _is_number(node.lhs) or _is_number(node.rhs):
            return left | right
        matching = node.modifier and node.modifier.matching
        named = frozenset(matching.labels) if matching else NONE
        if matching and matching.type == promql.LabelModifierType.Include:
            self.need(list(named), left & right)
            met = named
        else:
            met = left - named
            if met != right - named:
                raise WrongLabel(f"{sorted(left ^ right)} meet nothing in {self.expression}")
        if str(node.op) in SETS:
            return left
        if node.modifier and node.modifier.card == promql.VectorMatchCardinality.ManyToOne:
            return left | frozenset(node.modifier.group_labels or ())
        return met

    ways: Mapping[type, Callable[["_Reader", Any], Labels]] = {
        promql.VectorSelector: selector,
        promql.MatrixSelector: lambda self, node: self.selector(node.vector_selector),
        promql.AggregateExpr: aggregate,
        promql.Call: call,
        promql.BinaryExpr: binary,
        promql.ParenExpr: lambda self, node: self.read(node.expr),
        promql.UnaryExpr: lambda self, node: self.read(node.expr),
        promql.SubqueryExpr: lambda self, node: self.read(node.expr),
        promql.NumberLiteral: lambda _self, _node: NONE,
        promql.StringLiteral: lambda _self, _node: NONE,
    }


def _is_number(node: Any) -> bool:
    while isinstance(node, promql.ParenExpr | promql.UnaryExpr):
        node = node.expr
    if isinstance(node, promql.BinaryExpr):
        return _is_number(node.lhs) and _is_number(node.rhs)
    return isinstance(node, promql.NumberLiteral) or (
        isinstance(node, promql.Call) and node.func.name in {"time", "scalar"}
    )
