"""Charts of the printed tables: bars of what the records say, a stroke where the print says otherwise."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt

from services.gateway.charts import BLUE, CONFIG, INK, draw, germany
from services.gateway.rendering import number, percent

LIGHT, ORANGE = "#BFD0F3", "#B8480B"
BAR = 17
"""Height of a bar in pixels."""
DIFFERENT = "Senkrechter Strich: gedruckter Wert, wo er abweicht."


class Bar(NamedTuple):
    """A bar: where it stands, its series, its length, the print where it differs, its words and where they begin."""

    place: str
    series: str
    value: float | None
    printed: float | None
    text: str
    end: float


def bars_of(table: Mapping[str, Any]) -> tuple[Bar, ...]:
    """The bars of a table; its totals are no bars."""
    kind, found = table["chart"], []
    for cell in table["cells"]:
        if cell["total"]:
            continue
        by_group = kind == "groups"
        place, series = (cell["group"], cell["label"]) if by_group else (cell["short"], cell["group"])
        value, printed, text = cell["value"], cell["printed"], number(cell["value"])
        if kind == "shares":
            value, printed, text = cell["share"], cell["printed_share"], percent(cell["share"], cell["places"])
        printed = None if printed == value else printed
        found.append(Bar(place, series, value, printed, text, max(value or 0, printed or 0)))
    return tuple(found)


def picture(table: Mapping[str, Any]) -> str:
    """The chart of a table as SVG, or its map."""
    if table["chart"] == "map":
        found = [cell for cell in table["cells"] if not cell["total"] and cell["value"] is not None]
        return germany(tuple((cell["code"], cell["label"], cell["value"]) for cell in found), table["unit"])
    return _bars(bars_of(table))


@lru_cache(128)
def _bars(bars: tuple[Bar, ...]) -> str:
    data = alt.InlineData([bar._asdict() for bar in bars])
    series = list(dict.fromkeys(bar.series for bar in bars))
    places = len({bar.place for bar in bars})
    axis = alt.Axis(labelLimit=320, ticks=False, domain=False, labelPadding=8)
    base = alt.Chart(data).encode(
        y=alt.Y("place:N", sort=None, title=None, axis=axis, scale=alt.Scale(paddingInner=0.25)),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(zero=True)),
        yOffset=alt.YOffset("series:N", sort=None),
    )
    legend = alt.Legend(orient="top", direction="horizontal", title=None, symbolType="square", labelLimit=0)
    # The second series is lighter with a dark edge, so that the two differ without colour.
    colour = alt.Color("series:N", sort=None, scale=alt.Scale(domain=series, range=[BLUE, LIGHT][: len(series)]))
    fill = colour.legend(legend if len(series) > 1 else None)
    bar = base.mark_bar(stroke=BLUE, strokeWidth=1, height={"band": 0.92}).encode(color=fill)
    words = base.mark_text(align="left", dx=6, fontSize=13, color=INK)
    text = words.encode(text="text:N", x=alt.X("end:Q", axis=None))
    layers = bar + text
    if any(bar.printed is not None for bar in bars):
        printed = base.transform_filter("isValid(datum.printed)").encode(x=alt.X("printed:Q", axis=None))
        layers += printed.mark_tick(color=ORANGE, opacity=1, thickness=3, size=BAR)
    height = places * (BAR * len(series) + 11)
    return draw(layers.properties(width=400, height=height, config=CONFIG))


def described(table: Mapping[str, Any]) -> str:
    """What a chart or map shows, in words: every number of it."""
    if table["chart"] == "map":
        shown = (f"{cell['label']} {number(cell['value'])}" for cell in table["cells"] if not cell["total"])
        return f"Karte der Länder, dunkler bei mehr {table['unit']}: {', '.join(shown)}."
    named = [f"{bar.place}{f' ({bar.series})' if bar.series else ''} {bar.text}" for bar in bars_of(table)]
    return f"Balkendiagramm, {table['title']}: {', '.join(named)}."


def caption(table: Mapping[str, Any]) -> str:
    """What stands below the chart."""
    if table["chart"] == "map":
        return "Landesnetzwerke nach Zahl der Teilprojekte. © GeoBasis-DE / BKG 2017 (Daten verändert)"
    shown = f"Anteile an allen ({table['unit']})" if table["chart"] == "shares" else table["unit"]
    different = any(bar.printed is not None for bar in bars_of(table))
    return f"{shown}, aus den Datensätzen.{f' {DIFFERENT}' if different else ''}"
