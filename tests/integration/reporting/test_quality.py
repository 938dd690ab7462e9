"""Findings on real facts: each rule once at the centre and in a network, asked by the one read path, as of a day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2

from services.reporting.facts import keep_on
from services.reporting.figures import Figures
from services.reporting.periods import shifted
from services.reporting.quality.assessment import Assessment, Assessor
from services.reporting.tables import HeartbeatRow
from shared import clock
from shared.vocabulary import Role
from shared.vocabulary.quality import FindingRule as R
from tests.integration.reporting.conftest import Desk
from tests.support.events import body, received
from tests.support.outliers import groups, last_month
from tests.support.recording import Caller

DAY = timedelta(days=1)


async def assessed(desk: Desk, as_of: date | None = None) -> Assessment:
    figures = Figures(desk.sessions, desk.network, synthetic=False)
    today = clock.today()
    return await Assessor(figures, desk.sessions, desk.network).assess(as_of or today - DAY, today)


def found(assessment: Assessment, rule: R) -> list[tuple[str, str, dict[str, str]]]:
    """(network, period, dimensions) of the findings of a rule."""
    subjects = [one.subject for one in assessment.findings if one.subject.rule is rule]
    return [(one.network, one.period, dict(one.dimensions)) for one in subjects]


async def test_an_outlier_is_found_with_its_figure_and_only_in_its_network(empty_desk: Desk) -> None:
    await empty_desk.keep([*groups("rp"), *groups("sn", found=104)])
    assessment = await assessed(empty_desk)
    assert found(assessment, R.OUTLIER) == [("rp", last_month(), {"programme_line": "fair_integration"})]
    (finding,) = [one for one in assessment.findings if one.subject.rule is R.OUTLIER]
    answer = await empty_desk.ask(
        f"indicator=group_participants&region=rp&from={last_month()}&to={last_month()}", clock.today()
    )
    assert finding.hit.value == answer["total"] == 400
    assert assessment.finding(finding.subject.key) == finding


async def test_as_of_an_earlier_day_the_later_month_is_not_looked_at(empty_desk: Desk) -> None:
    await empty_desk.keep(groups())
    first_of_last = date.fromisoformat(f"{last_month()}-20")
    assert found(await assessed(empty_desk, first_of_last), R.OUTLIER) == []  # it was the running month


async def test_a_month_without_records_is_found_between_others(empty_desk: Desk) -> None:
    gap = shifted(last_month(), -2)
    await empty_desk.keep([one for one in groups(found=100) if one["month"] != gap])
    assert found(await assessed(empty_desk), R.EMPTY_MONTH) == [("rp", gap, {"programme_line": "fair_integration"})]


def offices(**last: str) -> dict[str, Any]:
    """A heartbeat that tells the newest month of each office."""
    return {"version": "1", "outbox_depth": 0, "oldest_undelivered_seconds": 0, "last_recorded": last, "kinds": {}}


async def test_silent_offices_and_networks_are_told_by_heartbeats(desk: Callable[[str], Desk]) -> None:
    centre = desk("de")
    long_ago, now = shifted(last_month(), -5), clock.now()
    unit = {"event": "structure", "code": "closed", "name_": "Zu", "valid_from": "2020-01-01", "valid_to": "2025-01-31"}
    await centre.keep([unit | {"name": "closed"}])
    beat = offices(busy=last_month(), quiet=long_ago, closed=long_ago)
    async with centre.sessions() as session, session.begin():
        await session.merge(HeartbeatRow(region="rp", context="counselling", received_at=now, beat=beat))
        old = HeartbeatRow(region="sn", context="counselling", received_at=now - 3 * DAY, beat=offices())
        await session.merge(old)
    assessment = await assessed(centre)
    assert found(assessment, R.SILENT_OFFICE) == [("rp", long_ago, {"office": "quiet"})]
    silent = {one.subject.network: one.hit.value for one in assessment.findings if one.subject.rule is R.SILENT_NETWORK}
    assert silent.keys() >= {"sn", "he"}
    assert "rp" not in silent
    assert (silent["sn"], silent["he"]) == (3.0, None)


async def test_a_network_looks_at_fields_and_offices_that_the_centre_does_not_know(desk: Callable[[str], Desk]) -> None:
    network = desk("rp")
    common = {"event": "session", "received": clock.today()}
    early, recent = shifted(last_month(), -6), last_month()
    sessions = [common | {"name": f"e{n}", "month": early, "gender": "female", "office": "a"} for n in range(60)]
    sessions += [common | {"name": f"r{n}", "month": recent, "gender": "not_stated"} for n in range(60)]
    unit = {"event": "structure", "name": "a", "code": "MZ-1", "name_": "Mainz", "valid_from": "2020-01-01"}
    await network.keep([*sessions, unit])
    assessment = await assessed(network)
    assert ("rp", recent, {"gender": "not_stated"}) in found(assessment, R.NOT_STATED)
    assert found(assessment, R.SILENT_OFFICE) == [("rp", early, {"office": "MZ-1"})]
    assert found(assessment, R.SILENT_NETWORK) == []


async def test_jumps_between_rounds_are_found_for_a_network_and_for_all(empty_desk: Desk) -> None:
    counts = {"2018-05": {"SY": 480, "IR": 20}, "2022-05": {"SY": 360, "IR": 140}}
    events = [
        received("session", "rp", body("session", f"{month} {code} {place}", values, lean=True), lean=True)
        for month, counted in counts.items()
        for code, count in counted.items()
        for place in range(count)
        for values in [{"month": month, "nationality": code}]
    ]
    async with empty_desk.sessions() as session, session.begin():
        await keep_on(session, events, clock.today())
    dimensions = {"nationality": "IR", "programme_line": "recognition_counselling"}
    expected = [(network, "2019-2022", dimensions) for network in ("de", "rp")]
    assert found(await assessed(empty_desk), R.RANK_JUMP) == expected


async def test_the_api_filters_by_network_and_rule_and_refuses_what_does_not_exist(
    app: Any, client: httpx2.AsyncClient, coordination: Caller
) -> None:
    await Desk(app.state.sessions, "de").keep([*groups("rp"), *groups("sn", found=380)])
    answer = (await coordination.send("GET", "quality?rule=outlier")).json()
    assert [one["network"] for one in answer["findings"]] == ["rp", "sn"]  # by severity
    assert (answer["total"], answer["networks"]) == (2, {"rp": 1, "sn": 1})
    one = answer["findings"][0]
    assert (
        one["sentence"] == "Gezählt wurden 400; nach der eigenen Reihe der Monate davor wären 65 bis 135 zu erwarten."
    )
    figure = (await coordination.send("GET", f"figures?{one['link']}")).json()
    assert {row["month"]: row["value"] for row in figure["rows"]}[last_month()] == 400
    only = (await coordination.send("GET", "quality?rule=outlier&network=sn")).json()
    assert [finding["network"] for finding in only["findings"]] == ["sn"]
    tomorrow = (clock.today() + DAY).isoformat()
    for wrong in ("rule=weather", "network=xx", f"as_of={tomorrow}", "as_of=gestern"):
        refused = await coordination.send("GET", f"quality?{wrong}")
        assert (refused.status_code, refused.json()["title"]) == (422, "Angaben prüfen"), wrong
    reader = Caller(client, app.state.settings, Role.READER)
    assert (await reader.send("GET", "quality")).status_code == 403
