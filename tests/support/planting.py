"""Somebody of whom everything is recorded: facts planted in every table, to be found again or to be gone."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from shared.clock import today
from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

SEALED = "a.b.c.d.e"
MIGRATION = {"date": "2026-05-04", "programme_line": "migration_service"}


@dataclass
class Network:
    """The two recording services, and a counsellor of a carrier at both."""

    apps: dict[str, Any]
    desk: Caller
    counsellor: Caller

    async def of_counselling(self, query: str, **values: Any) -> list[Any]:
        """Rows of counselling's database."""
        return await rows(self.apps["counselling"], query, **values)

    def operator(self) -> Caller:
        """The retention run, at registration."""
        return replace(self.desk, role=Role.OPERATIONS, subject="retention", carrier=None)

    async def known(self, person: UUID, revision: int = 1) -> None:
        """Wait until counselling has heard of a person, in a revision or a later one."""
        query = "SELECT 1 FROM counselling_profile WHERE person_id = :person AND revision >= :revision"

        async def heard() -> bool:
            return bool(await self.of_counselling(query, person=person, revision=revision))

        await eventually(heard)

    async def forgotten(self, person: UUID) -> None:
        """Wait until counselling has heard that a person is gone."""

        async def heard() -> bool:
            query = f"SELECT 1 FROM counselling_profile WHERE person_id = '{person}' AND withdrawn"
            return bool(await self.of_counselling(query))

        await eventually(heard)

    async def tables_with(self, *values: str) -> set[tuple[str, str]]:
        """(service, table) of every table in whose rows one of the values stands, in capitals or not."""
        found = set()
        for service, app in self.apps.items():
            for (name,) in await rows(app, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                lines = await rows(app, f"SELECT t::text FROM {name} t")
                content = "\n".join(line for (line,) in lines).casefold()  # keys to find somebody by are folded
                if any(value.casefold() in content or value.encode().hex() in content for value in values):
                    found.add((service, name))
        return found


@dataclass
class Planted:
    """Somebody's ids, and the texts that are of her alone."""

    person: UUID
    session: UUID
    case: str
    facts: list[str]


async def plant(network: Network, mark: str) -> Planted:
    """Record everything there is of somebody new; each text holds `mark`."""
    person = uuid4()
    facts = {name: f"{mark}-{name}" for name in ("family", "given", "street", "title")}
    told = {
        "family_name": facts["family"],
        "given_names": facts["given"],
        "original_name": f"Ж{mark}",
        "birth_date": "1988-02-29",
        "phone": "+49 6131 5550147",
        "email": f"{mark.lower()}@beispiel.example",
        "address": facts["street"],
        "languages": [{"language": "uk", "level": "c2"}],
        "qualifications": [{"title": facts["title"], "country": "UA"}],
        "nationality": "UA",
    }
    await network.desk.put(f"persons/{person}", told)
    await network.known(person)
    session, case, written = await plant_case(network, person, mark)
    texts = [*facts.values(), told["original_name"], told["email"], *written]
    return Planted(person, session, case, texts)


async def plant_case(network: Network, person: UUID, mark: str) -> tuple[UUID, str, list[str]]:
    """A session, the case it opens, and something in every part of it; the texts typed."""
    counsellor, session = network.counsellor, uuid4()
    day = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
    await counsellor.put(f"sessions/{session}", day | {"person_id": str(person)})
    case = str((await counsellor.send("GET", f"sessions/{session}")).json()["case_id"])
    path, body = f"cases/{case}", str(uuid4())
    names = ("aim", "step", "document", "consent", "transfer", "referral", "handover", "body")
    facts = {name: f"{mark}-{name}" for name in names}
    await counsellor.put(f"bodies/{body}", {"kind": "lawyer", "name": "Kanzlei am Markt"})
    case_revision = (await counsellor.put(path, {"method": "case_management", "revision": 1}))["revision"]
    await counsellor.put(f"{path}/plan", {"aim": facts["aim"], "revision": case_revision})
    await counsellor.put(f"{path}/steps/{uuid4()}", {"title": facts["step"]})
    await counsellor.put(f"{path}/documents/{uuid4()}", {"name": facts["document"]})
    paper = {"body_id": body, "purposes": ["referral"], "details": facts["consent"]}
    paper |= {"signed_on": f"{today()}", "valid_until": f"{today()}"}
    await counsellor.put(f"{path}/consents/{uuid4()}", paper)
    call = {"body_id": body, "purpose": "referral", "kind": "conversation", "agreed": True}
    await counsellor.put(f"{path}/transfers/{uuid4()}", call | {"details": facts["transfer"]})
    named = {"body_id": body, "date": f"{today()}", "named": True, "agreed": True, "note": facts["referral"]}
    await counsellor.put(f"{path}/referrals/{uuid4()}", named)
    procedure = f"{path}/procedures/{uuid4()}"
    await counsellor.put(procedure, {"state": "counselled", "since": "2026-05-04"})
    await counsellor.put(f"{procedure}/stages/{uuid4()}", {"kind": "measure", "on": "2026-06-01"})
    offer = f"{path}/handovers/{uuid4()}"
    await counsellor.put(offer, {"to": "colleague", "note": facts["handover"]})
    await counsellor.send("POST", f"handovers/{offer.rpartition('/')[2]}/withdraw")
    await counsellor.put(f"drafts/session/{uuid4()}", {"content": SEALED, "person_id": str(person)})
    del facts["body"]
    return session, case, list(facts.values())
