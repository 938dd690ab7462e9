"""Languages of pages: German is written in the templates, others are catalogues (`locale/<code>.po`, gettext)."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
Language = Literal["de", "en"]
LANGUAGES: Mapping[Language, str] = {"de": "Deutsch", "en": "English"}


@cache
def translations(language: Language) -> NullTranslations:
    """Translations into a language; what a catalogue lacks stays German."""
    if language == "de":
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
