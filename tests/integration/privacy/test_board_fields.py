"""What members of the Good Practice board write stays at the centre: in no message, log or metric, under no name."""

import logging
from typing import Any

import nats
import pytest
from nats.aio.msg import Msg
from prometheus_client import generate_latest

from services.reporting.app import create_app
from services.reporting.board.answers import AgendaItem, DecisionOut, RatingOut, SaidOut, SittingOut
from services.reporting.board.criteria import criteria
from services.reporting.board.tables import BoardDecisionRow, RatingRow, SittingRow
from shared.logs import DiscreetFormatter
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.reporting.conftest import Desk
from tests.integration.reporting.test_board import REASONS, SEATS, Board, place, proposal
from tests.support.apps import lone_settings, serving
from tests.support.owner import as_owner
from tests.support.servers import NatsServer

CANARY = "Kanarienvogel"
ACCOUNTS = {"member", "changed_by", "decided_by"}
"""Columns that say which account did something."""


def test_no_answer_says_who_somebody_is() -> None:
    kept = {name for row in (SittingRow, RatingRow, BoardDecisionRow) for name in row.model_fields}
    assert kept >= ACCOUNTS  # a renamed column must be found here
    told = {
        name for answer in (SittingOut, AgendaItem, RatingOut, SaidOut, DecisionOut) for name in answer.model_fields
    }
    assert not told & ACCOUNTS


async def test_reasons_and_names_are_in_no_message_log_or_metric(
    nats_server: NatsServer, database: MakeDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(lone_settings(CENTRE, database("reporting"), nats_server.url))
    await Desk(app.state.sessions, CENTRE).keep([proposal("one", "Erstes Beispiel")])
    heard: list[Msg] = []
    listener = await nats.connect(nats_server.url)

    async def hear(message: Msg) -> None:
        heard.append(message)

    await listener.subscribe(">", cb=hear)
    answers: list[Any] = []
    with caplog.at_level(logging.DEBUG):
        async with serving(app, app.state.settings.port) as client:
            board = Board(client, app)
            sitting = await board.sitting("one")
            marks = {code: {"mark": 3, "reason": f"{CANARY} sagt ein Mitglied."} for code in criteria()}
            rating = f"{place(sitting, 'one')}/rating"
            answers += [await board.send(seat, "PUT", rating, {"marks": marks}) for seat in SEATS]
            answers.append(await board.decide(sitting, "one", reasons=f"{CANARY}: {REASONS}"))
            assert [answer.status_code for answer in answers] == [200] * 5
            for who, page in (("bmas", place(sitting, "one")), ("coordination", f"/sittings/{sitting}")):
                answers.append(await board.send(who, "GET", page))
            as_owner(app, "ALTER TABLE board_decision ADD CONSTRAINT broken CHECK (revision < 2) NOT VALID")
            failed = await board.reopen(sitting, "one", f"{CANARY}: {REASONS}", 1)
    await listener.close()
    assert (failed.status_code, CANARY in failed.text) == (500, False)
    assert CANARY in answers[5].text  # who may read it does
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name != "asyncio"]
    for sign in (CANARY, "account-"):
        assert not [message for message in heard if sign.encode() in message.data]
        assert not [line for line in lines if sign in line]
        assert sign not in generate_latest().decode()
    assert not [answer for answer in answers if "account-" in answer.text]
