"""What a person is shown of each table in plain German: the columns that say something about her."""

from collections.abc import Mapping

from shared import vocabulary as v
from shared.nationalities import nationality_labels
from shared.rights import Told
from shared.vocabulary.cases import CaseState, DocumentState, Founder, HandoverState, Method, StepBy, StepState
from shared.vocabulary.consents import ConsentPurpose, HandoverKind, ReferralResult
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer
from shared.vocabulary.recognition import Land, ProcedureKind, StageKind, StageState
from shared.vocabulary.sensitive import (
    AsylumInformation,
    AsylumStage,
    ClientDecision,
    DiscriminationContext,
    DiscriminationState,
    LegalAssessment,
    ResidenceStatus,
    SupportBeside,
    Vulnerability,
)

Words = Mapping[str, Told]

PROFILE: Words = {
    "nationality": Told("Staatsangehörigkeit", nationality_labels()),
    "refugee_background": Told("Fluchthintergrund", v.YesNo),
    "gender": Told("Geschlecht", v.Gender),
}
SESSION: Words = {
    "date": Told("Datum"),
    "programme_line": Told("Handlungsfeld", v.ProgrammeLine),
    "session_type": Told("Art der Beratung", v.SessionType),
    "seen_before": Told("Bisher beraten", v.SeenBefore),
    "channel": Told("Kanal", v.Channel),
    "mobile": Told("Mobile Beratung"),
    "outreach": Told("Aufsuchende Beratung"),
    "language": Told("Sprache der Beratung"),
    **PROFILE,
    "age_group": Told("Altersgruppe", v.AgeGroup),
    "has_degree": Told("Hat einen Abschluss", v.YesNo),
    "reference_occupation": Told("Referenzberuf (KldB 2010)"),
    "founder": Told("Gründung", Founder),
    "partner_id": Told("In den Räumen von"),
    "occasions": Told("Beratungsanlässe", v.Occasion),
    "referral_target": Told("Verweisziel", v.ReferralTarget),
    "office_id": Told("Beratungsstelle"),
    "recorded_on": Told("Erfasst am"),
    "origin": Told("Herkunft der Angabe", v.Origin),
    "external_id": Told("Kennung im früheren System"),
    "withdrawn": Told("Zurückgezogen"),
    "withdrawn_reason": Told("Grund der Rücknahme"),
}
CASE: Words = {
    "programme_line": Told("Handlungsfeld", v.ProgrammeLine),
    "state": Told("Zustand", CaseState),
    "opened_on": Told("Eröffnet am"),
    "closed_on": Told("Geschlossen am"),
    "method": Told("Arbeitsweise", Method),
    "method_since": Told("Arbeitsweise seit"),
    "aim": Told("Ziel des Hilfeplans"),
    "protected": Told("Geschützt: nur für die zuständigen Beratenden"),
    "office_id": Told("Beratungsstelle"),
}
CONFIDENTIAL: Words = {
    "residence_status": Told("Aufenthaltsstatus", ResidenceStatus),
    "residence_until": Told("Aufenthalt gültig bis"),
    "residence_note": Told("Notiz zum Aufenthalt"),
    "asylum_stage": Told("Stand des Asylverfahrens", AsylumStage),
    "in_municipality": Told("Lebt in einer Kommune"),
    "informed": Told("Zum Asylverfahren informiert über", AsylumInformation),
    "asylum_note": Told("Notiz zum Asylverfahren"),
    "vulnerable": Told("Besonderer Schutzbedarf", Vulnerability),
    "discrimination_state": Told("Diskriminierung: Stand", DiscriminationState),
    "context": Told("Diskriminierung: Lebensbereich", DiscriminationContext),
    "place": Told("Diskriminierung: wo"),
    "first_talk_on": Told("Diskriminierung: Erstgespräch am"),
    "referred_on": Told("Diskriminierung: verwiesen am"),
    "body_id": Told("Antidiskriminierungsstelle"),
    "support": Told("Sozialpädagogische Begleitung", SupportBeside),
    "assessment": Told("Einschätzung der Antidiskriminierungsstelle", LegalAssessment),
    "decision": Told("Entscheidung der Person", ClientDecision),
    "discrimination_note": Told("Notiz zur Diskriminierung"),
}
"""What is sealed; not columns but parts of one (`services.counselling.sensitive`)."""
STEP: Words = {
    "title": Told("Schritt"),
    "due": Told("Bis"),
    "by": Told("Wer", StepBy),
    "state": Told("Zustand", StepState),
    "done_on": Told("Erledigt am"),
}
DOCUMENT: Words = {"name": Told("Unterlage"), "state": Told("Zustand", DocumentState)}
HANDOVER: Words = {
    "offered_at": Told("Angeboten am"),
    "to_office": Told("An die Beratungsstelle"),
    "note": Told("Notiz"),
    "state": Told("Zustand", HandoverState),
    "expires_on": Told("Gilt bis"),
    "decided_at": Told("Entschieden am"),
}
CONSENT: Words = {
    "body_id": Told("Für die Stelle"),
    "purposes": Told("Wofür", ConsentPurpose),
    "details": Told("Was"),
    "signed_on": Told("Unterschrieben am"),
    "valid_from": Told("Gilt ab"),
    "valid_until": Told("Gilt bis"),
    "recorded_on": Told("Erfasst am"),
    "withdrawn_at": Told("Widerrufen am"),
}
TRANSFER: Words = {
    "recipient": Told("An wen"),
    "date": Told("Wann"),
    "purpose": Told("Wofür", ConsentPurpose),
    "kind": Told("Wie", HandoverKind),
    "details": Told("Was"),
}
REFERRAL: Words = {
    "date": Told("Datum"),
    "target": Told("Verweisziel", v.ReferralTarget),
    "body_id": Told("Stelle"),
    "purpose": Told("Wofür", ConsentPurpose),
    "note": Told("Notiz"),
    "named": Told("Mit Namen"),
    "accompanied": Told("Gemeinsam begleitet"),
    "proposed": Told("Als Vorschlag an die Qualifizierung"),
    "answer": Told("Antwort der Qualifizierung", ProposalAnswer),
    "answer_reason": Told("Grund der Ablehnung", DeclineReason),
    "answered_on": Told("Antwort vom"),
    "result": Told("Ergebnis", ReferralResult),
    "result_on": Told("Ergebnis vom"),
    "withdrawn": Told("Zurückgezogen"),
    "recorded_on": Told("Erfasst am"),
}
PROCEDURE: Words = {
    "kind": Told("Art des Verfahrens", ProcedureKind),
    "reference_occupation": Told("Referenzberuf (KldB 2010)"),
    "land": Told("Land der Arbeit", Land),
    "authority_id": Told("Zuständige Stelle"),
    "office_id": Told("Beratungsstelle"),
    "specialized": Told("Spezialisierte Beratung"),
    "state": Told("Stand", v.ProcedureState),
    "outcome": Told("Bescheid", v.ProcedureOutcome),
    "since": Told("Seit"),
    "reached": Told("Bisherige Stände", v.ProcedureState),
    "announced_on": Told("Entscheidung angekündigt bis"),
    "withdrawn": Told("Zurückgezogen"),
    "withdrawn_reason": Told("Grund der Rücknahme"),
}
STAGE: Words = {
    "kind": Told("Etappe", StageKind),
    "state": Told("Zustand", StageState),
    "on": Told("Tag"),
    "withdrawn": Told("Zurückgezogen"),
}
