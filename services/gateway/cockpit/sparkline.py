"""A small trend in a row of a table. Its numbers stand in the table of quarters below.

Written by hand: Vega takes 30 ms for each, and a page has twenty.
"""

from collections.abc import Sequence

from markupsafe import Markup

from services.gateway.languages import _
from services.gateway.rendering import number

WIDTH, HEIGHT, EDGE = 120, 28, 2
DRAWN = Markup(
    '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
    '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/></svg>'
)


def sparkline(values: Sequence[int]) -> str:
    """A line through the values from zero up; nothing where there are less than two."""
    if len(values) < 2:
        return ""
    top, step = max(*values, 1), (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = " ".join(
        f"{EDGE + index * step:.1f},{HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE):.1f}"
        for index, value in enumerate(values)
    )
    words = _("Verlauf über {count} Quartale, zwischen {low} und {high}, zuletzt {last}").format(
        count=len(values), low=number(min(values)), high=number(max(values)), last=number(values[-1])
    )
    return DRAWN.format(WIDTH, HEIGHT, WIDTH, HEIGHT, words, points)
