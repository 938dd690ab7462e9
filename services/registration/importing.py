"""What old lists may hold (contracts §5): the kinds of import of this service and their columns."""

from shared import vocabulary as v
from shared.importing.fields import Choice, Day, Occupation, Text, Whole, nationality, term, yes_no
from shared.importing.kinds import RECORDING, Column, Kind

CODE = r"[A-Za-z0-9._/-]{1,40}"
ROUNDS = {f"{first}-{last}": f"{first}–{last}" for first, last in v.FUNDING_ROUNDS}

EXTERNAL_ID = Column("external_id", "Kennung", required=True, parse=Text(80, hint="eindeutige Kennung der Zeile"))
LINE = Column("programme_line", "Programmlinie", required=True, parse=term(v.ProgrammeLine))
OFFICE = Column("office", "Beratungsstelle", required=False, parse=Text(40, hint="Kürzel der Beratungsstelle"))
TOPIC = Column("topic", "Thema", required=False, parse=term(v.Topic))
TARGET_GROUPS = Column("target_groups", "Zielgruppen", required=False, parse=term(v.TargetGroup, many=True), empty=())
OFFERING = Column("offering", "Angebot", required=False, parse=Text(40, hint="Kürzel des Angebots"))
DELIVERY = Column("delivery", "Durchführungsform", required=False, parse=term(v.Delivery), empty=v.Delivery.NOT_STATED)
FORM = Column("form", "Kursform", required=False, parse=term(v.CourseForm), empty=v.CourseForm.NOT_STATED)

STRUCTURE = Kind(
    "structure",
    "Struktur",
    (
        EXTERNAL_ID,
        Column("kind", "Art der Einheit", required=True, parse=term(v.StructureKind)),
        Column(
            "code",
            "Kürzel",
            required=True,
            parse=Text(40, CODE, "Kürzel aus Buchstaben, Ziffern und . _ / - ohne Umlaut"),
        ),
        Column("name", "Name", required=True, parse=Text(200, hint="Name der Einheit")),
        Column("parent", "Gehört zu", required=False, parse=Text(40, hint="Kürzel der übergeordneten Einheit")),
        Column("programme_line", "Programmlinie", required=False, parse=term(v.ProgrammeLine)),
        Column("migrant_organisation", "Träger ist Migrantenorganisation", required=False, parse=yes_no()),
        Column("valid_from", "Besteht seit", required=True, parse=Day()),
        Column("valid_to", "Besteht bis", required=False, parse=Day()),
        *RECORDING,
    ),
    permission="structure:write",
    whole_network=True,
)

OFFERINGS = Kind(
    "offerings",
    "Angebote",
    (
        Column("external_id", "Kürzel", required=True, parse=Text(40, hint="eindeutiges Kürzel des Angebots")),
        LINE,
        Column("format", "Format", required=False, parse=term(v.MeetingFormat)),
        FORM,
        DELIVERY,
        TOPIC,
        TARGET_GROUPS,
        OFFICE,
        Column("starts", "Beginn", required=False, parse=Day()),
        Column("ends", "Ende", required=False, parse=Day()),
        *RECORDING,
    ),
)

MEETINGS = Kind(
    "meetings",
    "Schulungen",
    (
        EXTERNAL_ID,
        Column("date", "Datum", required=True, parse=Day()),
        LINE,
        Column("format", "Format", required=True, parse=term(v.MeetingFormat)),
        Column("participants", "Teilnehmende", required=True, parse=Whole(0, 100_000)),
        Column("role", "Rolle", required=False, parse=term(v.MeetingRole), empty=v.MeetingRole.OWN),
        OFFERING,
        Column("number", "Termin Nr.", required=False, parse=Whole(1, 1000), empty=1),
        Column("new_participants", "Neue Teilnehmende", required=False, parse=Whole(0, 100_000)),
        Column("units", "Unterrichtseinheiten", required=False, parse=Whole(0, 10_000)),
        TOPIC,
        TARGET_GROUPS,
        OFFICE,
        *RECORDING,
    ),
)

PARTICIPATIONS = Kind(
    "participations",
    "Teilnahmen",
    (
        EXTERNAL_ID,
        Column("offering", "Angebot", required=True, parse=Text(40, hint="Kürzel des Angebots")),
        Column("entered_on", "Eintritt am", required=True, parse=Day()),
        Column("person_ref", "Personenkennung", required=False, parse=Text(100, hint="Kennung, kein Name")),
        Column("nationality", "Staatsangehörigkeit", required=False, parse=nationality(), empty="not_stated"),
        Column(
            "refugee_background", "Fluchthintergrund", required=False, parse=term(v.YesNo), empty=v.YesNo.NOT_STATED
        ),
        Column("gender", "Geschlecht", required=False, parse=term(v.Gender), empty=v.Gender.NOT_STATED),
        Column("birth_year", "Geburtsjahr", required=False, parse=Whole(1900, 2100)),
        Column("age_group", "Altersgruppe", required=False, parse=term(v.AgeGroup)),
        Column("reference_occupation", "Referenzberuf", required=False, parse=Occupation()),
        DELIVERY,
        FORM,
        Column(
            "came_from_counselling",
            "Aus der Beratung gekommen",
            required=False,
            parse=term(v.YesNo),
            empty=v.YesNo.NOT_STATED,
        ),
        Column("ended_on", "Ende am", required=False, parse=Day()),
        Column("result", "Ergebnis", required=False, parse=term(v.Result)),
        Column("success", "Erfolg", required=False, parse=term(v.Success)),
        Column("ended_recorded_on", "Ende erfasst am", required=False, parse=Day()),
        Column("employment_status", "Erwerbsstatus beim Eintritt", required=False, parse=term(v.EmploymentStatus)),
        Column("education_level", "Bildungsstand (ISCED)", required=False, parse=term(v.EducationLevel)),
        Column("exit_status", "Verbleib nach dem Ende", required=False, parse=term(v.ExitStatus)),
        Column("exit_on", "Verbleib am", required=False, parse=Day()),
        *RECORDING,
    ),
)

ITEMS = Kind(
    "items",
    "Verstetigungen",
    (
        EXTERNAL_ID,
        Column("item_kind", "Art des Eintrags", required=True, parse=term(v.ItemKind)),
        Column("state", "Stand", required=True, parse=term(v.ItemState)),
        Column("round", "Förderrunde", required=False, parse=Choice("round", ROUNDS)),
        Column("area", "Berufsbereich", required=False, parse=term(v.Area)),
        DELIVERY,
        Column("route", "Weg der Verstetigung", required=False, parse=term(v.Route)),
        OFFERING,
        *RECORDING,
    ),
)
