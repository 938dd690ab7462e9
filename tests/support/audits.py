"""An audit in tests: acts written as services write them, tampering as the owner of the tables."""

import random
from collections.abc import Callable
from uuid import uuid4

from shared import audit, clock
from shared.audit.seals import seal
from shared.database import SessionFactory
from tests.support.owner import Owner

ACTIONS = ("session.recorded", "session.read", "session.withdrawn", "session.refused")


async def act(sessions: SessionFactory, *, rolled_back: bool = False, listed: int = 0) -> None:
    """One act in a transaction of its own."""
    keys = [uuid4() for _ in range(listed)] or None
    action = "session.listed" if listed else random.choice(ACTIONS)
    key = None if listed else uuid4()
    row = audit.entry(clock.now(), f"konto-{random.randint(1, 5)}", uuid4(), action, key, 1, keys)
    async with sessions() as session:
        await audit.write(session, [row])
        await (session.rollback() if rolled_back else session.commit())


async def sealed_history(sessions: SessionFactory, seals: int, acts: int) -> None:
    """Some minutes of acts, each sealed; now and then one is rolled back and leaves a gap."""
    for _ in range(seals):
        for number in range(acts):
            await act(sessions, rolled_back=number % 4 == 3, listed=number % 3)
        await seal(sessions)


class Forger:
    """Changes a sealed audit at random and puts it back; each way is something an administrator could do."""

    def __init__(self, owner: Owner, seed: int) -> None:
        self.owner, self.random = owner, random.Random(seed)
        owner.execute("CREATE TABLE kept AS SELECT * FROM audit; CREATE TABLE kept_seals AS SELECT * FROM audit_seal")
        self.rows = [row[0] for row in owner.execute("SELECT seq FROM audit ORDER BY 1")]
        self.seals = [row[0] for row in owner.execute("SELECT number FROM audit_seal ORDER BY 1")]
        self.ways: tuple[Callable[[], str], ...] = (
            self.edit,
            self.delete,
            self.insert,
            self.move,
            self.cut_rows,
            self.cut_seals,
            self.cut_both,
            self.edit_seal,
            self.empty,
        )

    def restore(self) -> None:
        """Undo everything."""
        self.owner.execute(
            "TRUNCATE audit, audit_seal; INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT * FROM kept;"
            "INSERT INTO audit_seal SELECT * FROM kept_seals"
        )

    def edit(self) -> str:
        """Change one value of a row by as little as possible."""
        change = self.random.choice(
            (
                "at = at + interval '1 microsecond'",
                "subject = subject || 'x'",
                "carrier_id = CASE WHEN carrier_id IS NULL THEN gen_random_uuid() END",
                "action = action || 's'",
                "entity_id = gen_random_uuid()",
                "revision = coalesce(revision, 0) + 1",
                "listed = listed || gen_random_uuid()",
            )
        )
        return self._run(f"UPDATE audit SET {change} WHERE seq = {self.random.choice(self.rows)}")

    def delete(self) -> str:
        """Delete some rows."""
        some = self.random.sample(self.rows, self.random.randint(1, 5))
        return self._run(f"DELETE FROM audit WHERE seq IN ({', '.join(map(str, some))})")

    def insert(self) -> str:
        """Add a row where a rolled-back transaction left a gap."""
        free = self.random.choice(sorted(set(range(1, self.rows[-1])) - set(self.rows)))
        copied = "at, subject, carrier_id, action, entity_id, revision, listed"
        return self._run(
            f"INSERT INTO audit (seq, {copied}) OVERRIDING SYSTEM VALUE "
            f"SELECT {free}, {copied} FROM audit WHERE seq = {self.random.choice(self.rows)}"
        )

    def move(self) -> str:
        """Give a row another number."""
        free = self.random.choice(sorted(set(range(1, self.rows[-1])) - set(self.rows)))
        return self._run(f"UPDATE audit SET seq = {free} WHERE seq = {self.random.choice(self.rows)}")

    def cut_rows(self) -> str:
        """Lose the newest rows."""
        return self._run(f"DELETE FROM audit WHERE seq >= {self.random.choice(self.rows)}")

    def cut_seals(self) -> str:
        """Lose the newest seals."""
        return self._run(f"DELETE FROM audit_seal WHERE number >= {self.random.choice(self.seals)}")

    def cut_both(self) -> str:
        """Lose the newest seals and their rows: a restored backup, or a careful forger."""
        number = self.random.choice(self.seals)
        first = f"(SELECT first_seq FROM kept_seals WHERE number = {number})"
        return self._run(f"DELETE FROM audit WHERE seq >= {first}; DELETE FROM audit_seal WHERE number >= {number}")

    def edit_seal(self) -> str:
        """Change a seal."""
        change = self.random.choice(
            (
                "at = at + interval '1 second'",
                "first_seq = first_seq + 1",
                "last_seq = last_seq + 1",
                "rows = rows - 1",
                "previous = md5(previous)",
                "digest = md5(digest) || md5(digest)",
                "number = number + 1000",
            )
        )
        return self._run(f"UPDATE audit_seal SET {change} WHERE number = {self.random.choice(self.seals)}")

    def empty(self) -> str:
        """Lose everything."""
        return self._run(self.random.choice(("TRUNCATE audit", "TRUNCATE audit, audit_seal", "TRUNCATE audit_seal")))

    def _run(self, statement: str) -> str:
        self.owner.execute(statement)
        return statement
