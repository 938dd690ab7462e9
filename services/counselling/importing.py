"""Import of old lists of sessions, groups and companies (contracts §5), of authorities and bodies: their columns."""

import re
from dataclasses import dataclass

from babel import Locale

from shared import vocabulary as v
from shared.importing.fields import MAIN_GROUP, Choice, Day, Occupation, RefusedError, Text, Whole, term, yes_no
from shared.importing.kinds import RECORDING, Column, Kind
from shared.importing.words import shown
from shared.nationalities import nationality_labels
from shared.sectors import Sector, SizeClass

LANGUAGES = {
    code: name for code, name in sorted(Locale("de").languages.items(), key=lambda pair: pair[1]) if len(code) == 2
} | {"other": "andere Sprache"}

BEGINNING = (
    Column("external_id", "Kennung", required=True, parse=Text(80, hint="eindeutige Kennung der Zeile")),
    Column("date", "Datum", required=True, parse=Day()),
    Column("programme_line", "Programmlinie", required=True, parse=term(v.ProgrammeLine)),
)
LANGUAGE = Column("language", "Sprache", required=False, parse=Choice("language", LANGUAGES))
OFFICE = Column("office", "Beratungsstelle", required=False, parse=Text(40, hint="Kürzel der Beratungsstelle"))

SESSIONS = Kind(
    "sessions",
    "Beratungen",
    (
        *BEGINNING,
        Column("session_type", "Beratungsart", required=True, parse=term(v.SessionType)),
        Column("channel", "Kanal", required=False, parse=term(v.Channel)),
        Column("mobile", "Mobil", required=False, parse=yes_no(), empty=False),
        Column("outreach", "Aufsuchend", required=False, parse=yes_no(), empty=False),
        LANGUAGE,
        OFFICE,
        Column("person_ref", "Personenkennung", required=False, parse=Text(100, hint="Kennung, kein Name")),
        Column(
            "nationality",
            "Staatsangehörigkeit",
            required=False,
            parse=Choice("nationality", nationality_labels()),
            empty="not_stated",
        ),
        Column(
            "refugee_background", "Fluchthintergrund", required=False, parse=term(v.YesNo), empty=v.YesNo.NOT_STATED
        ),
        Column("gender", "Geschlecht", required=False, parse=term(v.Gender), empty=v.Gender.NOT_STATED),
        Column("birth_year", "Geburtsjahr", required=False, parse=Whole(1900, 2100)),
        Column("age_group", "Altersgruppe", required=False, parse=term(v.AgeGroup)),
        Column("has_degree", "Abschluss vorhanden", required=False, parse=term(v.YesNo), empty=v.YesNo.NOT_STATED),
        Column("reference_occupation", "Referenzberuf", required=False, parse=Occupation()),
        Column("occasions", "Anlässe", required=False, parse=term(v.Occasion, many=True), empty=()),
        Column("referral_target", "Verwiesen an", required=False, parse=term(v.ReferralTarget)),
        *RECORDING,
    ),
)

GROUPS = Kind(
    "groups",
    "Gruppeninformationen",
    (
        *BEGINNING,
        Column("group_type", "Art der Gruppe", required=True, parse=term(v.GroupType)),
        Column("participants", "Teilnehmende", required=True, parse=Whole(1, 100_000)),
        OFFICE,
        Column("topic", "Thema", required=False, parse=term(v.Topic)),
        LANGUAGE,
        *RECORDING,
    ),
)

COMPANIES = Kind(
    "companies",
    "Beratung von Unternehmen",
    (
        *BEGINNING,
        Column("participants", "Teilnehmende", required=False, parse=Whole(1, 100_000), empty=1),
        Column("company_ref", "Unternehmenskennung", required=False, parse=Text(100, hint="Kennung, kein Name")),
        Column("sector", "Wirtschaftszweig", required=False, parse=term(Sector)),
        Column("size_class", "Unternehmensgröße", required=False, parse=term(SizeClass)),
        OFFICE,
        *RECORDING,
    ),
)


@dataclass(frozen=True)
class Prefixes:
    """Beginnings of keys of the KldB 2010, divided by `|`: an area (one digit) to a single occupation (five)."""

    hint: str = "Anfänge von KldB-Schlüsseln, mit | getrennt, zum Beispiel 814|818"
    pattern = re.compile(rf"\d|(?:{MAIN_GROUP})\d{{0,3}}")

    def __call__(self, cell: object) -> list[str]:
        """Parse a cell. Raises RefusedError."""
        found = [part.strip() for part in re.split(r"[|,;]", shown(cell)) if part.strip()]
        if wrong := [part for part in found if not self.pattern.fullmatch(part)]:
            raise RefusedError(
                f"„{wrong[0][:20]}“ ist kein Anfang eines KldB-Schlüssels. Bitte eintragen: {self.hint}."
            )
        return sorted(set(found))


NAMED = (
    Column("external_id", "Kennung", required=True, parse=Text(80, hint="eindeutige Kennung der Zeile")),
    Column("name", "Name", required=True, parse=Text(200, hint="Name der Stelle")),
)
PHONE = Column("phone", "Telefon", required=False, parse=Text(60, hint="Telefonnummer der Stelle"))
EMAIL = Text(200, r"[^@\s]+@[^@\s]+\.[^@\s]+", "E-Mail-Adresse der Stelle")
WEBSITE = Text(300, r"https?://\S+", "Adresse mit https://")
CHECKED = Column("last_checked", "Zuletzt geprüft", required=True, parse=Day())

AUTHORITIES = Kind(
    "authorities",
    "Zuständige Stellen",
    (
        *NAMED,
        Column("occupations", "Berufe (KldB)", required=True, parse=Prefixes()),
        Column("land", "Land der Arbeit", required=False, parse=term(v.Land)),
        Column("address", "Anschrift", required=False, parse=Text(300, hint="Straße, Postleitzahl und Ort")),
        PHONE,
        Column("email", "E-Mail", required=False, parse=EMAIL),
        Column("website", "Internet", required=False, parse=WEBSITE),
        CHECKED,
        *RECORDING,
    ),
    permission="structure:write",
    whole_network=True,
)
"""The directory of competent authorities, kept by the network's coordination; it names no persons."""

BODIES = Kind(
    "bodies",
    "Verzeichnis der Stellen",
    (
        *NAMED,
        Column("kind", "Art der Stelle", required=True, parse=term(v.ReferralTarget)),
        Column("address", "Anschrift", required=False, parse=Text(200, hint="Straße, Postleitzahl und Ort")),
        PHONE,
        Column("email", "E-Mail", required=False, parse=EMAIL),
        Column("url", "Internet", required=False, parse=WEBSITE),
        Column("languages", "Sprachen", required=False, parse=Choice("language", LANGUAGES, many=True), empty=()),
        CHECKED,
        *RECORDING,
    ),
    permission="structure:write",
    whole_network=True,
)
"""The directory of bodies one may be referred to, kept by the network's coordination; it names no persons."""
