"""Charts as SVG, drawn on the server by Vega-Lite and kept by their data; a table stands under each page's chart."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import altair as alt
import vl_convert

from services.gateway.languages import Language, _, kept_by_language, spoken
from services.gateway.paper import FONTS
from services.gateway.rendering import number
from shared.topology import load_topology

Rows = tuple[tuple[str, str, int], ...]
"""(code, German label, value)."""

MAP = Path(__file__).parent / "map" / "laender.topo.json"
Points = tuple[tuple[str, str, int], ...]
"""(label on the axis, label of the series, value)."""
BLUE, INK, GREY = "#1F44A8", "#171A2B", "#C9CCD6"
SERIES = [BLUE, "#A8430B", "#1D7A43", "#7A3E9D", "#535874"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]
SCALE = ["#E8EDFB", "#BFD0F3", "#8BA8E6", "#4C6FCB", "#1B368F"]
LOCALES: dict[Language, Literal["de-DE", "en-GB"]] = {"de": "de-DE", "en": "en-GB"}
ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
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
    return _svg(json.dumps(chart.to_dict(), sort_keys=True), spoken())


@lru_cache(256)
def _svg(specification: str, language: Language) -> str:
    svg = str(vl_convert.vegalite_to_svg(specification, format_locale=LOCALES[language]))
    # The page names the picture as a whole; parts with roles of their own would need names too.
    return ROLES.sub("", svg)


def _data(rows: Rows) -> alt.InlineData:
    return alt.InlineData([{"label": label, "value": value, "text": number(value)} for _, label, value in rows])


@kept_by_language(128)
def bars(rows: Rows) -> str:
    """Horizontal bars in the order of the rows, each with its number."""
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)), x=alt.X("value:Q", axis=None)
    )
    text = base.mark_text(align="left", dx=6, fontSize=13, color=INK).encode(text="text:N")
    layers = base.mark_bar(color=BLUE, height=22) + text
    return draw(layers.properties(width=420, height=max(40 * len(rows), 40), config=CONFIG))


@kept_by_language(128)
def months(rows: Rows) -> str:
    """A line of months with a point at each."""
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, format=",d")),
    )
    layers = base.mark_line(color=BLUE, strokeWidth=2.5) + base.mark_point(color=BLUE, filled=True, size=60)
    return draw(layers.properties(width=520, height=240, config=CONFIG))


@kept_by_language(128)
def series(points: Points) -> str:
    """Up to five lines that differ by colour, dash and marker."""
    names = list(dict.fromkeys(name for _, name, _ in points))
    values = [{"label": label, "series": name, "value": value} for label, name, value in points]
    legend = alt.Legend(title=None, orient="bottom", columns=1, symbolSize=120, symbolStrokeWidth=2.5, labelLimit=400)
    base = alt.Chart(alt.InlineData(values)).encode(
        x=alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, format=",d")),
        color=alt.Color("series:N", scale=alt.Scale(domain=names, range=SERIES), legend=legend),
        strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(domain=names, range=DASHES), legend=legend),
        shape=alt.Shape("series:N", scale=alt.Scale(domain=names, range=SHAPES), legend=legend),
    )
    layers = base.mark_line(strokeWidth=2.5) + base.mark_point(filled=True, size=60)
    return draw(layers.properties(width=600, height=260, config=CONFIG))


@kept_by_language(128)
def grouped(points: Points) -> str:
    """Groups of up to five bars; each says its series beside its number, so that colour is not needed."""
    names = list(dict.fromkeys(name for _, name, _ in points))
    values = [
        {"label": label, "series": name, "value": value, "text": f"{name}: {number(value)}"}
        for label, name, value in points
    ]
    base = alt.Chart(alt.InlineData(values)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        yOffset=alt.YOffset("series:N", sort=None, scale=alt.Scale(domain=names)),
        x=alt.X("value:Q", axis=None),
        color=alt.Color("series:N", scale=alt.Scale(domain=names, range=SERIES), legend=None),
    )
    text = base.mark_text(align="left", dx=6, fontSize=13).encode(text="text:N", color=alt.value(INK))
    height = len(dict.fromkeys(label for label, _, _ in points)) * (22 * len(names) + 12)
    return draw((base.mark_bar() + text).properties(width=360, height=height, config=CONFIG))


@kept_by_language(128)
def germany(rows: Rows, title: str = "") -> str:
    """The Länder, darker where the number is larger; Länder without data stay grey.

    `title` (else sessions) stands over the legend.
    """
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
            title=title or _("Beratungen"),
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
