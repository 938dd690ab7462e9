"""Languages of pages: German is written in templates and code, others are catalogues (`locale/<code>.po`, gettext).

The centre speaks English too on all its pages, a network on those for everyone; its staff's stay German. Who looks for
counselling finds more languages; what their catalogues lack is said in English or German, and marked so.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

from shared.vocabulary import Term

FOLDER = Path(__file__).parent / "locale"
Language = Literal["de", "en", "uk", "ar", "tr", "ru", "fa"]
LANGUAGES: Mapping[Language, str] = {"de": "Deutsch", "en": "English"}
"""Languages that are complete."""
FIRST_CONTACT: Mapping[Language, str] = {
    **LANGUAGES,
    "uk": "Українська",
    "ar": "العربية",
    "tr": "Türkçe",
    "ru": "Русский",
    "fa": "فارسی",
}
"""Languages of the pages on which somebody looks for counselling."""
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
SENTENCES = re.compile(r"(?<=\.) (?=[A-ZÄÖÜ])")
P = ParamSpec("P")
T = TypeVar("T")
_current: ContextVar[Language] = ContextVar("language", default="de")


@cache
def translations(language: Language) -> NullTranslations:
    """Translations into a language; what a catalogue lacks is English, and what that lacks stays German."""
    if language in LANGUAGES:
        return catalogue(language)
    found = _read(language)
    found.add_fallback(catalogue("en"))
    return found


@cache
def catalogue(language: Language) -> NullTranslations:
    """What the catalogue of a language says itself."""
    return _read(language)


def _read(language: Language) -> NullTranslations:
    if language == "de":
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)


def spoken() -> Language:
    """The language of the page that is being made."""
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Make what is inside in a language."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def _(text: str) -> str:
    """A German text in the language of the page; placeholders are filled after that."""
    return translations(spoken()).gettext(text) if text else text


def marked(text: str, **values: object) -> str:
    """A text of a page in many languages; one that its catalogue lacks is marked as English, or as German.

    `values` fill its placeholders `%(name)s`.
    """
    said, language = _(text), spoken()
    if language not in LANGUAGES and catalogue(language).gettext(text) == text:
        other = "de" if said == text else "en"
        said = Markup('<span lang="{}" dir="ltr">{}</span>').format(other, said)
    return said % values if values else said


def term_label(term: Term) -> str:
    """The label of a coded value in the language of the page."""
    return term.de if spoken() == "de" else term.en


def german_text(text: str) -> str:
    """A text that exists in German only; on other pages it is marked as German for those who have it read aloud."""
    return text if spoken() == "de" or not text else Markup('<span lang="de">{}</span>').format(text)


def told(text: str) -> str:
    """A text that a service or a list of data says: translated where a catalogue has it, else marked as German."""
    found = _(text)
    return german_text(text) if found == text else found


def told_sentences(text: str) -> str:
    """Like `told`, sentence by sentence: for texts that are put together from fixed ones."""
    return text if spoken() == "de" else Markup(" ").join(told(part) for part in SENTENCES.split(text))


def kept_by_language(size: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A cache (`size` entries, or all) of a function that speaks the language of the page."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(size)
        def kept(_language: Language, *arguments: P.args, **named: P.kwargs) -> T:
            return function(*arguments, **named)

        @wraps(function)
        def call(*arguments: P.args, **named: P.kwargs) -> T:
            return kept(spoken(), *arguments, **named)  # type: ignore[arg-type]  # what is not hashable fails here

        return call

    return decorate
