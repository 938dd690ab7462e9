"""What a network submitted, on the coordination's page: accepted with a button, then readable by everyone."""

from pathlib import Path

import pytest

from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import csrf_of, served, settings
from tests.integration.gateway.test_figure_pages import text_of
from tests.integration.reporting.test_asking import Country, country
from tests.integration.reporting.test_submissions import MANY, keep_everywhere, submitted

__all__ = ["country"]


@pytest.mark.timeout(90)  # three brokers and services: slow where the machine is shared
async def test_a_submission_is_accepted_on_the_page(country: Country, database: MakeDatabase, tmp_path: Path) -> None:
    await keep_everywhere(country, MANY)
    key = await submitted(country, "rounded")
    behind = country.apps[CENTRE].state.settings
    more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
    async with served(settings(CENTRE, database("gateway"), tmp_path, **more)) as gateway:
        await gateway.sign_in("coordination")
        zweck = await gateway.client.get("/zweck")
        await gateway.client.post("/zweck", data={"csrf": csrf_of(zweck), "purpose": "Prüfung"})
        page = await gateway.client.get("/veroeffentlichungen")
        assert "Eingereicht von Netzwerken" in text_of(page)
        assert "Zweites Quartal , Rheinland-Pfalz, Stichtag 30.06.2022" in text_of(page)
        action = f"/veroeffentlichungen/einreichungen/rp/{key}"
        assert f'action="{action}"' in page.text
        assert (await gateway.client.post(action, data={"csrf": "wrong"})).status_code == 403
        done = await gateway.client.post(action, data={"csrf": csrf_of(page)})
        assert (done.status_code, done.headers["location"]) == (303, f"/veroeffentlichungen/{key}?getan=erschienen")
        assert "Eingereicht von Netzwerken" not in text_of(await gateway.client.get("/veroeffentlichungen"))
        gateway.client.cookies.clear()
        assert "Zweites Quartal" in text_of(await gateway.client.get(f"/daten/{key}"))
        await gateway.sign_in("reader")
        assert (await gateway.client.post(action, data={"csrf": "x"})).status_code == 403
