"""*Wer hat was gesehen oder geändert?* on the real services."""

import html
from typing import Any
from uuid import uuid4

from tests.integration.gateway.conftest import Gateway
from tests.support.servers import free_port

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}


async def recorded(whole: Gateway, number: int = 1) -> list[str]:
    """Sessions with a person each, saved by the counsellor."""
    who, keys = await whole.as_role("counsellor"), []
    for _ in range(number):
        person, key = uuid4(), str(uuid4())
        saved = await whole.client.put(f"/api/v1/persons/{person}", headers=who, json={"name": "Beispiel, Person"})
        assert saved.status_code == 200, saved.text
        body = SESSION | {"person_id": str(person)}
        assert (await whole.client.put(f"/api/v1/sessions/{key}", headers=who, json=body)).status_code == 200
        keys.append(key)
    return keys


async def text_of(whole: Gateway, path: str, status: int = 200) -> str:
    page = await whole.client.get(path)
    assert page.status_code == status, page.text
    return html.unescape(page.text)


async def test_the_administration_sees_both_services_in_one_order_and_itself(whole: Gateway) -> None:
    (key,) = await recorded(whole)
    await whole.sign_in("admin")
    first = await text_of(whole, "/protokoll")
    assert first.index("Beratung gespeichert") < first.index("Person gespeichert")
    assert "Beispiel, Person" not in first
    assert f'href="/beratungen/{key}"' in first
    assert "Protokoll gelesen" in await text_of(whole, "/protokoll")
    assert "Person gespeichert" not in await text_of(whole, "/protokoll?art=session")
    assert "Beratung gespeichert" not in await text_of(whole, "/protokoll?was=refused")
    assert "Dazu steht nichts im Protokoll." in await text_of(whole, "/protokoll?konto=niemand")


async def test_pages_lead_to_older_entries_and_none_is_shown_twice(whole: Gateway) -> None:
    await recorded(whole, 60)
    await whole.sign_in("admin")
    path, seen = "/protokoll?was=changed&konto=counsellor", []
    for _ in range(4):
        page = await whole.client.get(path)
        seen += page.text.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
        older = page.text.partition("Ältere Einträge")[0].rpartition('href="')[2].split('"')[0]
        if "Ältere Einträge" not in page.text:
            break
        path = html.unescape(older)
    assert len(seen) == len(set(seen)) == 60 * 3  # a person, her session, and the case that it opened


async def test_a_counsellor_sees_the_history_of_one_record_from_its_page(whole: Gateway) -> None:
    first, other = await recorded(whole, 2)
    await whole.sign_in("counsellor")
    assert f'href="/protokoll?satz={first}"' in await text_of(whole, f"/beratungen/{first}")
    shown = await text_of(whole, f"/protokoll?satz={first}")
    assert "Beratung gespeichert" in shown
    assert "Beratung gelesen" in shown
    assert other[:8] not in shown.split("<main")[1]
    assert "nur zu einem einzelnen Datensatz" in await text_of(whole, "/protokoll", 422)


async def test_whoever_sees_no_persons_sees_no_protocol(whole: Gateway) -> None:
    for role in ("coordinator", "trainer"):
        await whole.sign_in(role)
        await text_of(whole, "/protokoll", 403)
        await text_of(whole, f"/protokoll?satz={uuid4()}", 403)


async def test_what_is_typed_wrong_is_said_and_kept(whole: Gateway) -> None:
    await whole.sign_in("admin")
    shown = await text_of(whole, "/protokoll?von=31.02.2026&satz=unsinn&konto=jemand", 422)
    assert "„Von Tag“ ist kein gültiges Datum." in shown
    assert all(f'value="{typed}"' in shown for typed in ("31.02.2026", "unsinn", "jemand"))
    assert "keine Kennung" in await text_of(whole, "/protokoll?satz=unsinn", 422)
    assert "zu weit weg" in await text_of(whole, "/protokoll?bis=01.01.9999", 422)


async def test_a_service_away_is_said_and_the_other_shown(whole: Gateway) -> None:
    await recorded(whole)
    await whole.sign_in("admin")
    whole.app.state.upstreams.urls["registration"] = f"http://127.0.0.1:{free_port()}"
    shown = await text_of(whole, "/protokoll")
    assert "„Stammdaten und Bildung“ ist gerade nicht erreichbar" in shown
    assert "Beratung gespeichert" in shown
