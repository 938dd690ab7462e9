"""Saved views: which pages may be saved, with or without their days, and the nearest to what is gone."""

from dataclasses import replace
from datetime import date

import pytest

from services.gateway.navigation import section
from services.gateway.saved_views import Lost, described, fixed, lost, moving, stand_of
from tests.unit.gateway.test_passports import SHEET

TODAY = date(2026, 11, 27)
SHEETS = {
    "first_counsellings": replace(
        SHEET,
        code="first_counsellings",
        title="Erstberatungen",
        dimensions=("region", "month", "nationality"),
        values={"region": ("rp", "sn")},
        version=2,
    )
}
PAGES = {"/bund", "/bund/linie/qualification", "/auswertung", "/tabellen", "/anfrage"}


def there(page: str) -> bool:
    return page in PAGES


def gone(path: str) -> Lost:
    found = lost(path, SHEETS, there)
    assert found is not None
    assert lost(found.nearest, SHEETS, there) is None, "the nearest can be opened"
    return found


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("/bund", "/bund"),
        ("/bund/linie/x?jahr=2026", "/bund"),
        ("/anfrage?indicator=a", "/anfrage"),
        ("/bundle", None),
        ("/personen", None),
        ("//evil.example/bund", None),
        ("/bund/../abmelden", None),
        ("https://evil.example/bund", None),
        ("/bund\\x", None),
    ],
)
def test_only_pages_of_figures_of_our_own_site_are_views(path: str, home: str | None) -> None:
    assert section(path) == home


def test_a_view_moves_along_or_is_fixed_to_its_days() -> None:
    asked = "/anfrage?indicator=first_counsellings&version=2&as_of=2026-11-26&known_at=2026-11-27"
    assert moving(asked) == "/anfrage?indicator=first_counsellings"
    assert fixed(asked, TODAY) == asked
    assert moving("/bund?jahr=2026&as_of=jetzt&sprache=en") == "/bund?jahr=2026"
    assert fixed("/bund?jahr=2026", TODAY) == "/bund?jahr=2026&as_of=2026-11-26&known_at=2026-11-27"
    assert fixed("/bund?as_of=jetzt", TODAY) == "/bund?as_of=2026-11-27&known_at=2026-11-27"
    assert stand_of("/bund?as_of=2026-11-26", TODAY).startswith("gestern")
    assert stand_of("/bund", TODAY) == "immer gestern, 24 Uhr"


def test_views_are_told_in_words() -> None:
    assert described("/bund/linie/qualification?jahr=2026", SHEETS) == "Bund (linie, qualification, jahr: 2026)"
    asked = "/anfrage?indicator=first_counsellings&by=region&from=2026-01"
    assert described(asked, SHEETS) == "Erstberatungen nach Netzwerk, ab 01/2026"


def test_what_is_there_is_opened() -> None:
    for path in ("/bund?jahr=2026", "/anfrage?indicator=first_counsellings&by=region&region=rp", "/anfrage"):
        assert lost(path, SHEETS, there) is None


def test_an_indicator_that_is_gone_leads_to_the_one_most_like_it() -> None:
    found = gone("/anfrage?indicator=first_counselling&by=gender&region=rp")
    assert found.sentences == ("Die Kennzahl „first_counselling“ gibt es nicht mehr.",)
    assert found.nearest == "/anfrage?indicator=first_counsellings&region=rp"
    assert gone("/anfrage?indicator=zzz").nearest == "/anfrage"


def test_a_version_that_is_gone_leads_to_the_present_one() -> None:
    found = gone("/anfrage?indicator=first_counsellings&version=1&as_of=2025-01-01&known_at=2025-02-01")
    assert "Die Fassung 1 der Kennzahl gilt nicht mehr, jetzt gilt Fassung 2" in found.sentences[0]
    assert found.nearest == "/anfrage?indicator=first_counsellings&as_of=2025-01-01&known_at=2025-02-01"


def test_dimensions_and_values_that_are_gone_are_named_and_left_out() -> None:
    found = gone("/anfrage?indicator=first_counsellings&by=gender,region&region=rp,xx")
    assert [sentence.rpartition(": ")[2] for sentence in found.sentences] == ["Geschlecht.", "xx."]
    assert found.nearest == "/anfrage?indicator=first_counsellings&by=region&region=rp"


def test_a_page_that_is_gone_leads_to_the_one_above_it() -> None:
    found = gone("/bund/trichter/2019?jahr=2026")
    assert found.sentences == ("Die Seite „/bund/trichter/2019“ gibt es nicht mehr.",)
    assert found.nearest == "/bund?jahr=2026"
    assert gone("/abmelden").nearest == "/anfrage"
