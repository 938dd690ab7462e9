"""English of the public pages and of the centre: complete, and nothing in it that no page says."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from markupsafe import Markup

from services.gateway import (
    booking_form,
    comments,
    edition_form,
    editions,
    labels,
    open_forms,
    passports,
    provider,
    registration_form,
    request_form,
    saved_views,
    sheets,
    special_requests,
)
from services.gateway.accounts import REFUSED
from services.gateway.books import form as book_form
from services.gateway.claims import ASK
from services.gateway.cockpit.lines import load_contents
from services.gateway.languages import (
    FIRST_CONTACT,
    LANGUAGES,
    Language,
    german_text,
    kept_by_language,
    marked,
    speaking,
    term_label,
    told,
    translations,
)
from services.gateway.languages import FOLDER as CATALOGUES
from services.gateway.navigation import COCKPIT, GROUPS, NAVIGATION, SECTIONS
from services.gateway.pages import (
    certificate_check,
    comparison,
    feedback,
    follow_ups,
    good_practice,
    news,
    operations,
    projects,
    public_data,
)
from services.gateway.pages import editions as edition_pages
from services.gateway.rendering import FOLDER, VOCABULARIES, number, percent
from services.registration.enrolment import words as words_of_enrolment
from services.reporting import passport
from services.reporting.board import rules as board_rules
from services.reporting.board.criteria import criteria
from services.reporting.quality.findings import NEVER
from services.reporting.quality.parameters import load_rules
from shared.topology import CENTRE, load_topology
from shared.vocabulary import Role, refusals

REPORTING = Path(__file__).parents[3] / "services/reporting"
SHEET = ("definition", "statement", "assessment", "source")


def said() -> Iterator[str]:
    """Everything that templates and code hand to gettext."""
    for path in (FOLDER / "templates").glob("*.html"):
        with path.open("rb") as file:
            for _, _, text, _ in babel_extract(file, ("_", "gettext", "t"), (), {}):
                found = text[0] if isinstance(text, tuple) else text  # with the values of its placeholders
                if found is not None:  # a word of data, not a text
                    yield str(found)
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("_" | "marked"), args=[ast.Constant(str() as text)]):
                    yield text


def words() -> Iterator[str]:
    """German that is data: lists of options, names of parts, texts chosen by a code."""
    for table in (
        editions.METHODS,
        editions.STATES,
        editions.PROTECTION,
        edition_pages.DONE,
        operations.DONE,
        follow_ups.DONE,
        labels.GROUPS,
        labels.RECORD_KINDS,
        sheets.PERIODS,
        sheets.MEASURES,
        request_form.PARAMETERS,
        passports.STATUS,
        special_requests.NAMES,
        refusals.TITLES,
        news.STEPS,
        SECTIONS,
        book_form.ABOUT,
    ):
        yield from table.values()
    yield from (text for _, text in (*labels.OCCUPATION_GROUPS, *labels.CITIZENSHIPS, *labels.SERVICES, labels.RUNNING))
    yield from ("ja", "nein", "andere Sprache")
    yield from (text for _, text, *_ in NAVIGATION)
    yield from (text for _, text in COCKPIT)
    yield from (note.text for note in load_contents().notes)
    yield from GROUPS
    yield from (title for title, _ in sheets.GROUPS)
    yield from (land.land for land in load_topology().values())
    yield from editions.FOR_ALL
    yield from (editions.HIDDEN, sheets.OTHERS, request_form.LIST_HINT, request_form.MONTH_HINT, edition_form.HINT)
    yield from (special_requests.NOW, special_requests.YESTERDAY, comparison.HINT, public_data.UNKNOWN, REFUSED)
    yield from (saved_views.NO_PAGE, saved_views.FIXED_WORDS, comments.HINT)
    yield from (projects.UNKNOWN, good_practice.UNKNOWN)
    yield from (ASK, refusals.SERVICE_AWAY, provider.AWAY, provider.REFUSED, provider.TITLE)
    yield operations.REASON
    yield from (*booking_form.SAID, *feedback.SAID)
    yield from registration_form.SAID
    yield from (*words_of_enrolment.REASONS.values(), *words_of_enrolment.STATES.values())
    yield from (open_forms.TOO_MANY, certificate_check.TOO_MANY)
    yield "Die Anfrage konnte nicht bearbeitet werden"


def of_the_board() -> Iterator[str]:
    """Criteria of the Good Practice board with their scales, what a proposal lacks, why somebody may not rate it."""
    for one in criteria().values():
        yield from (one.title, one.question, *one.anchors)
    yield from (*board_rules.TEXTS.values(), board_rules.CONTACT)
    yield from (board_rules.NO_SEAT, board_rules.OWN_NETWORK, board_rules.OWN_UNIT)


def of_indicators() -> Iterator[str]:
    """Units and four-part sheets of the catalogue of figures."""
    yield from tomllib.loads((REPORTING / "units.toml").read_text(encoding="utf-8")).values()
    for path in (REPORTING / "catalogue").glob("*.toml"):
        sheet = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from (sheet[name].strip() for name in SHEET if sheet.get(name))


def of_quality() -> Iterator[str]:
    """The sentences of findings."""
    yield NEVER
    yield from (sheet.sentence for sheet in load_rules().sheets.values())


def of_passports() -> Iterator[str]:
    """The sentences of which reporting makes the method of a figure, and the centre's source."""
    yield from (passport.METHOD, passport.source(CENTRE))
    for node in ast.walk(ast.parse((REPORTING / "passport.py").read_text(encoding="utf-8"))):
        match node:
            case ast.AugAssign(value=ast.Constant(str() as text)):
                yield text.strip()


