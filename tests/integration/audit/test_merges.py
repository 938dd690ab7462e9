"""A merge of persons and its undo leave their rows of audit."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.integration.audit.by_hand import OF_TWO
from tests.integration.audit.changes import PERSON
from tests.integration.audit.conftest import Made, acts, snapshot

C = Role.COUNSELLOR


async def test_a_merge_and_its_undo_have_their_rows_and_none_is_kept_without(registration: Made) -> None:
    one, other = registration, uuid4()
    for key in (one.key, other):
        await one.at(C).put(f"persons/{key}", PERSON)
    for verb, action in OF_TWO.items():
        target, body = f"persons/{one.key}/{verb}", {"json": {"other": str(other)}}
        one.owner.execute("REVOKE INSERT ON audit FROM iq_service")
        before = await snapshot(one)
        refused = await one.at(C).send("POST", target, **body)
        assert (refused.status_code, await snapshot(one)) == (500, before), verb
        one.owner.execute("GRANT INSERT ON audit TO iq_service")
        assert (await one.at(C).send("POST", target, **body)).is_success
        assert (await acts(one.app))[-1][:2] == (action, f"test-{C}"), verb
