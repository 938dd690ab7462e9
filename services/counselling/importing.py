"""Import of old lists of sessions, groups and companies (contracts §5): what columns they have."""

from babel import Locale

from shared import vocabulary as v
from shared.importing.fields import Choice, Day, Occupation, Text, Whole, term, yes_no
from shared.importing.kinds import RECORDING, Column, Kind
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
