"""Every indicator by each of its dimensions can stand in an edition or is refused in words: nothing answers 500."""

import pytest

from services.reporting.catalogue import load_catalogue
from services.reporting.indicator import Indicator
from tests.integration.reporting.test_editions import BY_REGION, facts, make, published
from tests.support.recording import Caller

__all__ = ["facts"]  # what the centre knows


@pytest.mark.parametrize("indicator", load_catalogue().values(), ids=lambda indicator: indicator.code)
async def test_no_table_fails(coordination: Caller, indicator: Indicator) -> None:
    period = {"from": "2022-04", "to": "2022-06"} if indicator.period != "none" else {}
    for name in indicator.answerable(lean=True):
        answer = await make(coordination, {"indicator": indicator.code, "by": [name]} | period, method="rounded")
        assert answer.status_code in (201, 409, 422), (name, answer.text)
        assert answer.status_code == 201 or answer.json()["detail"], name


async def test_sessions_by_funding_round(coordination: Caller) -> None:
    edition = await published(coordination, BY_REGION | {"by": "round"})
    (row,) = edition["tables"][0]["rows"]
    assert (row["round"], row["value"]) == ("2019-2022", 12)