def test_every_catalogue_says_all_that_pages_say_and_nothing_else() -> None:
    wanted = {*said(), *words(), *of_the_board(), *of_indicators(), *of_passports(), *of_quality()} - {""}
    assert len(wanted) > 400
    for language in LANGUAGES:
        if language == "de":
            continue
        with (CATALOGUES / f"{language}.po").open("rb") as file:
            catalogue = {str(entry.id): entry.string for entry in read_po(file) if entry.id}
        assert wanted - catalogue.keys() == set()
        assert catalogue.keys() - wanted == set()
        assert [text for text, translated in catalogue.items() if not translated] == []
        for text, translated in catalogue.items():  # placeholders are the same
            assert sorted(placeholders(text)) == sorted(placeholders(str(translated))), text


@pytest.mark.parametrize("language", sorted(FIRST_CONTACT.keys() - LANGUAGES.keys()))
def test_a_catalogue_of_the_first_contact_says_nothing_that_no_page_says(language: Language) -> None:
    wanted = {*said(), *words()}
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    assert len(catalogue) > 60
    assert catalogue.keys() - wanted == set()
    for text, translated in catalogue.items():
        assert translated
        assert sorted(placeholders(text)) == sorted(placeholders(translated)), text


def test_what_a_catalogue_lacks_is_said_in_english_or_german_and_marked() -> None:
    with speaking("ar"):
        assert marked("Ihr Name") == "اسمك"
        assert marked("Gespeichert von <b>") == Markup('<span lang="de" dir="ltr">Gespeichert von &lt;b&gt;</span>')
        assert marked("Vollständigkeit") == Markup('<span lang="en" dir="ltr">Completeness</span>')
        assert marked("Stand: %(stand)s", stand="<i>") == Markup('<span lang="en" dir="ltr">As of: &lt;i&gt;</span>')
    with speaking("en"):
        assert marked("Ihr Name") == "Your name"
        assert marked("Gespeichert von <b>") == "Gespeichert von <b>"


def placeholders(text: str) -> Iterator[str]:
    yield from (name for _, name, _, _ in Formatter().parse(text) if name)
    yield from (part.partition(")s")[0] for part in text.split("%(")[1:])


def test_every_coded_value_has_both_labels() -> None:
    terms = [term for vocabulary in (*VOCABULARIES, Role) for term in vocabulary]
    assert [term for term in terms if not (term.de and term.en)] == []
    with speaking("en"):
        assert term_label(Role.READER) == "Reader"
        for name, dimension in labels.dimensions().items():
            assert all(text for _, text in dimension.options), name
        assert dict(labels.dimension("nationality").options)["SY"] == "Syria"
        assert labels.value_label("by", "region") == "Bavaria"
        assert labels.value_label("2022-Q3", "quarter") == "Q3 2022"
    assert labels.value_label("by", "region") == "Bayern"


def test_german_is_what_the_templates_say() -> None:
    assert translations("de").gettext("Datenschutz") == "Datenschutz"
    assert translations("en").gettext("Datenschutz") == "Privacy"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert (number(1204), percent(27.04)) == ("1.204", "27,0\u00a0%")
    with speaking("en"):
        assert (number(1204), percent(27.04)) == ("1,204", "27.0\u00a0%")


def test_what_exists_in_german_only_is_marked_on_other_pages() -> None:
    assert german_text("<b>") == "<b>"
    with speaking("en"):
        assert german_text("<b>") == Markup('<span lang="de">&lt;b&gt;</span>')
        assert told("Datenschutz") == "Privacy"
        assert told("Nur hier") == Markup('<span lang="de">Nur hier</span>')


def test_a_cache_keeps_the_languages_apart() -> None:
    calls: list[str] = []

    @kept_by_language()
    def greet(name: str) -> str:
        calls.append(name)
        return f"{translations('en').gettext('Datenschutz')} {name}"

    for _ in range(2):
        greet("a")
        with speaking("en"):
            greet("a")
    assert calls == ["a", "a"]


@pytest.mark.parametrize(("typed", "code"), [("Syrien", "SY"), ("Syria", "SY"), ("Bavaria", "by"), ("bayern", "by")])
def test_values_may_be_typed_in_german_and_in_the_language_of_the_page(typed: str, code: str) -> None:
    name = "nationality" if code.isupper() else "region"
    with speaking("en"):
        asked = special_requests.read_request([("indicator", "referrals"), (name, typed)])
    assert dict(asked.filters)[name] == (code,)
