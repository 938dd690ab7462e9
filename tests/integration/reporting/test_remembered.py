"""What was counted is remembered until something arrives that may change it, and no longer."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from services.reporting import figures as figures_module
from services.reporting.counting import Counts, count
from services.reporting.figures import Figures
from services.reporting.question import read_question
from tests.integration.reporting.conftest import TODAY, Desk

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The indicators counted anew, in their order."""
    seen: list[str] = []

    async def noting(session: Any, question: Any, *, keys: bool = False) -> Counts:
        seen.append(question.indicator.code)
        return await count(session, question, keys=keys)

    monkeypatch.setattr(figures_module, "count", noting)
    return seen


async def ask(figures: Figures, text: str, today: date = TODAY) -> int:
    question = read_question(parse_qsl(text), "de", today)
    return int((await figures.answer(question, today))["total"])


def session(name: str, **values: Any) -> dict[str, Any]:
    return {"event": "session", "name": name, "month": "2026-11", **values}


async def test_records_of_today_leave_the_figures_of_yesterday_alone(empty_desk: Desk, counted: list[str]) -> None:
    figures = Figures(empty_desk.sessions, "de", synthetic=False)
    yesterday, now = f"indicator=counselling_sessions&as_of={YESTERDAY}", "indicator=counselling_sessions"
    await empty_desk.keep([session("a", received=YESTERDAY)])
    assert (await ask(figures, yesterday), await ask(figures, now)) == (1, 1)
    await empty_desk.keep([session("b", received=TODAY)])
    assert (await ask(figures, yesterday), await ask(figures, now)) == (1, 2)
    assert len(counted) == 3, "yesterday counted once, now twice"


async def test_a_late_record_changes_the_figures_of_every_day_since(empty_desk: Desk, counted: list[str]) -> None:
    figures = Figures(empty_desk.sessions, "de", synthetic=False)
    days = ("2019-01-15", "2019-06-30", str(YESTERDAY))
    texts = [f"indicator=counselling_sessions&as_of={day}" for day in days]
    assert [await ask(figures, text) for text in texts] == [0, 0, 0]
    await empty_desk.keep([session("a", month="2018-05", recorded_on="2019-02-20")])
    assert [await ask(figures, text) for text in texts] == [0, 1, 1]
    assert len(counted) == 5, "the first day was not touched"


async def test_other_kinds_of_records_leave_a_figure_alone(empty_desk: Desk, counted: list[str]) -> None:
    figures = Figures(empty_desk.sessions, "de", synthetic=False)
    text = "indicator=counselling_sessions"
    await ask(figures, text)
    await empty_desk.keep([{"event": "group", "name": "g", "month": "2026-11", "participants": 7}])
    assert await ask(figures, text) == 0
    assert len(counted) == 1


async def test_what_is_remembered_stays_small(
    empty_desk: Desk, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "MOST_CELLS", 2)
    figures = Figures(empty_desk.sessions, "de", synthetic=False)
    await empty_desk.keep([session(name, nationality=name.upper()) for name in ("sy", "ua", "tr")])
    large, small = "indicator=counselling_sessions&by=nationality", "indicator=counselling_sessions"
    for text in (small, large, large, small, small):
        assert await ask(figures, text) == 3
    assert len(counted) == 3, "the large one put the small one out, and that the large one"
    assert figures._cells == 1
