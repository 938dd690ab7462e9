"""The accessibility check visits every page there is."""

from tests.support.addresses import ADDRESSES, NETWORK, NO_PAGES, pages, templates, uncovered


def test_every_page_has_an_address() -> None:
    assert uncovered() == [], "add it to ADDRESSES (or NO_PAGES) in tests/support/addresses.py"
    assert set(ADDRESSES) <= {path for path, _ in templates(NETWORK)}


def test_each_page_is_visited_once_or_by_every_role() -> None:
    once, all_of_them = pages(once=True), pages(once=False)
    visited = {page.address.partition("?")[0] for page in once}
    assert {ADDRESSES.get(path, path).partition("?")[0] for path, _ in templates(NETWORK)} <= visited
    assert not visited & NO_PAGES
    assert len(all_of_them) > 1.5 * len(once)
    assert {"de", "en"} == {language for page in once for language in page.languages}
