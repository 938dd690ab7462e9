"""Writes `dashboards/*.json` for Grafana from `boards/*.toml`: `python -m deploy.monitoring.dashboard [address]`.

`address` is where your people read the files of this project; the links to runbooks begin with it.
"""

import json
import sys
import tomllib
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from deploy.keycloak.realm import DOMAIN
from deploy.monitoring.panels import SOURCE, panels

FOLDER = Path(__file__).with_name("dashboards")
BOARDS = Path(__file__).with_name("boards")
TAG = "iq-verbund"
ADDRESS = f"https://quelltext.{DOMAIN}"


@cache
def boards() -> dict[str, dict[str, Any]]:
    """What each dashboard shows, by the name of its file."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(BOARDS.glob("*.toml"))}


def choice(name: str, wanted: dict[str, Any]) -> build.QueryVariable:
    """A choice above the panels: values of a label, one of them or, with `many`, any.

    All can be chosen everywhere, as links from other boards bring it along.
    """
    made = build.QueryVariable(name).label(wanted["label"]).datasource(SOURCE).query(wanted["query"])
    made.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.ALPHABETICAL_ASC)
    made.multi(multi=wanted["many"]).include_all(include_all=True)
    return made.current(VariableOption(text="All", value="$__all"))


def board(name: str, shown: dict[str, Any], address: str) -> build.Dashboard:
    """One dashboard, with links to the others that keep what was chosen."""
    made = build.Dashboard(f"IQ-Verbund: {shown['title']}").uid(f"{TAG}-{name}").tags([TAG, name])
    made.description(shown["says"]).time("now-6h", "now").refresh("30s").timezone("Europe/Berlin").readonly()
    made.tooltip(DashboardCursorSync.CROSSHAIR)
    others = build.DashboardLink("Weitere Übersichten").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    made.link(others.include_vars(include_vars=True).keep_time(keep_time=True))
    made.with_variable(build.DatasourceVariable("source").label("Quelle").type("prometheus"))
    made.with_variable(build.ConstantVariable("project").label("Dateien des Projekts").value(address))
    for variable, wanted in shown["choices"].items():
        made.with_variable(choice(variable, wanted))
    number = count(1)
    for row in shown["rows"]:
        made.with_row(build.Row(row["title"]).id(next(number)))
        for panel in panels(row):
            made.with_panel(panel.id(next(number)))
    return made


def written(address: str = ADDRESS) -> dict[Path, str]:
    """The files as Grafana imports them."""
    return {
        FOLDER / f"{name}.json": json.dumps(
            board(name, shown, address).build(), cls=JSONEncoder, ensure_ascii=False, sort_keys=True
        )
        + "\n"
        for name, shown in boards().items()
    }


if __name__ == "__main__":
    for path, text in written(*sys.argv[1:2]).items():
        path.write_text(text, encoding="utf-8")
