"""Import of old lists of trainings and events (contracts §5): what columns they have."""

from shared import vocabulary as v
from shared.importing.fields import Day, Text, Whole, term
from shared.importing.kinds import RECORDING, Column, Kind

KIND = Kind(
    "meetings",
    "Schulungen",
    (
        Column("external_id", "Kennung", required=True, parse=Text(80, hint="eindeutige Kennung der Zeile")),
        Column("date", "Datum", required=True, parse=Day()),
        Column("programme_line", "Programmlinie", required=True, parse=term(v.ProgrammeLine)),
        Column("format", "Format", required=True, parse=term(v.MeetingFormat)),
        Column("participants", "Teilnehmende", required=True, parse=Whole(0, 100_000)),
        Column("role", "Rolle", required=False, parse=term(v.MeetingRole), empty=v.MeetingRole.OWN),
        Column("offering", "Angebot", required=False, parse=Text(40, hint="Kürzel des Angebots")),
        Column("number", "Termin Nr.", required=False, parse=Whole(1, 1000), empty=1),
        Column("new_participants", "Neue Teilnehmende", required=False, parse=Whole(0, 100_000)),
        Column("units", "Unterrichtseinheiten", required=False, parse=Whole(0, 10_000)),
        Column("topic", "Thema", required=False, parse=term(v.Topic)),
        Column("target_groups", "Zielgruppen", required=False, parse=term(v.TargetGroup, many=True), empty=()),
        Column("office", "Beratungsstelle", required=False, parse=Text(40, hint="Kürzel der Beratungsstelle")),
        *RECORDING,
    ),
)
