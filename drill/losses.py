"""What is lost in the drill, and what must be true once it is restored: a network, the centre, the whole server."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from deploy.backup.archiving import ARCHIVE_SECONDS
from deploy.backup.restoring import ALL
from drill.result import Moment, Result
from drill.rows import Rows, differing
from drill.scenes import SESSION
from drill.small import NETWORKS, SETTLE_SECONDS, WORD, Known, Small
from shared.topology import CENTRE
from tests.support.waiting import wait_for

NETWORK, OTHER = NETWORKS
STREAM_SECONDS = 75
"""How long sessions are recorded before the server dies: longer than a segment waits to be archived."""
MOST_LOST = 2 * ARCHIVE_SECONDS
EMPTIED = ("sign_in",)
"""Everybody is signed out by a restore."""


def lose_network(small: Small) -> tuple[Result, Known]:
    """All databases of a network are dropped; it goes back to a moment from before its last records and an erasure.

    Returns the records that only the centre has from then on.
    """
    result = Result(f"databases of {NETWORK} dropped")
    person = small.counsel(NETWORK)
    small.agree()
    then = Moment.noted(small)
    small.record(30, NETWORK)
    small.correct(NETWORK, 5)
    small.stage.ask(NETWORK, "counsellor", "POST", f"/api/v1/persons/{person}/erase", json={"reason": "wish"})
    small.agree()
    wait_for(lambda: not _with_word(small.rows(NETWORK)), SETTLE_SECONDS)
    told, national = small.told(), small.figures(CENTRE)
    lost = {key: number for key, number in told.items() if key[0] == NETWORK and then.told.get(key) != number}
    result.lost_records = len(lost)
    small.lose_databases(NETWORK)
    small.stop()
    others = _stopped_rows(small, CENTRE, OTHER)
    result.restored = small.command("restore", NETWORK, "--at", then.when.isoformat())
    rows = _stopped_rows(small, CENTRE, *NETWORKS)
    result.check("the other databases are untouched", {}, differing(others, _of(rows, CENTRE, OTHER)))
    _check_rows(result, then, rows, NETWORK, person)
    result.started = small.start()
    result.reconciled = _until(lambda: small.ahead() == lost and _lost_there(small) == len(lost))
    result.check("what it lost is listed at the centre, record by record", lost, small.ahead())
    result.check("and in the network", len(lost), _lost_there(small))
    # What only the network can answer (gender never leaves it) it answers of what it has: as it did then.
    national |= {name: rows for name, rows in then.figures[CENTRE].items() if "gender" in name}
    result.check("national figures count everything once, as before the loss", national, small.figures(CENTRE))
    result.check("the network's own figures are those of the moment", then.figures[NETWORK], small.figures(NETWORK))
    result.check("the erased person is in no row of the network", [], _with_word(small.rows(NETWORK)))
    _goes_on(result, small, told)
    return result, lost


def lose_centre(small: Small, lost: Known) -> Result:
    """All databases of the centre are dropped; it goes back, and the networks tell it again what came since."""
    result = Result("databases of the centre dropped")
    made = {"title": "Übung", "as_of": f"{datetime.now(UTC):%Y-%m-%d}", "method": "minimum3", "tables": [EDITION]}
    small.stage.ask(CENTRE, "coordination", "POST", "/api/v1/editions", json=made)
    editions = small.stage.ask(CENTRE, "coordination", "GET", "/api/v1/editions")
    then = Moment.noted(small)
    _record_plainly(small, 20)
    _until(lambda: small.held() == small.told() | lost)
    before, national = small.held(), small.figures(CENTRE)
    small.lose_databases(CENTRE)
    small.stop()
    others = _stopped_rows(small, *NETWORKS)
    result.restored = small.command("restore", CENTRE, "--at", then.when.isoformat())
    rows = _stopped_rows(small, CENTRE, *NETWORKS)
    result.check("the other databases are untouched", {}, differing(others, _of(rows, *NETWORKS)))
    _check_rows(result, then, rows, CENTRE)
    result.started = small.start()
    result.reconciled = _until(lambda: small.held() == before)
    result.check("every record is there again in its newest revision", before, small.held())
    result.check("national figures are those from before the loss", national, small.figures(CENTRE))
    result.check("the edition is there", editions, small.stage.ask(CENTRE, "coordination", "GET", "/api/v1/editions"))
    return result


def lose_server(small: Small, lost: Known) -> Result:
    """The server dies while sessions are recorded, with its disk; all goes back to the end of the archive."""
    result = Result("whole server killed, disk gone")
    before = small.told()
    accepted = _stream(small)
    small.lose_server()
    died = datetime.now(UTC)
    small.stop()
    result.restored = small.command("restore", ALL)
    back = _ids(_stopped_rows(small, NETWORK))
    kept = [(when, key) for when, key in accepted if key in back]
    result.check("what came back is all up to a moment", accepted[: len(kept)], kept)
    result.lost_records = len(accepted) - len(kept)
    result.lost_seconds = (died - kept[-1][0]).total_seconds() if kept else float("inf")
    result.check(f"at most {MOST_LOST} s are lost", True, result.lost_seconds <= MOST_LOST)  # noqa: FBT003 - compared
    result.started = small.start()
    wanted = before | {(NETWORK, "session_recorded", key): 1 for _, key in kept}
    result.reconciled = _until(lambda: small.told() == wanted and small.held() == wanted | lost)
    result.check("networks have what came back, and nothing else", wanted, small.told())
    result.check("the centre too, and what it alone knew before", wanted | lost, small.held())
    result.check("the erased person is in no row", [], _with_word(small.rows(CENTRE, *NETWORKS)))
    return result


EDITION: dict[str, Any] = {"indicator": "counselling_sessions", "by": "region", "from": "2022-01", "to": "2026-10"}


def _check_rows(result: Result, then: Moment, rows: Rows, place: str, person: str = "") -> None:
    """Every table as it was then; but for what names a person erased since, and what moves by itself."""
    changing = {name for name in then.rows if name in then.moving or name.rpartition(".")[2] in EMPTIED}
    found = differing(then.of(place), _of(rows, place), changing)
    hers = _named(then.rows, person) if person else set()
    strange = {
        name: rest
        for name, told in found.items()
        if (rest := [row for row in told if not any(key in row for key in hers)])
    }
    compared = len(then.of(place)) - len(changing & then.of(place).keys())
    result.check(f"{compared} tables of {place} are as they were then, row by row", {}, strange)


def _named(rows: Rows, person: str) -> set[str]:
    """What a person's rows are known by: her own id, those of her sessions and cases."""
    sessions = [json.loads(row) for row in rows[f"{NETWORK}_counselling.counselling_session"] if person in row]
    return {person, *(one[name] for one in sessions for name in ("session_id", "case_id"))}


