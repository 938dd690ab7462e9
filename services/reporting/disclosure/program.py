"""Whole numbers under linear conditions: what may they be? Solved with HiGHS; every answer is checked in whole numbers.

A point that is returned is a witness, whatever the solver believes: it was rounded and put into every condition. Where
no witness is found within a bounded effort, there is none for us.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.reporting.disclosure.published import TooMuchToCheckError

if TYPE_CHECKING:
    from highspy import Highs, HighsVarType

NEAR = 1e-6
NODES, PROOF = 200, 20_000
BRANCHING = 2_000
"""What a search in whole numbers costs beside its iterations, in iterations."""
EFFORT = 10_000_000_000
"""Iterations times rows, altogether: some five minutes of one core."""
Weights = Mapping[int, int]
Range = tuple[int, int | None]
Point = Sequence[int]


class ContradictionError(ValueError):
    """No numbers satisfy all conditions."""


@dataclass(frozen=True)
class Optimum:
    """Of the program without whole numbers: the best value, the point, and the rows that forbid a better one."""

    value: float
    point: Sequence[float]
    rows: frozenset[int]


class Program:
    """Non-negative whole numbers (columns) under conditions (rows), added before or between searches.

    `more`: conditions too many to write down; given a point, those that it violates.
    """

    def __init__(self, more: Callable[[Point], Iterable[tuple[Weights, Range]]]) -> None:
        self.columns = 0
        self.rows: list[tuple[Weights, Range]] = []
        self.more = more
        self.effort = 0
        self.highs: Highs = _highs()

    def add_column(self, most: int | None = None) -> int:
        """A new number of at most `most`; returns its place."""
        self.highs.addVar(0, _high(most))
        self.columns += 1
        return self.columns - 1

    def add_row(self, weights: Weights, within: Range) -> int:
        """A new condition: the weighted sum lies within the range; returns its place."""
        low, high = within
        columns = list(weights)
        self.highs.addRow(low, _high(high), len(columns), columns, [float(weights[column]) for column in columns])
        self.rows.append((weights, within))
        return len(self.rows) - 1

    def bound(self, row: int, within: Range) -> None:
        """Change the range of a condition."""
        low, high = within
        self.highs.changeRowBounds(row, low, _high(high))
        self.rows[row] = (self.rows[row][0], within)

    def optimum(self, gain: Weights) -> Optimum:
        """The largest weighted sum, were the numbers not whole. Raises ContradictionError if there are none."""
        return self._run(self.highs, gain)

    def witness(self, point: Sequence[float]) -> Point | None:
        """The point in whole numbers if it is one and satisfies everything.

        If only conditions of `more` are violated, they become rows and the next search knows them.
        """
        whole = [round(value) for value in point]
        if any(abs(value - near) > NEAR for value, near in zip(point, whole, strict=True)):
            return None
        if min(whole, default=0) < 0 or not all(_holds(whole, *row) for row in self.rows):
            return None
        violated = list(self.more(whole))
        for weights, within in violated:
            self.add_row(weights, within)
        return None if violated else whole

    def search(self, gain: Weights, between: tuple[Point, Sequence[float]] | None = None) -> Point | None:
        """A witness with a large weighted sum, by branch and bound with a bounded effort.

        `between` a witness and a point: only numbers in which the two differ may move, which is far quicker.
        """
        searching = self._searching(NODES)
        if between is not None:
            near, far = between
            fixed = [column for column in range(self.columns) if abs(near[column] - far[column]) < NEAR]
            values = [float(near[column]) for column in fixed]
            searching.changeColsBounds(len(fixed), fixed, values, values)
        try:
            return self.witness(self._run(searching, gain).point)
        except ContradictionError:
            return None

    def prove(self, gain: Weights) -> Point | None:
        """The whole numbers with the largest weighted sum, none if it is proved that there are none.

        Raises TooMuchToCheckError if that could not be decided.
        """
        searching = self._searching(PROOF)
        try:
            found = self.witness(self._run(searching, gain).point)
        except ContradictionError:
            found = None
        if found is None and not _is_infeasible(searching):
            raise TooMuchToCheckError
        return found

    def _searching(self, nodes: int) -> "Highs":
        """The program with whole numbers."""
        searching = _highs()
        searching.passModel(self.highs.getModel())
        searching.setOptionValue("mip_max_nodes", nodes)
        whole = _whole_number()
        for column in range(self.columns):
            searching.changeColIntegrality(column, whole)
        return searching

    def _run(self, highs: "Highs", gain: Weights) -> Optimum:
        costs = [0.0] * self.columns
        for column, weight in gain.items():
            costs[column] = weight
        highs.changeColsCost(self.columns, list(range(self.columns)), costs)
        highs.run()
        solution, info = highs.getSolution(), highs.getInfo()
        branching = 0 if highs is self.highs else BRANCHING
        self.effort += (info.simplex_iteration_count + branching) * len(self.rows)
        if self.effort > EFFORT:
            raise TooMuchToCheckError
        if not solution.value_valid:
            raise ContradictionError
        duals = enumerate(solution.row_dual) if solution.dual_valid else ()
        rows = frozenset(row for row, dual in duals if abs(dual) > NEAR)
        return Optimum(info.objective_function_value, solution.col_value, rows)


def _highs() -> "Highs":
    import highspy  # noqa: PLC0415 - 30 MB that only a process which checks editions should spend

    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor carries no types
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own interface
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("simplex_strategy", 4)  # primal: only the goal changes from search to search
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return highs


def _whole_number() -> "HighsVarType":
    import highspy  # noqa: PLC0415 - as above

    return highspy.HighsVarType.kInteger


def _is_infeasible(highs: "Highs") -> bool:
    import highspy  # noqa: PLC0415 - as above

    return highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible


def _high(most: int | None) -> float:
    return float("inf") if most is None else most


def _holds(point: Point, weights: Weights, within: Range) -> bool:
    low, high = within
    value = sum(weight * point[column] for column, weight in weights.items())
    return low <= value and (high is None or value <= high)
