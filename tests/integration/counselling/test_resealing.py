"""The network's key changes: all that is sealed is sealed anew, also after a crash in the middle; nothing is lost."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from services.counselling import resealing
from services.gateway import seal
from shared.vocabulary import Role
from tests.support.cases import SESSION, case_of, person
from tests.support.recording import Caller, recording, rows

WHY = {"reason": "conversation"}
NEW = "the next key of this network, long enough"
DRAFT = [["name", "CANARY, Entwurf"]]
ACTS = "SELECT subject, entity_id IS NOT NULL, count(*) FROM audit WHERE action = 'sensitive.resealed' GROUP BY 1, 2"


@pytest.fixture
def keys(app: Any) -> tuple[str, str]:
    """The network's next key and the one of before."""
    return NEW, app.state.settings.signing_key.get_secret_value()


async def seal_something(counsellor: Caller, old: str) -> list[str]:
    """Confidential data of three cases and a draft; the paths of the cases' data."""
    paths = []
    for number in range(3):
        path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}/sensitive"
        await counsellor.put(path, WHY | {"asylum_note": f"CANARY-{number}"})
        paths.append(path)
    await counsellor.put(f"drafts/session/{uuid4()}", {"content": seal.sealed(DRAFT, [old], "test-counsellor")})
    return paths


def as_process(monkeypatch: pytest.MonkeyPatch, now: str, before: str = "") -> None:
    """What the services are told at their start."""
    monkeypatch.setenv("IQ_SEALING_KEY", now)
    monkeypatch.delenv("IQ_SEALING_KEY_BEFORE", raising=False)
    if before:
        monkeypatch.setenv("IQ_SEALING_KEY_BEFORE", before)


async def notes(counsellor: Caller, paths: Sequence[str]) -> list[Any]:
    """What stands there, as the counsellor reads it; the answer's text where it is refused."""
    found = []
    for path in paths:
        answer = (await counsellor.send("GET", path)).json()
        found.append((answer.get("content") or {}).get("asylum_note", answer.get("detail")))
    return found


async def test_all_is_sealed_anew_after_a_crash_too_and_only_the_new_key_opens_it(
    app: Any, keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 1)
    texts = [f"CANARY-{number}" for number in range(3)]
    async with recording(app, Role.COUNSELLOR) as counsellor:
        paths, sessions = await seal_something(counsellor, keys[1]), app.state.sessions
        broken = resealing.resealed
        calls = iter(range(100))

        def crash(*arguments: Any) -> str | None:
            if next(calls) == 3:  # each is opened once more after it was sealed
                raise RuntimeError("killed")
            return broken(*arguments)

        monkeypatch.setattr(resealing, "resealed", crash)
        with pytest.raises(RuntimeError, match="killed"):
            await resealing.reseal(sessions, keys, seal.resealed)
        monkeypatch.setattr(resealing, "resealed", broken)
        as_process(monkeypatch, *keys)
        assert sorted(await notes(counsellor, paths)) == texts  # in the middle of it both keys open
        records, drafts = await resealing.reseal(sessions, keys, seal.resealed)
        assert (records, drafts) == (resealing.Tally(done=2, before=1), resealing.Tally(done=1))
        again = await resealing.reseal(sessions, keys, seal.resealed)
        assert again == (resealing.Tally(before=3), resealing.Tally(before=1))
        as_process(monkeypatch, NEW)
        assert sorted(await notes(counsellor, paths)) == texts
        as_process(monkeypatch, keys[1])
        assert all("Nichts ist gelöscht" in told for told in await notes(counsellor, paths))
        ((text, subject),) = await rows(app, "SELECT content, subject FROM draft")
        assert seal.unsealed(text, [NEW], subject) == DRAFT
        assert await rows(app, ACTS) == [(resealing.CAUSE, True, 3)]


async def test_what_no_key_opens_is_counted_and_left_as_it_is(app: Any, keys: tuple[str, str]) -> None:
    async with recording(app, Role.COUNSELLOR) as counsellor:
        await seal_something(counsellor, keys[1])
        stored = "SELECT content FROM sensitive_record ORDER BY case_id"
        before = await rows(app, stored)
        records, drafts = await resealing.reseal(app.state.sessions, (NEW, "another key"), seal.resealed)
        assert (records, drafts) == (resealing.Tally(lost=3), resealing.Tally(lost=1))
        assert await rows(app, stored) == before


async def test_places_that_recur_and_their_examination_are_known_by_the_new_key_alone(
    app: Any, keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recording(app, Role.COUNSELLOR) as counsellor:
        for _ in range(2):
            path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}/sensitive"
            await counsellor.put(path, WHY | {"discrimination_state": "recognised", "place": "Amt am Markt"})
        opened = (await counsellor.send("POST", f"{path}/examination", json={})).json()["work_id"]

        async def pattern() -> Any:
            return (await counsellor.send("GET", path)).json()["pattern"]

        found = {"persons": 2, "examination": opened}
        as_process(monkeypatch, *keys)
        await counsellor.put(
            path, {"discrimination_state": "suspected", "place": "Amt am Markt", "revision": 1}
        )  # by the new key, in the middle
        assert await pattern() == found
        await resealing.reseal(app.state.sessions, keys, seal.resealed)
        as_process(monkeypatch, NEW)
        assert await pattern() == found
