"""The person register over HTTP: parts of a record, search in any spelling, merging, occupations."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.__main__ import load_occupations
from services.registration.person_store import renew_keys
from shared.vocabulary import Role
from tests.support.recording import Caller, rows

WHOLE: dict[str, Any] = {
    "family_name": "Beispiel",
    "given_names": "Person",
    "original_name": "مثال",
    "birth_date": "1988-02-03",
    "phone": "0123 456",
    "email": "person@example.org",
    "address": "Musterweg 1, 12345 Musterstadt",
    "contact_way": "phone",
    "languages": [{"language": "ar", "level": "native"}, {"language": "de", "level": "b1"}],
    "interpreter_needed": "no",
    "nationality": "SY",
    "refugee_background": "yes",
    "gender": "female",
    "has_degree": "yes",
    "german_level": "b1",
    "qualifications": [
        {"title": "Lehrerin", "level": "bachelor", "country": "SY", "year": 2010, "reference_occupation": "84"},
        {"title": "Köchin", "level": "vocational", "country": "DE", "year": None, "reference_occupation": None},
    ],
}


async def person(caller: Caller, key: UUID) -> dict[str, Any]:
    answer = await caller.send("GET", f"persons/{key}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_whole_record_is_kept_and_a_part_of_it_empties_nothing(counsellor: Caller) -> None:
    key = uuid4()
    saved = await counsellor.put(f"persons/{key}", WHOLE)
    assert saved["name"] == "Beispiel, Person"
    found = await person(counsellor, key)
    assert {name: found[name] for name in WHOLE} == WHOLE
    assert (found["birth_year"], found["merged_into"]) == (1988, None)
    assert await counsellor.put(f"persons/{key}", WHOLE) == saved
    part = {"name": "Beispiel, Person", "birth_year": 1988, "nationality": "IQ", "revision": 1}
    assert (await counsellor.put(f"persons/{key}", part))["revision"] == 2
    found = await person(counsellor, key)
    assert {name: found[name] for name in WHOLE} == WHOLE | {"nationality": "IQ"}


async def test_a_name_alone_is_enough_and_everything_else_is_not_stated(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"persons/{key}", {"name": "Nur ein Name"})
    found = await person(counsellor, key)
    stated = {name: value for name, value in found.items() if value not in (None, [], "not_stated")}
    assert set(stated) == {"person_id", "revision", "recorded_on", "name", "family_name"}
    nameless = await counsellor.send("PUT", f"persons/{uuid4()}", json={"phone": "0123"})
    assert nameless.status_code == 422
    assert nameless.json()["errors"][0]["field"] == "name"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "kein Postfach"}, "email"),
        ({"contact_way": "pigeon"}, "contact_way"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_year": 1990}, "birth_year"),
        ({"languages": [{"language": "Deutsch"}]}, "languages.0.language"),
        ({"qualifications": [{"title": ""}]}, "qualifications.0.title"),
        ({"qualifications": [{"title": "x", "reference_occupation": "99"}]}, "qualifications.0.reference_occupation"),
        ({"address": "Zeile\neins"}, "address"),
    ],
)
async def test_bad_input_names_its_field(counsellor: Caller, change: dict[str, Any], field: str) -> None:
    answer = await counsellor.send("PUT", f"persons/{uuid4()}", json=WHOLE | change)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_a_person_is_found_in_any_spelling_and_by_birth_year(app: Any, counsellor: Caller) -> None:
    names = {"Al-Husseini, Mohammed": 1990, "Жуков, Юрий": 1980, "Müller, Jörg": 1990, "Hassan, Ali": None}
    ids = {}
    for name, year in names.items():
        ids[str(uuid4())] = name
        await counsellor.put(f"persons/{list(ids)[-1]}", {"name": name, "birth_year": year})

    async def found(words: str) -> list[str]:
        page = (await counsellor.send("GET", "persons", params={"q": words})).json()
        assert page["total"] == len(page["items"])
        return [ids[item["person_id"]] for item in page["items"]]

    for words in ("muhamad husayni", "mohamed", "el husseini mohamm", "MUHAMMAD 1990", "al-husseini"):
        assert await found(words) == ["Al-Husseini, Mohammed"], words
    for words in ("Schukow", "zhukov yuri", "jurij žukov", "Жуков"):
        assert await found(words) == ["Жуков, Юрий"], words
    for words in ("mueller jorg", "joerg", "muell"):
        assert await found(words) == ["Müller, Jörg"], words
    assert await found("1990") == ["Al-Husseini, Mohammed", "Müller, Jörg"]
    assert await found("mohamed 1991") == []
    assert await found("hussein ali") == []
    assert sorted(await found("")) == sorted(names)
    await rows(app, "SELECT 1")
    async with app.state.sessions() as session, session.begin():
        connection = await session.connection()
        await connection.exec_driver_sql("DELETE FROM person_key")
        await connection.exec_driver_sql("UPDATE person SET keys_version = 0")
    assert await found("mohamed") == []
    async with app.state.sessions() as session, session.begin():
        assert await renew_keys(session, 100) == len(names)
    assert await found("mohamed") == ["Al-Husseini, Mohammed"]


async def test_a_hint_is_nearest_first_and_never_of_another_carrier(counsellor: Caller) -> None:
    first, second = uuid4(), uuid4()
    await counsellor.put(f"persons/{first}", {"name": "Ahmad, Khaled", "birth_year": 1991})
    await counsellor.put(f"persons/{second}", {"name": "Ahmed, Khalid"})

    async def hints(caller: Caller, **params: Any) -> list[str]:
        answer = await caller.send("GET", "persons/similar", params=params)
        assert answer.status_code == 200, answer.text
        return [item["person_id"] for item in answer.json()["items"]]

    assert await hints(counsellor, name="Khalid Ahmed", birth_year=1990) == [str(second), str(first)]
    assert await hints(counsellor, name="Khalid Ahmed", birth_year=1980) == [str(second)]
    assert await hints(counsellor, name="Khalid Ahmed", without=str(second)) == [str(first)]
    assert await hints(counsellor, name="-") == []
    assert await hints(counsellor.at(uuid4()), name="Khalid Ahmed") == []


async def test_a_merge_is_repeatable_and_undone_and_both_are_audited(app: Any, counsellor: Caller) -> None:
    keep, other = uuid4(), uuid4()
    await counsellor.put(f"persons/{keep}", {"name": "CANARY, Eins"})
    await counsellor.put(f"persons/{other}", {"name": "CANARY, Zwei"})
    for act in ("merge", "merge", "unmerge", "unmerge", "merge"):
        answer = await counsellor.send("POST", f"persons/{keep}/{act}", json={"other": str(other)})
        assert answer.status_code == 200, answer.text
        assert answer.json()["merged"] is (act == "merge")
    assert (await person(counsellor, other))["merged_into"] == str(keep)
    listed = (await counsellor.send("GET", "persons", params={"q": "canary"})).json()
    assert [item["person_id"] for item in listed["items"]] == [str(keep)]
    by_id = (await counsellor.send("GET", "persons", params={"ids": [str(other)]})).json()
    assert by_id["total"] == 1  # a list of sessions still names her while counselling has not heard of it
    told = await rows(
        app,
        "SELECT revision, convert_from(body, 'utf8') FROM outbox WHERE kind = 'person_merged' "
        "AND destination = 'region' ORDER BY revision",
    )
    assert [revision for revision, _ in told] == [1, 2, 3]
    assert not [body for _, body in told if "CANARY" in body]
    assert not await rows(app, "SELECT 1 FROM outbox WHERE destination = 'up'")
    acts = await rows(app, "SELECT action FROM audit WHERE entity_id = :other ORDER BY seq", other=other)
    found = [action for (action,) in acts if "merged" in action or "parted" in action]
    assert found == ["person.merged", "person.parted", "person.merged"]
    changed = await counsellor.send("PUT", f"persons/{other}", json={"phone": "0123", "revision": 1})
    assert changed.status_code == 409


async def test_what_cannot_be_merged_is_refused(counsellor: Caller) -> None:
    keys = [uuid4() for _ in range(3)]
    for key in keys:
        await counsellor.put(f"persons/{key}", {"name": f"Beispiel {key.hex}"})
    one, two, three = keys

    async def status(caller: Caller, keep: UUID, other: UUID, act: str = "merge") -> int:
        answer = await caller.send("POST", f"persons/{keep}/{act}", json={"other": str(other)})
        return answer.status_code

    stranger, trainer = counsellor.at(uuid4()), Caller(counsellor.client, counsellor.settings, Role.TRAINER)
    foreign = uuid4()
    await stranger.put(f"persons/{foreign}", {"name": "Fremd"})
    assert await status(counsellor, one, one) == 422
    assert await status(counsellor, one, uuid4()) == 404
    assert await status(counsellor, one, foreign) == 404
    assert await status(stranger, one, two) == 404
    assert await status(stranger, one, two, "unmerge") == 404
    assert await status(trainer, one, two) == 403
    assert await status(counsellor, one, two) == 200
    assert await status(counsellor, three, two) == 409  # two is one already
    assert await status(counsellor, two, three) == 409  # nobody becomes one who became another
    assert await status(counsellor, three, one) == 200  # a chain: two, one, three
    assert await status(counsellor, two, three) == 409  # no ring


async def test_occupations_are_searched_by_word_and_the_official_list_counts(app: Any, counsellor: Caller) -> None:
    async def found(words: str) -> list[str]:
        answer = await counsellor.send("GET", "occupations", params={"q": words})
        return [item["key"] for item in answer.json()["items"]]

    assert await found("informatik komm") == ["43"]
    assert await found("GEBAUDE") == ["3", "34"]
    assert await found("0") == ["0", "01"]
    assert await found("pflege") == ["82"]  # inside a word too
    assert await found("ege") == []
    teacher = {"name": "Lehrkraft", "qualifications": [{"title": "x", "reference_occupation": "84114"}]}
    await counsellor.put(f"persons/{uuid4()}", teacher)
    text = "\ufeffSchlüssel;Ebene;Titel\r\n1;2;Streitkräfte\r\n84;2;Lehrende Berufe\r\n84124;5;Lehrkräfte Grundschule"
    for _ in range(2):
        assert await load_occupations(app.state.settings, text.encode()) == 3
    assert await found("lehrkra") == ["84124"]
    assert await found("01") == ["01"]
    assert await found("lehrende") == ["84"]
    refused = await counsellor.send("PUT", f"persons/{uuid4()}", json=teacher)
    assert refused.status_code == 422
    teacher["qualifications"] = [{"title": "x", "reference_occupation": "84124"}]
    await counsellor.put(f"persons/{uuid4()}", teacher)
