"""What a sheet says in German and in the person's language: fixed words from the catalogues, codes by their names.

What the counsellor has written stays as it was written.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from babel import Locale

from services.gateway.folder.codes import LIFE
from services.gateway.folder.content import Content
from services.gateway.labels import languages
from services.gateway.languages import LANGUAGES, RIGHT_TO_LEFT, Language, _, speaking, spoken
from shared.nationalities import nationality_labels


def page(content: Content, occupation: str, issued_on: date, language: Language) -> dict[str, Any]:
    """The page in a language; `occupation` is the title that the list of occupations has for its key."""
    with speaking(language):
        foreign = language != "de"
        return {
            "language": language,
            "rtl": language in RIGHT_TO_LEFT,
            "title": _("Mein Ordner: Zusammenfassung der Beratung"),
            "lead": _(
                "Dieses Blatt gehört Ihnen. Sie entscheiden, wem Sie es zeigen. "
                "Bitte bewahren Sie es gut auf: Wir speichern es nicht."
            ),
            "facts": [*_facts(content, occupation), *_days(issued_on)],
            "lists": [entry for entry in _lists(content) if entry["lines"]],
            "written": _("Was die Beratungsstelle aufgeschrieben hat, steht hier auf Deutsch.") if foreign else "",
            "code_title": _("Code für eine andere Beratungsstelle"),
            "code_use": _(
                "Eine andere Beratungsstelle kann den Code scannen. Dann müssen Sie nicht alles noch einmal erzählen."
            ),
            "code_warning": _("Wer das Blatt hat, kann alles lesen, was darauf und im Code steht."),
            "code_place": _("Der Code steht auf der deutschen Seite.") if foreign else "",
        }


def _facts(content: Content, occupation: str) -> Iterator[tuple[str, str]]:
    """(label, value) of what the person carries."""
    told = (
        (_("Zuständig für Sie"), ", ".join(filter(None, (content.office, content.contact)))),
        (_("Name"), content.name),
        (_("Geboren"), born(content.born)),
        (_("Staatsangehörigkeit"), nationality(content.nationality)),
        (_("Fluchthintergrund"), coded(content.refugee_background)),
        (_("Geschlecht"), coded(content.gender)),
        (_("Abschluss vorhanden"), coded(content.has_degree)),
        (_("Referenzberuf"), occupation or content.occupation),
        (_("Sprache der Beratung"), dict(languages()).get(content.language or "", content.language)),
        (_("Deutschkenntnisse"), coded(content.german_level)),
    )
    yield from ((label, value) for label, value in told if value)


def _days(issued_on: date) -> Iterator[tuple[str, str]]:
    yield _("Ausgestellt am"), f"{issued_on:%d.%m.%Y}"
    yield _("Gültig bis"), f"{last_day(issued_on):%d.%m.%Y}"


def _lists(content: Content) -> Iterator[dict[str, Any]]:
    yield {"title": _("Das wurde gemacht"), "lines": list(content.done)}
    yield {"title": _("Das kommt als Nächstes"), "lines": list(content.next)}


def last_day(issued_on: date) -> date:
    """Until when a sheet is valid."""
    return issued_on + timedelta(days=LIFE.days)


def born(text: str | None) -> str:
    """A year, or a day as TT.MM.JJJJ."""
    return "" if not text else text if len(text) == 4 else f"{date.fromisoformat(text):%d.%m.%Y}"


def nationality(code: str | None) -> str:
    """A nationality in the language of the page, as CLDR names it."""
    if not code:
        return ""
    if spoken() in LANGUAGES:
        return nationality_labels(spoken()).get(code, code)
    words = {"stateless": _("staatenlos"), "unclear": _("ungeklärt"), **Locale(spoken()).territories}
    return str(words.get(code, code))


def coded(code: str | None) -> str:
    """A coded value in the language of the page; a level of a language is its own word (GER)."""
    words = {
        "yes": _("ja"),
        "no": _("nein"),
        "female": _("weiblich"),
        "male": _("männlich"),
        "diverse": _("divers"),
        "none": _("keine Kenntnisse"),
        "native": _("Erstsprache"),
    }
    return words.get(code, code.upper()) if code else ""