def _of(rows: Rows, *places: str) -> Rows:
    return {name: told for name, told in rows.items() if name.startswith(tuple(f"{place}_" for place in places))}


def _stopped_rows(small: Small, *places: str) -> Rows:
    with small.server():
        return small.rows(*places)


def _with_word(rows: Rows) -> list[str]:
    """Tables in which the erased person's name stands, in capitals or not."""
    return [name for name, told in rows.items() if any(WORD.casefold() in row.casefold() for row in told)]


def _ids(rows: Rows) -> set[str]:
    """Sessions of the network's own table."""
    return {json.loads(row)["session_id"] for row in rows[f"{NETWORK}_counselling.counselling_session"]}


def _until(true: Callable[[], bool]) -> float:
    """Seconds until it is, or all there are: then the check says what differs."""
    begun = time.monotonic()
    while not true() and time.monotonic() - begun < SETTLE_SECONDS:
        time.sleep(0.5)
    return time.monotonic() - begun


def _lost_there(small: Small) -> int:
    """How many records its own services list as known to the centre only."""
    rows = small.rows(NETWORK)
    return sum(rows[f"{NETWORK}_{service}.ahead"].total() for service in ("counselling", "registration"))


def _record_plainly(small: Small, count: int) -> None:
    for network in NETWORKS:
        for _ in range(count):
            small.stage.ask(network, "counsellor", "PUT", f"/api/v1/sessions/{uuid4()}", json=SESSION)


def _goes_on(result: Result, small: Small, told: Known) -> None:
    """The network records on, and the centre counts on."""
    before = len(small.held())
    for _ in range(5):
        small.stage.ask(NETWORK, "counsellor", "PUT", f"/api/v1/sessions/{uuid4()}", json=SESSION)
    _until(lambda: len(small.held()) == before + 5)
    result.check("what it records now is counted", len(told) + 5, len(small.held()))


def _stream(small: Small) -> list[tuple[datetime, str]]:
    """A session about every second, each with the time at which it was accepted."""
    accepted: list[tuple[datetime, str]] = []
    end = time.monotonic() + STREAM_SECONDS
    while time.monotonic() < end:
        key = str(uuid4())
        small.stage.ask(NETWORK, "counsellor", "PUT", f"/api/v1/sessions/{key}", json=SESSION)
        accepted.append((datetime.now(UTC), key))
        time.sleep(0.8)
    return accepted
