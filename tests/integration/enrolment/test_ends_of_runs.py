"""How a run ends: whoever registered hears that it is cancelled; it is completed when its plan is kept (IKO-10)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared import clock
from tests.support.clock import clock_at
from tests.support.enrolment import house, made_run
from tests.support.recording import Caller, rows

DAY = timedelta(days=1)


async def test_iko_10_everybody_who_registered_hears_that_a_run_is_cancelled(app: Any, trainer: Caller) -> None:
    run = await made_run(trainer, clock.now() + DAY)
    for number in range(2):
        await trainer.put(f"runs/{run}/registrations/{uuid4()}", house(number))
    cancel = f"runs/{run}/cancel"
    for _ in range(2):  # twice is once
        assert (await trainer.send("POST", cancel, json={"reason": "Krankheit"})).status_code == 204
    mails = await rows(app, "SELECT kind, state, count(*) FROM registration_mail GROUP BY 1, 2 ORDER BY 1, 2")
    assert [tuple(row) for row in mails] == [("decided", "waiting", 2), ("received", "dropped", 2)]
    states = await rows(app, "SELECT DISTINCT state FROM run_registration")
    assert [tuple(row) for row in states] == [("cancelled",)]


async def test_a_run_is_completed_only_when_its_dates_were_held_as_its_programme_asks(trainer: Caller) -> None:
    now, key = clock.now(), uuid4()
    run = await made_run(trainer, now + DAY)

    async def completed() -> tuple[int, str]:
        answer = await trainer.send("POST", f"runs/{run}/complete")
        return answer.status_code, answer.text

    status, said = await completed()
    assert (status, "Nur ein bestätigter Durchgang" in said) == (409, True)
    for number in range(3):
        await trainer.put(f"runs/{run}/registrations/{uuid4()}", house(number))
    with clock_at(now + 2 * DAY):
        assert (await trainer.send("POST", f"runs/{run}/decide")).status_code == 204
    start = now + 200 * DAY
    date = {"step": "kickoff", "starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=3)).isoformat()}
    await trainer.put(f"runs/{run}/meetings/{key}", date)
    status, said = await completed()
    assert (status, "sind noch Termine offen" in said) == (409, True)
    cancelled = await trainer.send("POST", f"runs/{run}/meetings/{key}/cancel", json={"reason": "Pandemie"})
    assert cancelled.status_code == 204, cancelled.text
    status, said = await completed()
    assert (status, "IKO-19" in said) == (409, True)
    assert (await trainer.at(uuid4()).send("POST", f"runs/{run}/complete")).status_code == 404
