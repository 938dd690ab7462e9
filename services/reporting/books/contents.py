"""A table of a book put together from the answers of its questions; pure.

A column for each period. Every number keeps the passport of the answer it stands in (design 11); a question without an
answer leaves its numbers empty, with the reason.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.reporting.answer import REST
from services.reporting.books.definitions import Step
from services.reporting.books.quarters import Period, Quarter
from services.reporting.printed_tables import Unanswered
from shared.topology import CENTRE

Answer = Mapping[str, Any] | Unanswered
Content = dict[str, Any]
SILENT = "Kein Netzwerk hat geantwortet."


def checked(answer: Mapping[str, Any]) -> Answer:
    """An answer, unless all networks that were asked are silent: zero would not be true."""
    coverage = answer["passport"]["coverage"]
    return Unanswered(SILENT) if coverage["networks"] and not coverage["answered"] else answer


def figures_table(
    step: Step,
    order: tuple[Quarter, date],
    titles: Mapping[str, tuple[str, str]],
    answers: Mapping[tuple[int, int], Answer],
) -> Content:
    """A table of figures of an `order` (quarter, Stichtag).

    `titles`: title and unit of indicators, `answers` by line and column.
    """
    table, lines = step.table, step.table.asked
    columns = [_column(period, *order) for period in table.periods]
    found = _by_lines(step, titles, answers) if table.lines else _by_values(step, answers)
    told, problems = [], []
    for line, asked in enumerate(lines):
        for column in range(len(columns)):
            answer = answers[line, column]
            place = {"line": line, "column": column, "indicator": asked.indicator}
            if isinstance(answer, Unanswered):
                problems.append({**place, "problem": answer.reason})
            else:
                told.append({**place, "passport": answer["passport"]})
    head = {"chapter": step.chapter, "region": step.region, "content": table.content, "periods": columns}
    shown = {name: getattr(table, name) for name in ("id", "title", "chart", "note")}
    unit = "" if table.lines else titles[table.indicator][1]
    told_of = {
        "indicator": table.indicator,
        "unit": unit,
        "passports": told,
        "problems": problems,
        "problem": _whole(found, problems),
    }
    return {**head, **shown, **found, **told_of}


def _whole(found: Content, problems: Sequence[Mapping[str, Any]]) -> str:
    """Why a table has no number at all; nothing where it has some."""
    empty = all(value is None for row in found["rows"] for value in row["values"])
    return str(problems[0]["problem"]) if problems and empty and set(found["totals"]) <= {None} else ""


def _column(period: Period, quarter: Quarter, as_of: date) -> dict[str, str]:
    first, last = quarter.months(period)
    return {"period": period, "from": first, "to": last, "as_of": quarter.day(period, as_of).isoformat()}


def _by_lines(step: Step, titles: Mapping[str, tuple[str, str]], answers: Mapping[tuple[int, int], Answer]) -> Content:
    rows = []
    for number, line in enumerate(step.table.lines):
        title, unit = titles[line.indicator]
        values = [_total(answers[number, column]) for column in range(len(step.table.periods))]
        rows.append({"codes": [], "title": line.title or title, "unit": unit, "values": values, "shares": []})
    return {"by": [], "rows": rows, "totals": []}


def _total(answer: Answer) -> int | None:
    return None if isinstance(answer, Unanswered) else int(answer["total"])


def _by_values(step: Step, answers: Mapping[tuple[int, int], Answer]) -> Content:
    """Rows of all values that some column has, or of those that the first one ranks; without records they are zero."""
    table = step.table
    columns = [answers[0, column] for column in range(len(table.periods))]
    cells = [None if isinstance(one, Unanswered) else _cells(one, table.by) for one in columns]
    keys = list(dict.fromkeys(key for found in cells if found is not None for key in found))
    if table.top is None:
        keys.sort()
    elif (ranked := next((found for found in cells if found is not None), None)) is not None:
        keys = list(ranked)
        cells = [None if found is None else _with_rest(found, keys) for found in cells]
    rows = []
    for key in keys:
        pairs = [None if found is None else found.get(key, (0, 0.0)) for found in cells]
        values, shares = ([None if pair is None else pair[place] for pair in pairs] for place in (0, 1))
        rows.append({"codes": list(key), "title": "", "unit": "", "values": values, "shares": shares})
    return {"by": list(table.by), "rows": rows, "totals": [_total(one) for one in columns]}


Cells = dict[tuple[str, ...], tuple[int, float]]


def _cells(answer: Mapping[str, Any], by: Sequence[str]) -> Cells:
    return {tuple(row[name] for name in by): (row["value"], row["share"]) for row in answer["rows"]}


def _with_rest(cells: Cells, keys: Sequence[tuple[str, ...]]) -> Cells:
    """The values of some rows, and what all others add up to: what a ranking leaves out (contracts §6)."""
    left = [pair for key, pair in cells.items() if key not in keys or key == (REST,)]
    kept = {key: pair for key, pair in cells.items() if key in keys and key != (REST,)}
    if (REST,) not in keys or not left:
        return kept
    return kept | {(REST,): (sum(value for value, _ in left), round(sum(share for _, share in left), 4))}


def parameters(
    step: Step, place: tuple[int, int], quarter: Quarter, days: tuple[date, date], network: str
) -> list[tuple[str, str]]:
    """The question behind the numbers of a place (line, column), as parameters of `/api/v1/figures`.

    `days`: Stichtag and day of knowledge of the book. At the centre a network's book asks for that network alone. Only
    the first column is asked for its ranks: the other ones need all values to show the same (MON-18).
    """
    (line, column), (as_of, known_at) = place, days
    table, asked, period = step.table, step.table.asked[line], step.table.periods[column]
    first, last = quarter.months(period)
    found = [("indicator", asked.indicator), ("by", ",".join(table.by)), ("from", first), ("to", last)]
    found += [("as_of", quarter.day(period, as_of).isoformat()), ("known_at", known_at.isoformat())]
    found += sorted(asked.filters.items())
    if table.top and column == 0:
        found.append(("top", str(table.top)))
    return found + region_filter(step.region, network)


def region_filter(region: str, network: str) -> list[tuple[str, str]]:
    """The filter that keeps a network's book to that network; a network's own reporting has nothing else."""
    return [("region", region)] if network == CENTRE and region != CENTRE else []
