"""What a person is shown of each table in plain German: the columns that say something about her."""

from collections.abc import Mapping

from shared import vocabulary as v
from shared.nationalities import nationality_labels
from shared.rights import Told
from shared.vocabulary.attendance import Stage, TaskKind
from shared.vocabulary.certificates import CertificateKind
from shared.vocabulary.measures import Phase
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer
from shared.vocabulary.runs import DecisionReason, Presence, RegistrationState, TeamFunction

Words = Mapping[str, Told]

NATIONS = nationality_labels()
LEVELS = {str(term): term.de for kind in (v.LanguageLevel, v.QualificationLevel) for term in kind}
PROFILE: Words = {
    "nationality": Told("Staatsangehörigkeit", NATIONS),
    "refugee_background": Told("Fluchthintergrund", v.YesNo),
    "gender": Told("Geschlecht", v.Gender),
}
PERSON: Words = {
    "name": Told("Name"),
    "family_name": Told("Familienname"),
    "given_names": Told("Vornamen"),
    "original_name": Told("Name in eigener Schrift"),
    "birth_date": Told("Geboren am"),
    "birth_year": Told("Geburtsjahr"),
    "phone": Told("Telefon"),
    "email": Told("E-Mail"),
    "address": Told("Anschrift"),
    "contact_way": Told("Am besten zu erreichen", v.ContactWay),
    "languages": Told("Sprachen", LEVELS),
    "german_level": Told("Deutsch (GER)", v.LanguageLevel),
    "interpreter_needed": Told("Sprachmittlung nötig", v.YesNo),
    **PROFILE,
    "has_degree": Told("Hat einen Abschluss", v.YesNo),
    "qualifications": Told("Abschlüsse", LEVELS | NATIONS),
    "recorded_on": Told("Zuletzt gespeichert am"),
}
PROPOSAL: Words = {
    "to_carrier_id": Told("An"),
    "proposed_on": Told("Vorgeschlagen am"),
    "withdrawn": Told("Zurückgezogen"),
    **PROFILE,
    "age_group": Told("Altersgruppe", v.AgeGroup),
    "has_degree": Told("Hat einen Abschluss", v.YesNo),
    "reference_occupation": Told("Referenzberuf (KldB 2010)"),
    "language": Told("Sprache der Beratung"),
}
ANSWER: Words = {
    "to_carrier_id": Told("Von"),
    "answer": Told("Antwort", ProposalAnswer),
    "reason": Told("Grund", DeclineReason),
    "recorded_on": Told("Geantwortet am"),
}
PARTICIPANT: Words = {
    "name": Told("Name"),
    "email": Told("E-Mail"),
    "function": Told("Funktion", TeamFunction),
    "graduate": Told("Hat die einjährige Ausbildung abgeschlossen"),
    "lead": Told("Federführung im Team"),
    "released": Told("Vom Arbeitgeber freigestellt"),
    "stage": Told("Stand im Programm", Stage),
}
TASK: Words = {
    "module": Told("Nach Modul"),
    "kind": Told("Art der Aufgabe", TaskKind),
    "handed_in_on": Told("Abgegeben am"),
}
CONTACT_PERSON: Words = {
    "name": Told("Name"),
    "email": Told("E-Mail"),
    "house": Told("Haus"),
    "officer": Told("Zugleich Migrationsbeauftragte*r"),
    "bridge": Told("Migrationsbeauftragte*r des Hauses"),
    "bridge_email": Told("Deren E-Mail"),
    "evidence": Told("Wo die Phasen abgeschlossen wurden"),
    "selected_on": Told("Ausgewählt am"),
    "qualified_on": Told("Qualifiziert am"),
    "mandated_on": Told("Beauftragt am"),
    "inactive_on": Told("Beendet am"),
    "recorded_on": Told("Zuletzt gespeichert am"),
}
REGISTERED: Words = {
    "house": Told("Haus"),
    "topic": Told("Thema"),
    "email": Told("E-Mail"),
    "phone": Told("Telefon"),
    "submitted_at": Told("Angemeldet am"),
    "state": Told("Zustand", RegistrationState),
    "reason": Told("Begründung", DecisionReason),
    "exception": Told("Grund der Ausnahme"),
    "moved": Told("Grund der anderen Reihenfolge"),
    "offered_until": Told("Platz angeboten bis"),
}
CERTIFICATE: Words = {
    "kind": Told("Art", CertificateKind),
    "name": Told("Name, wie er gedruckt ist"),
    "title": Told("Durchgang"),
    "starts_on": Told("Vom"),
    "ends_on": Told("Bis"),
    "days": Told("Tage"),
    "minutes": Told("Minuten"),
    "contents": Told("Inhalte"),
    "standing": Told("Stand der Anmeldung", RegistrationState),
    "exception": Told("Grund der Ausnahme"),
    "issued_on": Told("Ausgestellt am"),
    "withdrawn": Told("Zurückgezogen"),
    "withdrawn_on": Told("Zurückgezogen am"),
    "withdrawn_reason": Told("Grund der Rücknahme"),
}
PRESENT: Words = {"presence": Told("Anwesenheit", Presence)}
APPOINTMENT: Words = {
    "name": Told("Name"),
    "email": Told("E-Mail"),
    "phone": Told("Telefon"),
    "wish": Told("Anliegen"),
    "starts_at": Told("Termin am"),
    "requested_at": Told("Angefragt am"),
    "state": Told("Zustand", v.AppointmentState),
    "source": Told("Angefragt", {"public": "über die öffentliche Seite", "staff": "bei der Beratungsstelle"}),
    "channel": Told("Kanal", v.Channel),
    "language": Told("Sprache"),
    "office_id": Told("Beratungsstelle"),
}
PARTICIPATION: Words = {
    "external_id": Told("Kennung beim Träger"),
    "programme_line": Told("Handlungsfeld", v.ProgrammeLine),
    "entered_on": Told("Eintritt"),
    "ended_on": Told("Ende"),
    "result": Told("Ergebnis", v.Result),
    "success": Told("Erfolg", v.Success),
    **PROFILE,
    "age_group": Told("Altersgruppe", v.AgeGroup),
    "reference_occupation": Told("Referenzberuf (KldB 2010)"),
    "delivery": Told("Durchführung", v.Delivery),
    "form": Told("Form", v.CourseForm),
    "came_from_counselling": Told("Aus der Beratung gekommen", v.YesNo),
    "german_level": Told("Deutsch bei der Aufnahme (GER)", v.LanguageLevel),
    "phases": Told("Phasen", Phase),
    "employment_status": Told("Erwerbsstatus beim Eintritt", v.EmploymentStatus),
    "education_level": Told("Bildungsstand (ISCED)", v.EducationLevel),
    "after_exit": Told("Verbleib nach dem Ende", v.ExitStatus),
    "withdrawn_reason": Told("Zurückgezogen, weil"),
    "recorded_on": Told("Erfasst am"),
    "origin": Told("Herkunft der Angabe", v.Origin),
    "withdrawn": Told("Zurückgezogen"),
}
