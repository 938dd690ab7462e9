"""English of the public pages: complete, and nothing in it that no page says."""

from collections.abc import Iterator

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from services.gateway.editions import METHODS
from services.gateway.languages import FOLDER as CATALOGUES
from services.gateway.languages import LANGUAGES, translations
from services.gateway.rendering import FOLDER


def said() -> Iterator[str]:
    """Everything that templates hand to gettext."""
    for path in (FOLDER / "templates").glob("*.html"):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("_", "gettext"), (), {}):
                if message is not None:  # a word of our own (METHODS), not a text
                    yield str(message)


def test_every_catalogue_says_all_that_templates_say_and_nothing_else() -> None:
    wanted = {*said(), *METHODS.values()}
    assert len(wanted) > 40
    for language in LANGUAGES:
        if language == "de":
            continue
        with (CATALOGUES / f"{language}.po").open("rb") as file:
            catalogue = {str(entry.id): entry.string for entry in read_po(file) if entry.id}
        assert catalogue.keys() == wanted
        assert all(catalogue.values())


def test_german_is_what_the_templates_say() -> None:
    assert translations("de").gettext("Datenschutz") == "Datenschutz"
    assert translations("en").gettext("Datenschutz") == "Privacy"
