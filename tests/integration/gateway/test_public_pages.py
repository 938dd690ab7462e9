"""Pages for everyone: facts of the operator or a mark that they are missing; German and English."""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.app import create_app
from services.gateway.operator import load_operator
from tests.integration.gateway.conftest import Gateway, settings
from tests.support.routes import declared

MISSING = "Angabe des Betreibers fehlt"
FACTS = """
[imprint]
name = "Netzwerk <b>Muster</b>"
address = ["Musterweg 1", "55000 Musterstadt"]
email = "post@muster.example"
[accessibility]
email = "barriere@muster.example"
assessed_on = 2026-11-01
barriers = ["Karten ohne Tastatur"]
"""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    load_operator.cache_clear()
    yield
    load_operator.cache_clear()


async def text_of(gateway: Gateway, path: str) -> str:
    page = await gateway.client.get(path)
    assert page.status_code == 200, page.text
    return page.text


async def test_what_the_operator_has_not_said_is_marked(gateway: Gateway) -> None:
    marks = {"/impressum": 7, "/datenschutz": 5, "/barrierefreiheit": 5, "/leichte-sprache": 2}
    for path, number in marks.items():
        assert (await text_of(gateway, path)).count(MISSING) == number, path


async def test_what_the_operator_said_stands_there_escaped(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "operator.toml"
    file.write_text(FACTS, encoding="utf-8")
    monkeypatch.setenv("IQ_OPERATOR", str(file))
    load_operator.cache_clear()
    imprint = await text_of(gateway, "/impressum")
    assert "<b>Muster" not in imprint
    assert "Netzwerk <b>Muster</b>" in html.unescape(imprint)
    assert imprint.count(MISSING) == 4
    way = await text_of(gateway, "/barrierefreiheit?sprache=en")
    assert 'href="mailto:barriere@muster.example"' in way
    assert "01.11.2026" in way
    assert "Not yet stated by the operator" in way
    assert "barriere@muster.example" in await text_of(gateway, "/leichte-sprache")


def test_a_misspelt_fact_is_refused_and_the_example_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = Path(__file__).parents[3] / "services/gateway/operator.example.toml"
    text = example.read_text(encoding="utf-8")
    filled = text.replace("# ", "", 2).replace("\n# ", "\n").replace('""', '"x"')
    file = tmp_path / "operator.toml"
    monkeypatch.setenv("IQ_OPERATOR", str(file))
    load_operator.cache_clear()
    file.write_text("\n".join(line for line in filled.splitlines() if line.startswith("[") or " = " in line))
    operator = load_operator()
    for part in (operator.imprint, operator.privacy, operator.accessibility):
        assert all(part.model_dump().values())
    load_operator.cache_clear()
    file.write_text('[imprint]\nnamen = "x"\n')
    with pytest.raises(ValueError, match=r"operator\.toml"):
        load_operator()


@pytest.mark.parametrize(
    ("path", "german", "english"),
    [
        ("/impressum", "Anschrift", "Address"),
        ("/datenschutz", "Ihre Rechte", "Your rights"),
        ("/barrierefreiheit", "Eine Barriere melden", "Report a barrier"),
    ],
)
async def test_public_pages_in_english(gateway: Gateway, path: str, german: str, english: str) -> None:
    here, there = await text_of(gateway, path), await text_of(gateway, f"{path}?sprache=en")
    assert '<html lang="de">' in here
    assert german in here
    assert '<html lang="en">' in there
    assert english in there
    assert german not in there
    assert "Skip to content" in there
    assert 'href="/datenschutz?sprache=en"' in there  # the language stays
    assert (await gateway.client.get(f"{path}?sprache=xx")).status_code == 422


async def test_components_are_shown_outside_production_only(gateway: Gateway, tmp_path: Path) -> None:
    assert (await gateway.client.get("/muster")).status_code == 303
    await gateway.sign_in("trainer")
    shown = await text_of(gateway, "/muster")
    assert "„Datum“ ist kein gültiges Datum." in html.unescape(shown)

    def paths(**more: Any) -> set[str]:
        found = create_app(settings("rp", "postgresql+psycopg://x", tmp_path, accounts_file=None, **more))
        return {route.path for route in declared(found)}

    signed_in = {"auth_mode": "oidc", "oidc_issuer": "https://anmeldung.example", "oidc_client_id": "iq-gateway-rp"}
    assert "/muster" in paths()
    assert "/muster" not in paths(env="prod", public_url="https://rp.example", oidc_client_secret="s", **signed_in)
