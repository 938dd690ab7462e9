"""What each changing route of the recording services is sent, and what the audit must call it."""

from typing import Any

from shared.clock import today
from shared.vocabulary import Role
from tests.integration.audit.conftest import BODY

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
GROUP = {"date": "2026-05-04", "programme_line": "fair_integration", "participants": 12}
COMPANY = {"date": "2026-05-04", "programme_line": "skilled_worker_networks", "company_ref": "HRB 1"}
MEETING = GROUP | {"programme_line": "intercultural", "format": "training"}
RUN = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "starts_on": "2027-03-04"}
CONTACT_PERSON = {"name": "Beispiel, Ada", "house": "Jobcenter am Fluss"}
RUN_DATE = {"step": "kickoff", "starts_at": "2027-03-04T09:00:00+01:00", "ends_at": "2027-03-04T16:00:00+01:00"}
ITEM = {"item_kind": "transfer", "values": {"title": "APQ Pflege", "delivery": "online", "azav": "none"}}
OFFERING = {"code": "A-1"}
PARTICIPATION = {"offering": "A-1", "new_offering": True, "entered_on": "2026-05-04"}
END = {"ended_on": "2026-06-30", "result": "finished"}
PROCEDURE = {"state": "counselled", "since": "2026-05-04"}
STAGE = {"kind": "measure", "on": "2026-06-01"}
OUTREACH = {"date": "2026-05-04", "programme_line": "fair_integration", "channel": "social_media", "contacts": 9}
WORK = {"date": "2026-05-04", "kind": "network_map"}
ASSIGN = {"owner": "test-counsellor", "to": "colleague", "reason": "ausgeschieden"}
CASE = {"method": "accompaniment", "revision": 1}
CONSENT = {"body_id": str(BODY), "purposes": ["referral"], "signed_on": f"{today()}", "valid_until": f"{today()}"}
TRANSFER = {"body_id": str(BODY), "purpose": "referral", "kind": "conversation", "agreed": True}
REFERRAL = {"body_id": str(BODY), "date": f"{today()}", "named": True, "agreed": True}
PERSON = {"name": "Beispiel, Person"}
UNIT = {"kind": "carrier", "code": "T-1", "name": "Träger", "valid_from": "2020-01-01"}
STARTED = {"state": "started", "revision": 1}
CSV = b"Kennung;Datum;HSP;Art;TN\nG-1;1.9.2022;FI;Gruppeninfo;12\n"
UNKNOWN = b"Kennung;Datum;HSP;Art;TN;Wetter\nG-1;1.9.2022;FI;Gruppeninfo;12;gut\n"
GONE = {"reason": "doppelt erfasst"}
TAKEN_UP = {"result": "taken_up"}
PART = "/api/v1/participations/{participation_id}"
IN_CASE = "/api/v1/cases/{case_id}"
CONTACT = "/api/v1/contact-persons/{contact_person_id}"
DATE = "/api/v1/runs/{run_id}/meetings/{run_meeting_id}"
ONE = f"{IN_CASE}/procedures/{{procedure_id}}"


