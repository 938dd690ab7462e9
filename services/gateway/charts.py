"""Charts as SVG, drawn on the server by Vega-Lite and kept by their data; a table stands under each page's chart."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from services.gateway.paper import FONTS
from services.gateway.rendering import number
from shared.topology import load_topology

Rows = tuple[tuple[str, str, int], ...]
"""(code, German label, value)."""

MAP = Path(__file__).parent / "map" / "laender.topo.json"
BLUE, INK, GREY = "#1F44A8", "#171A2B", "#C9CCD6"
SCALE = ["#E8EDFB", "#BFD0F3", "#8BA8E6", "#4C6FCB", "#1B368F"]
CONFIG: dict[str, Any] = {
    "font": "Fira Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 13,
        "titleColor": INK,
        "gridColor": GREY,
        "domainColor": GREY,
        "tickColor": GREY,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13},
}


vl_convert.register_font_directory(str(FONTS))  # texts are measured in the font they are shown in


def draw(chart: alt.TopLevelMixin) -> str:
    """The chart as SVG; drawn once for each specification, its data included."""
    return _svg(json.dumps(chart.to_dict(), sort_keys=True))


@lru_cache(256)
def _svg(specification: str) -> str:
    return str(vl_convert.vegalite_to_svg(specification, format_locale="de-DE"))


def _data(rows: Rows) -> alt.InlineData:
    return alt.InlineData([{"label": label, "value": value, "text": number(value)} for _, label, value in rows])


@lru_cache(128)
def bars(rows: Rows) -> str:
    """Horizontal bars in the order of the rows, each with its number."""
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)), x=alt.X("value:Q", axis=None)
    )
    text = base.mark_text(align="left", dx=6, fontSize=13, color=INK).encode(text="text:N")
    layers = base.mark_bar(color=BLUE, height=22) + text
    return draw(layers.properties(width=420, height=max(40 * len(rows), 40), config=CONFIG))


@lru_cache(128)
def months(rows: Rows) -> str:
    """A line of months with a point at each."""
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-40)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, format=",d")),
    )
    layers = base.mark_line(color=BLUE, strokeWidth=2.5) + base.mark_point(color=BLUE, filled=True, size=60)
    return draw(layers.properties(width=520, height=240, config=CONFIG))


@lru_cache(128)
def germany(rows: Rows, title: str = "Beratungen") -> str:
    """The Länder, darker where the number is larger; Länder without data stay grey. `title` stands over the legend."""
    values = {f"{load_topology()[code].ags:02d}": value for code, _, value in rows if code in load_topology()}
    topology = json.loads(MAP.read_text(encoding="utf-8"))
    for shape in topology["objects"]["laender"]["geometries"]:
        shape["properties"]["value"] = values.get(shape["properties"]["ags"])
    data = alt.InlineData(values=topology, format=alt.TopoDataFormat(type="topojson", feature="laender"))
    top = max(values.values(), default=1)
    fill = alt.condition(
        "isValid(datum.properties.value)",
        alt.Color(
            "properties.value:Q",
            title=title,
            scale=alt.Scale(domain=[0, max(top, 1)], range=SCALE),
            legend=alt.Legend(format=",d", tickCount=3),
        ),
        alt.value("#F1F1F1"),
    )
    land = alt.Chart(data).mark_geoshape(fill="#F1F1F1", stroke="#5B607A", strokeWidth=0.6)
    shapes = alt.Chart(data).mark_geoshape(stroke="#5B607A", strokeWidth=0.6).encode(color=fill)
    return draw(
        (land + shapes).project(type="identity", reflectY=True).properties(width=360, height=480, config=CONFIG)
    )
