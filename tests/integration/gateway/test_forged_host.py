"""No page trusts the host that a request names: absolute links begin with the address of the settings."""

import re

from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_edition_pages import BY_NATION, Site, centre  # a fixture too

__all__ = ["centre"]
FORGED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}


async def test_links_of_published_data_and_of_a_special_request(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    own = centre.gateway.app.state.settings.base_url
    catalogue = await centre.gateway.client.get("/daten/katalog.jsonld", headers=FORGED)
    assert f"{own}/daten/{key}" in catalogue.text
    assert "evil.example" not in catalogue.text
    page = await centre.gateway.client.get(f"/anfrage?{BY_NATION}&as_of=2022-07-15", headers=FORGED)
    link = re.search(r'id="link" type="text" readonly value="([^"]+)"', page.text)
    assert link, page.text
    assert link[1].startswith(f"{own}/anfrage?")
    assert "evil.example" not in page.text


async def test_an_address_with_a_slash_too_many_stays_here(gateway: Gateway) -> None:
    for path in ("/daten/", "/personen/", "/anmelden/"):
        answer = await gateway.client.get(path, headers=FORGED)
        assert answer.is_redirect, path
        assert answer.headers["location"].startswith(path.rstrip("/")) or answer.headers["location"].startswith(
            "/anmelden"
        )
        assert "evil.example" not in answer.headers["location"]
