"""Charts of the printed tables: what they show, and what they say to those who do not see them."""

import re

import pytest

from services.gateway.rendering import percent
from services.gateway.table_charts import BLUE, DIFFERENT, LIGHT, ORANGE, bars_of, caption, described, picture
from tests.support.printed import printed_table

NAMES = [f"t{number:02d}" for number in range(1, 14)]


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(colour[place : place + 2]) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_chart_without_anything_inline(name: str) -> None:
    svg = picture(printed_table(name))
    assert svg.startswith("<svg")
    assert not re.search(r"\sstyle=|<style|<script|https?://(?!www\.w3\.org)", svg)


def test_the_words_of_a_chart_name_every_number() -> None:
    assert described(printed_table("t02")) == (
        "Balkendiagramm, Häufigste Staatsangehörigkeiten 2015–2018: Syrien 52.570, Deutschland 13.435, "
        "Russische Föderation 11.344, Polen 11.282, Iran 1.984."
    )
    assert "Entgelt (Erstberatungen) 7.305" in described(printed_table("t05"))
    assert "Lehrer*in (2019–2022) 8,2\u00a0%" in described(printed_table("t07"))
    assert "2015–2018 (davon mit Erfolg) 10.061" in described(printed_table("t06"))
    assert "Berlin 7" in described(printed_table("t12"))
    assert "Migrantenorganisationen 22" not in described(printed_table("t12"))


def test_totals_are_no_bars() -> None:
    assert [bar.place for bar in bars_of(printed_table("t08"))] == ["Schulungen", "Veranstaltungen", "Beratungen"]


def test_the_print_is_drawn_only_where_it_differs() -> None:
    same, other = printed_table("t13"), printed_table("t13")
    other["cells"][0]["value"] = 30
    assert ORANGE.lower() not in picture(same).lower()
    assert ORANGE.lower() in picture(other).lower()
    assert caption(same) == "Infoblätter, aus den Datensätzen."
    assert caption(other).endswith(DIFFERENT)
    assert [(bar.value, bar.printed, bar.end) for bar in bars_of(other)] == [(30, 38, 38), (24, None, 24)]


def test_what_is_not_answered_has_no_bar_but_its_print() -> None:
    open_ = printed_table("t02", answered=False)
    assert {bar.value for bar in bars_of(open_)} == {None}
    assert bars_of(open_)[0].text == "–"
    assert "Syrien –" in described(open_)
    picture(open_)


def test_the_map_names_its_source() -> None:
    assert "GeoBasis-DE / BKG 2017 (Daten verändert)" in caption(printed_table("t12"))
    assert "Teilprojekte" in picture(printed_table("t12"))


def test_series_differ_without_colour() -> None:
    assert contrast(BLUE, LIGHT) > 3
    assert contrast(BLUE, "#FFFFFF") > 3  # the edge of the light bars
    assert contrast(ORANGE, "#FFFFFF") > 3


@pytest.mark.parametrize(
    ("value", "places", "text"), [(27.0, 1, "27,0\u00a0%"), (56.0, 0, "56\u00a0%"), (None, 1, "–")]
)
def test_per_cent(value: float | None, places: int, text: str) -> None:
    assert percent(value, places) == text
