"""A stored table of a book in German words: head, rows, total, notes, chart with its words, passports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway import answers
from services.gateway.brochure import missing, passport
from services.gateway.labels import REST, TIMES, dimension
from services.gateway.passports import limits, period
from services.gateway.rendering import day, label, number, percent
from shared.topology import CENTRE

Content = Mapping[str, Any]
RATES = ("completeness", "timeliness")
"""Indicators whose share says more than their number; it stands beside each period."""
REASONS = {
    "late": ("verspätet erfasst", "verspätet erfasst"),
    "received": ("verspätet eingegangen", "verspätet eingegangen"),
    "corrected": ("Korrektur", "Korrekturen"),
    "withdrawn": ("Rücknahme", "Rücknahmen"),
}
PROTECTED = {
    "printed": "wie gedruckt",
    "rounded": "gerundet auf Vielfache von 5",
    "minimum3": "Mindestzahl 3",
    "exact": "ungeschützt (zählt keine Menschen)",
}
SAME_QUESTION = "Die übrigen Spalten fragen dasselbe über ihren Zeitraum; alle Zahlenpässe stehen in der Excel-Datei."
NO_ROWS = "Für diesen Zeitraum liegen keine Daten vor."
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    """Cells of a row: texts first, then numbers; `None`: not known. `weak`: a rest that is not ranked."""

    cells: tuple[Cell, ...]
    weak: bool = False


@dataclass(frozen=True)
class Shown:
    """A table for its readers: the first `texts` columns are words, those in `shares` are shares of one."""

    number: int
    title: str
    unit: str
    columns: tuple[str, ...]
    texts: int
    rows: tuple[Row, ...]
    total: tuple[Cell, ...]
    shares: frozenset[int]
    notes: tuple[str, ...]
    problem: str
    passports: tuple[Mapping[str, str], ...]


def shown(table: Content, place: int) -> Shown:
    """A table of a book as its readers see it."""
    if table["problem"] or table["content"] == "figures":
        return _figures(table, place)
    return _published(table, place) if table["content"] == "published" else _changes(table, place)


def words_of(value: Cell, *, share: bool) -> str:
    """A cell as text."""
    if isinstance(value, str):
        return value
    return percent(None if value is None else value * 100) if share else number(value)


def heading(column: Mapping[str, str]) -> str:
    """What a column is: „3. Quartal 2026“, „01/2026–09/2026“, „Bestand am 30.09.2026“."""
    kind, last = column["period"], column["to"]
    if kind in ("quarter", "previous"):
        return label(f"{last[:4]}-Q{int(last[5:]) // 3}", "quarter")
    if kind == "stock":
        return f"Bestand am {day(column['as_of'])}"
    words = period(column)
    return {"round": f"Förderrunde {words}", "series": "Anzahl"}.get(kind, words)


def _figures(table: Content, place: int) -> Shown:
    columns, by = table.get("periods", ()), table.get("by", ())
    rates = _with_share(table)
    texts = len(by) or 2
    head = [dimension(name).title for name in by] or ["Kennzahl", "Einheit"]
    for number_of, column in enumerate(columns):
        head += [heading(column), *(["Anteil"] if number_of in rates else [])]
    marks = [at for at, words in enumerate(head) if words == "Anteil" and at >= texts]
    return Shown(
        number=place,
        title=table["title"],
        unit=table.get("unit", ""),
        columns=tuple(head),
        texts=texts,
        rows=tuple(_row(row, by, rates) for row in _ordered(table)),
        total=_total(table, texts, rates),
        shares=frozenset(marks),
        notes=tuple(_notes(table)),
        problem=table["problem"] or ("" if table["rows"] else NO_ROWS),
        passports=tuple(_passports(table)),
    )


def _with_share(table: Content) -> tuple[int, ...]:
    """The periods beside which a share stands: of rates all, else the first; none over time and of several lines."""
    if not table.get("by") or table["by"][0] in TIMES:
        return ()
    return tuple(range(len(table["periods"]))) if table["indicator"] in RATES else (0,)


def _ordered(table: Content) -> list[Mapping[str, Any]]:
    """Rows in the order of the vocabulary or topology; a ranking and what has no list stay as they were stored."""
    rows: list[Mapping[str, Any]] = list(table["rows"])
    by: Sequence[str] = table.get("by") or ()
    places = {code: at for at, (code, _) in enumerate(dimension(by[0]).options)} if by else {}
    if not places or any(row["codes"] == [REST] for row in rows) or dimension(by[0]).long:
        return rows
    return sorted(rows, key=lambda row: (places.get(row["codes"][0], len(places)), row["codes"]))


def _row(row: Mapping[str, Any], by: Sequence[str], rates: Sequence[int]) -> Row:
    texts = [label(code, name) for code, name in zip(row["codes"], by, strict=True)] or [row["title"], row["unit"]]
    return Row((*texts, *_numbers(row["values"], row["shares"], rates)), row["codes"] == [REST])


def _numbers(values: Sequence[Cell], shares: Sequence[Cell], rates: Sequence[int]) -> Iterator[Cell]:
    for at, value in enumerate(values):
        yield value
        if at in rates:
            yield shares[at]


def _total(table: Content, texts: int, rates: Sequence[int]) -> tuple[Cell, ...]:
    totals = table.get("totals", ())
    if not totals:
        return ()
    return ("Insgesamt", *[""] * (texts - 1), *_numbers(totals, [""] * len(totals), rates))


def _notes(table: Content) -> Iterator[str]:
    if table["note"]:
        yield table["note"]
    coverages = [entry["passport"]["coverage"] for entry in table.get("passports", ())]
    if absent := missing({code for found in coverages for code in found.get("missing", ())}):
        yield f"Unvollständig: {absent}"
    if codes := sorted({code for found in coverages for code in found.get("differing", ())}):
        yield f"Abweichende eigene Zählung: {', '.join(label(code, 'region') for code in codes)}."
    if not table["problem"]:
        places: dict[str, dict[str, None]] = {}
        for entry in table.get("problems", ()):
            line = table["rows"][entry["line"]]["title"] if not table["by"] else ""
            places.setdefault(entry["problem"], {})[line or heading(table["periods"][entry["column"]])] = None
        yield from (f"Nicht beantwortet ({', '.join(named)}): {problem}" for problem, named in places.items())


def _passports(table: Content) -> Iterator[Mapping[str, str]]:
    """The passport of each line in its first period, and that the others ask the same."""
    seen: set[int] = set()
    for entry in table.get("passports", ()):
        if entry["line"] not in seen:
            seen.add(entry["line"])
            yield passport({"passport": entry["passport"], "link": entry["passport"]["link"], "reason": ""})


def _published(table: Content, place: int) -> Shown:
    rows = []
    for entry in table["rows"]:
        narrowed = "; ".join(limits(entry["filters"].items()))
        what = f"{entry['title']}{f' ({narrowed})' if narrowed else ''}, {period(entry)}"
        whose = label(entry["of"], "region") if entry["of"] != CENTRE else "bundesweit"
        where = f"{entry['source']}, {whose}, {PROTECTED[entry['method']]}, Stichtag {day(entry['as_of'])}"
        both = entry["own"] is not None and entry["published"]
        share = entry["own"] / entry["published"] if both and entry["of"] == CENTRE else None
        told = "gesperrt" if entry["published"] is None else entry["published"]
        rows.append(Row((what, where, entry["own"], told, "" if share is None else share)))
    head = ("Kennzahl und Zeitraum", "Veröffentlicht in", "eigene Zahl", "veröffentlicht", "Anteil")
    return _plain(table, place, head, rows, "Veröffentlichte Vergleichszahlen liegen hier nicht vor.")


def _changes(table: Content, place: int) -> Shown:
    rows = []
    for entry in table["rows"]:
        found = [f"{number(count)} {REASONS[name][count != 1]}" for name, count in entry["reasons"].items()]
        why = entry["problem"] or ", ".join(found) or "keine Änderung"
        numbers = (entry.get("before"), entry.get("after"), signed(entry["change"]))
        rows.append(Row((entry["title"], why, *numbers)))
    since = table["since"]
    head = ("Kennzahl", "Gründe (Datensätze)", "damals", "jetzt", "Änderung")
    what = "Seit dem letzten Buch" if since["book_id"] else "Ein früheres Buch gibt es nicht; verglichen wird"
    days = f"Stichtag {day(since['as_of'])}, bekannt am {day(since['known_at'])}"
    note = f"{what}: {label(since['quarter'], 'quarter')}, {days}. {table['note']}".strip()
    return _plain({**table, "note": note}, place, head, rows, NO_ROWS)


def signed(value: int | None) -> str:
    """A change with its sign: +31, −4, ±0."""
    if value is None:
        return "–"
    return "±0" if not value else f"{'+' if value > 0 else '−'}{number(abs(value))}"


def _plain(table: Content, place: int, head: Sequence[str], rows: Sequence[Row], empty: str) -> Shown:
    """A table whose first two columns are words, and whose last may be a share."""
    told = [entry for entry in table["rows"] if "passport" in entry]
    known: dict[str, Mapping[str, str]] = {}
    for entry in told:
        found = passport({"passport": entry["passport"], "link": entry["passport"]["link"], "reason": ""})
        known.setdefault(f"{entry['indicator']}", found)
    shares = frozenset({len(head) - 1} if head[-1] == "Anteil" else ())
    problem = "" if rows else empty
    return Shown(
        place,
        table["title"],
        "",
        tuple(head),
        2,
        tuple(rows),
        (),
        shares,
        (table["note"],),
        problem,
        tuple(known.values()),
    )


def picture(table: Content) -> dict[str, str] | None:
    """The chart of a table's first period as SVG with every number of it in words; none where it has none."""
    if not table["chart"] or not table.get("by"):
        return None
    name = table["by"][0]
    rows = [
        {name: row["codes"][0], "value": row["values"][0]} for row in _ordered(table) if row["values"][0] is not None
    ]
    found = answers.picture({"rows": rows, "by": [name]})
    if found is None:
        return None
    numbers = ", ".join(f"{label(row[name], name)} {number(row['value'])}" for row in rows)
    return {"svg": found["svg"], "alt": f"{table['title']}. {found['text']}: {numbers}."}
