"""Who gets in, and what is refused: sign-in, sessions, tokens, sizes (contracts §2, §5, §6)."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

from tests.integration.gateway.conftest import PASSWORD, Gateway, csrf_of
from tests.support.recording import rows

PUBLIC = ["/anmelden", "/impressum", "/datenschutz", "/barrierefreiheit", "/healthz", "/readyz", "/openapi.json"]


async def test_public_paths_answer_without_sign_in(gateway: Gateway) -> None:
    assert {path: (await gateway.client.get(path)).status_code for path in PUBLIC} == dict.fromkeys(PUBLIC, 200)


async def test_pages_lead_to_sign_in_and_back(gateway: Gateway) -> None:
    for path in ("/", "/beratungen", "/import", "/auswertung", "/bund", "/gibt-es-nicht"):
        answer = await gateway.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/anmelden?weiter={path}")


async def test_the_api_answers_401_as_a_problem(gateway: Gateway) -> None:
    for path in ("sessions", "figures", f"sessions/{uuid4()}", "imports/sessions", "gibt-es-nicht"):
        answer = await gateway.client.get(f"/api/v1/{path}")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401


async def test_every_answer_carries_the_security_headers_and_no_page_is_kept(gateway: Gateway) -> None:
    for path in ("/anmelden", "/gibt-es-nicht", "/static/fehlt.css"):
        headers = (await gateway.client.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
    fixed = await gateway.client.get("/static/vendor/htmx/2.0.11/htmx.min.js")
    assert "immutable" in fixed.headers["cache-control"]


async def test_signing_in_leads_to_the_page_asked_for_and_out_ends_the_session(gateway: Gateway) -> None:
    answer = await gateway.sign_in("coordinator")
    assert (answer.status_code, answer.headers["location"]) == (303, "/impressum")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("iq_rp=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await gateway.client.get("/impressum")
    assert "Angemeldet" in page.text
    assert (await gateway.client.post("/abmelden", data={"csrf": csrf_of(page)})).status_code == 303
    gateway.client.cookies.set("iq_rp", cookie.split("=")[1].split(";")[0])
    assert (await gateway.client.get("/")).status_code == 303


async def test_a_form_without_its_token_or_from_another_site_is_refused(gateway: Gateway) -> None:
    await gateway.sign_in("counsellor")
    assert (await gateway.client.post("/beratungen/neu", data={"csrf": "x"})).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    assert (await gateway.client.post("/abmelden", headers=foreign)).status_code == 403
    assert (await gateway.client.post("/anmelden", headers=foreign, data={})).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert (await gateway.client.post("/abmelden", headers=cross)).status_code == 403


async def test_the_cookie_alone_changes_nothing_through_the_api(gateway: Gateway) -> None:
    await gateway.sign_in("counsellor")
    answer = await gateway.client.put(f"/api/v1/persons/{uuid4()}", json={"name": "Beispiel"})
    assert answer.status_code == 403


async def test_ten_failures_lock_a_name_whether_it_exists_or_not(gateway: Gateway) -> None:
    for username in ("counsellor", "niemand"):
        form = {"username": username, "password": "falsch"}
        answers = [await gateway.client.post("/api/v1/token", data=form) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.json()["detail"] for answer in answers}) == 1
        locked = await gateway.client.post("/api/v1/token", data=form | {"password": PASSWORD})
        assert locked.status_code == 429
        assert "fünf Minuten" in locked.json()["detail"]
        assert (await gateway.client.post("/anmelden", data=form)).status_code == 429


async def test_failures_at_the_same_moment_all_count(gateway: Gateway) -> None:
    form = {"username": "trainer", "password": "falsch"}
    await asyncio.gather(*(gateway.client.post("/api/v1/token", data=form) for _ in range(14)))
    assert (await gateway.client.post("/api/v1/token", data=form)).status_code == 429


async def test_a_token_request_without_a_password_names_the_field(gateway: Gateway) -> None:
    answer = await gateway.client.post("/api/v1/token", data={"username": "trainer"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["password"]


async def test_a_token_of_another_network_is_refused(gateway: Gateway, centre: Gateway) -> None:
    stranger = await centre.as_role("coordination")
    assert (await gateway.client.get("/api/v1/figures", headers=stranger)).status_code == 401


async def test_requests_reach_the_service_of_their_path(network: Gateway) -> None:
    who = await network.as_role("counsellor")
    path = f"/api/v1/persons/{uuid4()}"
    assert (await network.client.put(path, headers=who, json={"name": "Beispiel, Ada"})).status_code == 200
    found = await network.client.get("/api/v1/persons?q=ada", headers=who)
    assert [item["name"] for item in found.json()["items"]] == ["Beispiel, Ada"]
    refused = await network.client.put(path, headers=who, json={"name": ""})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["field"] == "name"
    document = (await network.client.get("/openapi.json")).json()
    assert {"/api/v1/token", "/api/v1/persons/{person_id}"} <= set(document["paths"])
    assert "registration_RecordPerson" in document["components"]["schemas"]


async def test_a_role_without_the_permission_is_refused_before_any_service_is_asked(gateway: Gateway) -> None:
    who = await gateway.as_role("trainer")
    answer = await gateway.client.get("/api/v1/sessions", headers=who)  # counselling is away: it was not asked
    assert answer.status_code == 403
    await gateway.sign_in("trainer")
    page = await gateway.client.get("/beratungen")
    assert page.status_code == 403
    assert "Schulungen" in page.text  # the navigation stays


async def test_a_service_that_is_away_is_a_503_in_german(gateway: Gateway) -> None:
    who = await gateway.as_role("counsellor")
    answer = await gateway.client.get("/api/v1/sessions", headers=who)
    assert answer.status_code == 503
    assert "nicht erreichbar" in answer.json()["detail"]
    await gateway.sign_in("counsellor")
    page = await gateway.client.get("/beratungen")
    assert page.status_code == 503
    assert "nicht erreichbar" in page.text


async def pieces(megabytes: int) -> AsyncIterator[bytes]:
    for _ in range(megabytes):
        yield b"x" * 1_000_000


async def test_a_body_that_is_too_large_is_a_413_even_while_it_is_being_sent(network: Gateway) -> None:
    who = await network.as_role("counsellor")
    for content in (b"x" * 3_000_000, pieces(3)):
        answer = await network.client.put(f"/api/v1/persons/{uuid4()}", headers=who, content=content)
        assert answer.status_code == 413
        assert "1 MB" in answer.json()["detail"]
    page = await network.client.post("/anmelden", data={"username": "x" * 2_000_000})
    assert page.status_code == 413
    assert "zu groß" in page.text


async def test_a_list_may_be_large_but_not_too_large(network: Gateway) -> None:
    headers = await network.as_role("admin") | {"content-type": "text/csv"}
    answer = await network.client.post("/api/v1/imports/meetings", headers=headers, content=pieces(201))
    assert answer.status_code == 413
    assert "200 MB" in answer.json()["detail"]


async def test_each_kind_of_import_is_open_to_its_role_only(network: Gateway) -> None:
    coordinator, admin = await network.as_role("coordinator"), await network.as_role("admin")
    unit = b"external_id;kind;code;name;valid_from\nS1;carrier;c1;Beispiel;2019-01-01\n"
    headers = {"content-type": "text/csv"}
    answer = await network.client.post("/api/v1/imports/structure", headers=coordinator | headers, content=unit)
    assert answer.status_code == 202, answer.text
    status = urlsplit(answer.json()["status_url"]).path
    assert (await network.client.get(status, headers=coordinator)).status_code == 200
    assert (await network.client.get(status, headers=admin)).status_code == 403
    for kind in ("offerings", "meetings", "participations", "items"):
        assert (await network.client.get(f"/api/v1/imports/{kind}", headers=admin)).status_code == 200
        assert (await network.client.get(f"/api/v1/imports/{kind}", headers=coordinator)).status_code == 403
    assert (await network.client.get("/api/v1/offerings", headers=admin)).json() == {"items": [], "total": 0}


async def test_the_page_of_imports_shows_everyone_their_own_kinds(network: Gateway) -> None:
    await network.sign_in("coordinator")
    page = await network.client.get("/import")
    assert page.status_code == 200
    assert "Struktur des Netzwerks" in page.text
    assert page.text.count("Gerade nicht erreichbar") == 2  # the directories are of counselling, which is away
    assert "Teilnahmen an Qualifizierungen" not in page.text
    template = await network.client.get("/import/structure/vorlage.xlsx")
    assert (template.status_code, template.content[:2]) == (200, b"PK")
    assert (await network.client.get("/import/meetings/vorlage.xlsx")).status_code == 403
    await network.sign_in("trainer")
    assert (await network.client.get("/import")).status_code == 403


async def test_exact_national_figures_are_for_the_coordination(centre: Gateway) -> None:
    for role, status in (("reader", 403), ("jury", 403), ("coordination", 503)):
        answer = await centre.client.get("/api/v1/figures", headers=await centre.as_role(role))
        assert answer.status_code == status


async def test_each_use_of_national_figures_is_noted_with_its_purpose(centre: Gateway) -> None:
    token = await centre.token("coordination", purpose="Quartalsbericht")
    await centre.client.get("/api/v1/figures?indicator=a", headers={"Authorization": f"Bearer {token}"})
    (use,) = await rows(centre.app, "SELECT username, purpose, query FROM figure_use")
    assert tuple(use) == ("coordination", "Quartalsbericht", "/api/v1/figures?indicator=a")


async def test_a_token_with_a_purpose_is_no_cookie(centre: Gateway) -> None:
    centre.client.cookies.set("iq_de", await centre.token("coordination", purpose="Quartalsbericht"))
    assert (await centre.client.get("/betrieb")).status_code == 303


async def test_the_purpose_is_asked_once_per_sign_in(centre: Gateway) -> None:
    answer = await centre.sign_in("coordination")
    assert answer.headers["location"] == "/zweck?weiter=/impressum"
    assert (await centre.client.get("/bund?jahr=2022")).headers["location"] == "/zweck?weiter=/bund%3Fjahr%3D2022"
    page = await centre.client.get("/zweck?weiter=/bund%3Fjahr%3D2022")
    form = {"csrf": csrf_of(page), "weiter": "/bund?jahr=2022"}
    assert 'value="/bund?jahr=2022"' in page.text
    empty = await centre.client.post("/zweck", data=form | {"purpose": " "})
    assert empty.status_code == 422
    assert 'value="/bund?jahr=2022"' in empty.text
    given = await centre.client.post("/zweck", data=form | {"purpose": "Anfrage des BMAS"})
    assert given.headers["location"] == "/bund?jahr=2022"
    assert (await centre.client.get("/bund")).status_code == 503  # reporting is away; the purpose is known
    (use,) = await rows(centre.app, "SELECT username, purpose, query FROM figure_use")
    assert tuple(use) == ("coordination", "Anfrage des BMAS", "/bund?")


async def test_after_the_purpose_no_other_site_follows(centre: Gateway) -> None:
    await centre.sign_in("coordination")
    csrf = csrf_of(await centre.client.get("/zweck"))
    form = {"csrf": csrf, "purpose": "Anfrage", "weiter": "https://evil.example/"}
    assert (await centre.client.post("/zweck", data=form)).headers["location"] == "/"


async def test_characters_no_database_takes_are_no_failure(gateway: Gateway, centre: Gateway) -> None:
    form = {"username": "nie\x00mand\n", "password": "x\x00"}
    assert (await gateway.client.post("/api/v1/token", data=form)).status_code == 401
    assert (await gateway.client.post("/anmelden", data=form | {"weiter": "/\x00"})).status_code == 401
    assert await centre.token("coordination", purpose="Bericht\x00")