C, T, A, K = Role.COUNSELLOR, Role.TRAINER, Role.ADMIN, Role.COORDINATOR
OPERATOR = Role.OPERATIONS
Request = tuple[Role, dict[str, Any], str]
# What each changing route is sent, and what the audit must call it.
CHANGES: dict[str, dict[tuple[str, str], Request]] = {
    "registration": {
        ("put", "/api/v1/persons/{person_id}"): (C, {"json": PERSON}, "person.recorded"),
        ("put", "/api/v1/appointments/{appointment_id}"): (C, {"json": PERSON}, "appointment.recorded"),
        ("post", "/api/v1/appointments/{appointment_id}/cancel"): (C, {}, "appointment.cancelled"),
        ("post", "/api/v1/persons/{person_id}/erase"): (C, {"json": {"reason": "wish"}}, "person.erased"),
        ("put", "/api/v1/structure/{structure_id}"): (K, {"json": UNIT}, "structure.recorded"),
        ("put", "/api/v1/meetings/{meeting_id}"): (T, {"json": MEETING}, "meeting.recorded"),
        ("post", "/api/v1/meetings/{meeting_id}/withdraw"): (T, {"json": GONE}, "meeting.withdrawn"),
        ("post", "/api/v1/meetings/{meeting_id}/restore"): (T, {}, "meeting.restored"),
        ("put", "/api/v1/items/{item_id}"): (T, {"json": ITEM}, "item.recorded"),
        ("post", "/api/v1/items/{item_id}/state"): (T, {"json": STARTED}, "item.advanced"),
        ("post", "/api/v1/items/{item_id}/withdraw"): (T, {"json": GONE}, "item.withdrawn"),
        ("put", "/api/v1/offerings/{offering_id}"): (T, {"json": OFFERING}, "offering.recorded"),
        ("put", PART): (T, {"json": PARTICIPATION}, "participation.recorded"),
        ("post", f"{PART}/end"): (T, {"json": END}, "participation.ended"),
        ("post", f"{PART}/withdraw"): (T, {"json": GONE}, "participation.withdrawn"),
        ("post", f"{PART}/restore"): (T, {}, "participation.restored"),
        ("put", "/api/v1/runs/{run_id}"): (T, {"json": RUN}, "run.recorded"),
        ("put", "/api/v1/runs/{run_id}/feedback"): (T, {"json": {"open": True}}, "feedback.opened"),
        ("put", DATE): (T, {"json": RUN_DATE}, "run_meeting.recorded"),
        ("post", f"{DATE}/cancel"): (T, {"json": GONE}, "run_meeting.cancelled"),
        ("post", "/api/v1/runs/{run_id}/calendar-link"): (T, {}, "run.shared"),
        ("post", "/api/v1/runs/{run_id}/open"): (T, {}, "run.opened"),
        ("post", "/api/v1/runs/{run_id}/decide"): (T, {}, "run.decided"),
        ("post", "/api/v1/runs/{run_id}/withdraw"): (T, {}, "run.withdrawn"),
        ("put", CONTACT): (T, {"json": CONTACT_PERSON}, "contact_person.recorded"),
        ("post", f"{CONTACT}/withdraw"): (T, {}, "contact_person.withdrawn"),
    },
    "counselling": {
        ("put", "/api/v1/sessions/{session_id}"): (C, {"json": SESSION}, "session.recorded"),
        ("post", "/api/v1/sessions/{session_id}/withdraw"): (C, {"json": GONE}, "session.withdrawn"),
        ("post", "/api/v1/sessions/{session_id}/restore"): (C, {}, "session.restored"),
        ("put", "/api/v1/groups/{group_id}"): (C, {"json": GROUP}, "group.recorded"),
        ("post", "/api/v1/groups/{group_id}/withdraw"): (C, {"json": GONE}, "group.withdrawn"),
        ("post", "/api/v1/groups/{group_id}/restore"): (C, {}, "group.restored"),
        ("put", "/api/v1/companies/{company_id}"): (C, {"json": COMPANY}, "company.recorded"),
        ("post", "/api/v1/companies/{company_id}/withdraw"): (C, {"json": GONE}, "company.withdrawn"),
        ("put", "/api/v1/outreach/{outreach_id}"): (C, {"json": OUTREACH}, "outreach.recorded"),
        ("post", "/api/v1/outreach/{outreach_id}/withdraw"): (C, {}, "outreach.withdrawn"),
        ("put", "/api/v1/structural-work/{work_id}"): (C, {"json": WORK}, "structural.recorded"),
        ("post", "/api/v1/structural-work/{work_id}/withdraw"): (C, {}, "structural.withdrawn"),
        ("put", "/api/v1/cases/{case_id}"): (C, {"json": CASE}, "case.changed"),
        ("put", "/api/v1/cases/{case_id}/plan"): (C, {"json": {"aim": "Arbeit", "revision": 2}}, "case.planned"),
        ("put", f"{IN_CASE}/protection"): (C, {"json": {"protected": True, "revision": 3}}, "case.protected"),
        ("put", "/api/v1/cases/{case_id}/steps/{step_id}"): (C, {"json": {"title": "Anruf"}}, "step.recorded"),
        ("put", f"{IN_CASE}/documents/{{document_id}}"): (C, {"json": {"name": "Pass"}}, "document.recorded"),
        ("put", "/api/v1/cases/{case_id}/handovers/{handover_id}"): (C, {"json": {"to": "colleague"}}, "case.offered"),
        ("post", "/api/v1/handovers/{handover_id}/withdraw"): (C, {}, "case.kept"),
        ("put", "/api/v1/bodies/{body_id}"): (A, {"json": {"kind": "lawyer", "name": "Neu"}}, "body.recorded"),
        ("put", f"{IN_CASE}/consents/{{consent_id}}"): (C, {"json": CONSENT}, "consent.recorded"),
        ("put", f"{IN_CASE}/transfers/{{transfer_id}}"): (C, {"json": TRANSFER}, "transfer.recorded"),
        ("put", f"{IN_CASE}/referrals/{{referral_id}}"): (C, {"json": REFERRAL}, "referral.recorded"),
        ("post", f"{IN_CASE}/referrals/{{referral_id}}/result"): (C, {"json": TAKEN_UP}, "referral.answered"),
        ("post", f"{IN_CASE}/referrals/{{referral_id}}/withdraw"): (C, {}, "referral.withdrawn"),
        ("post", f"{IN_CASE}/consents/{{consent_id}}/withdraw"): (C, {}, "consent.withdrawn"),
        ("post", f"{IN_CASE}/sensitive/open"): (C, {"json": {"reason": "conversation"}}, "sensitive.unlocked"),
        ("post", f"{IN_CASE}/sensitive/lock"): (C, {}, "sensitive.locked"),
        ("put", f"{IN_CASE}/sensitive"): (C, {"json": {"reason": "conversation"}}, "sensitive.recorded"),
        ("post", "/api/v1/cases/{case_id}/close"): (C, {"json": {"revision": 4}}, "case.closed"),
        ("post", "/api/v1/cases/{case_id}/reopen"): (C, {"json": {"revision": 5}}, "case.reopened"),
        ("post", "/api/v1/cases/{case_id}/folder"): (C, {}, "case.printed"),
        ("put", ONE): (C, {"json": PROCEDURE}, "procedure.recorded"),
        ("put", f"{ONE}/stages/{{stage_id}}"): (C, {"json": STAGE}, "procedure_stage.recorded"),
        ("post", f"{ONE}/stages/{{stage_id}}/withdraw"): (C, {}, "procedure_stage.withdrawn"),
        ("post", f"{ONE}/withdraw"): (C, {"json": GONE}, "procedure.withdrawn"),
        ("post", f"{ONE}/restore"): (C, {}, "procedure.restored"),
        ("post", "/api/v1/case-owners/assign"): (A, {"json": ASSIGN}, "case.assigned"),
    },
}
