"""A network's edition with numbers that were printed before: accepted as shown, refused where nothing was printed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting import public_figures
from services.reporting.editions import digest
from services.reporting.public_figures import load_public
from services.reporting.public_tables import public_questions
from tests.integration.reporting.test_asking import Country, country  # noqa: F401  # a fixture
from tests.integration.reporting.test_submissions import MANY, arrived, keep_everywhere, submitted
from tests.support.recording import rows

COUNTED = {code: sum(one["nationality"] == code for one in MANY) for code in ("SY", "TR")}
SAME, OTHER = COUNTED["TR"], COUNTED["SY"] - 6


@pytest.fixture(autouse=True)
def _in_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of rp: everybody and Turkey as counted, Syria otherwise."""
    period = 'indicator = "counselling_sessions", from = "2022-04", to = "2022-06", as_of = "2022-06-30"'
    cells = {"": len(MANY), ', nationality = "TR"': SAME, ', nationality = "SY"': OTHER}
    lines = [
        f'{{ figure = "f{value}", value = {value}, {period}, filter = {{ region = "rp"{only} }} }}'
        for only, value in cells.items()
    ]
    (tmp_path / "figures.toml").write_text(f"figures = [{', '.join(lines)}]", encoding="utf-8")
    monkeypatch.setattr(public_figures, "FILE", tmp_path / "figures.toml")
    for kept in (load_public, public_questions):
        kept.cache_clear()
    yield
    monkeypatch.undo()
    for kept in (load_public, public_questions):
        kept.cache_clear()


@pytest.mark.parametrize("method", ["rounded", "minimum3"])
async def test_printed_numbers_are_accepted_as_the_network_shows_them(country: Country, method: str) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, method)
    answer = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert answer.status_code == 200, answer.text
    (table,) = (await arrived(country, key))["tables"]
    found = {row["nationality"]: row for row in table["rows"]}
    assert (found["TR"]["value"], found["TR"]["printed"], "recorded" in found["TR"]) == (SAME, True, False)
    assert (found["SY"]["value"], found["SY"]["printed"]) == (OTHER, True)
    assert abs(found["SY"]["recorded"] - COUNTED["SY"]) < 5
    assert (table["total"], table["total_printed"]) == (len(MANY), True)


async def test_what_was_never_printed_is_refused(country: Country) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    reporting = country.apps["rp"]
    ((title, as_of, shown, described),) = await rows(reporting, "SELECT title, as_of, shown, described FROM edition")
    shown[0]["rows"][1]["value"] += 1
    for entry in (*described[0]["rows"], *described[0]["printed"]):
        entry[1] += entry[0] == ["TR"]
    changed = {"hash": digest(title, as_of, "minimum3", shown)}
    changed |= {"shown": json.dumps(shown), "described": json.dumps(described)}
    async with reporting.state.sessions() as session, session.begin():
        statement = ", ".join(f"{name} = '{value}'" for name, value in changed.items())
        await (await session.connection()).exec_driver_sql(f"UPDATE edition SET {statement}")
    answer = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert (answer.status_code, "stimmen nicht" in answer.json()["detail"]) == (409, True), answer.text
