"""Bodies of the records that tests of access make."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role

SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "nationality": "SY"}
SESSION |= {"person_id": str(uuid4())}
GROUP = {"date": "2026-05-04", "programme_line": "fair_integration", "participants": 12}
COMPANY = {"date": "2026-05-04", "programme_line": "skilled_worker_networks", "company_ref": "HRB 1"}
PERSON = {"name": "Beispiel, Ada"}
APPOINTMENT = PERSON | {"phone": "0123 456"}
MEETING = {"date": "2026-05-04", "programme_line": "intercultural", "format": "training", "participants": 9}
RUN = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "starts_on": "2027-03-04"}
CONTACT_PERSON = {"name": "Beispiel, Ada", "house": "Jobcenter am Fluss"}
ATTENDANCE = {"entries": [], "guests": 7, "revision": 1}
OPEN_RUN = RUN | {"opens_at": "2026-01-01T00:00:00Z", "deadline": "2099-01-01T00:00:00Z", "published": True}
TEAM = [{"name": "Beispiel, Ada", "graduate": True, "lead": True}, {"name": "Muster, Kim"}]
REGISTRATION = {"house": "Jobcenter Musterstadt", "topic": "Sprache", "binding": True, "members": TEAM}
RUN_DATE = {"step": "kickoff", "starts_at": "2027-03-04T09:00:00+01:00", "ends_at": "2027-03-04T16:00:00+01:00"}
ITEM = {"item_kind": "transfer", "values": {"title": "APQ Pflege", "delivery": "online", "azav": "none"}}
OFFERING = {"code": "M-1"}
PARTICIPATION = {"offering": "M-2", "new_offering": True, "entered_on": "2026-05-04"}
PROCEDURE = {"state": "counselled", "since": "2026-05-04"}
STAGE = {"kind": "measure", "on": "2026-06-01"}
OUTREACH = {"date": "2026-05-04", "programme_line": "fair_integration", "channel": "social_media", "contacts": 9}
WORK = {"date": "2026-05-04", "kind": "network_map"}
VIEW = {"name": "Monat", "path": "/anfrage?indicator=counselling_sessions&by=month"}
COMMENT = {"text": "Bitte prüfen", "query": "indicator=counselling_sessions&by=month"}
WITHDRAW = {"reason": "Doppelt erfasst"}

# Records of ME by the name of their path parameter: (role that makes them, path of the collection, body).
RECORDS: dict[str, tuple[Role, str, dict[str, Any]]] = {
    "session_id": (Role.COUNSELLOR, "sessions", SESSION),
    "group_id": (Role.COUNSELLOR, "groups", GROUP),
    "company_id": (Role.COUNSELLOR, "companies", COMPANY),
    "outreach_id": (Role.COUNSELLOR, "outreach", OUTREACH),
    "work_id": (Role.COUNSELLOR, "structural-work", WORK),
    "person_id": (Role.COUNSELLOR, "persons", PERSON),
    "appointment_id": (Role.COUNSELLOR, "appointments", APPOINTMENT),
    "meeting_id": (Role.TRAINER, "meetings", MEETING),
    "run_id": (Role.TRAINER, "runs", OPEN_RUN),
    "registration_id": (Role.TRAINER, "runs/{run_id}/registrations", REGISTRATION),
    "run_meeting_id": (Role.TRAINER, "runs/{run_id}/meetings", RUN_DATE),
    "item_id": (Role.TRAINER, "items", ITEM),
    "offering_id": (Role.TRAINER, "offerings", OFFERING),
    "participation_id": (Role.TRAINER, "participations", PARTICIPATION),
    "contact_person_id": (Role.TRAINER, "contact-persons", CONTACT_PERSON),
    "view_id": (Role.COUNSELLOR, "views", VIEW),
    "comment_id": (Role.COUNSELLOR, "comments", COMMENT),
    "draft_id": (Role.COUNSELLOR, "drafts/{form}", {"content": "a.b.c.d.e"}),
    "procedure_id": (Role.COUNSELLOR, "cases/{case_id}/procedures", PROCEDURE),
    "stage_id": (Role.COUNSELLOR, "cases/{case_id}/procedures/{procedure_id}/stages", STAGE),
}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", "/api/v1/sessions/{session_id}"): SESSION,
    ("PUT", "/api/v1/groups/{group_id}"): GROUP,
    ("PUT", "/api/v1/companies/{company_id}"): COMPANY,
    ("PUT", "/api/v1/outreach/{outreach_id}"): OUTREACH,
    ("PUT", "/api/v1/structural-work/{work_id}"): WORK,
    ("PUT", "/api/v1/cases/{case_id}/protection"): {"protected": False, "revision": 1},
    ("POST", "/api/v1/cases/{case_id}/take-over"): {"revision": 1},
    ("PUT", "/api/v1/persons/{person_id}"): PERSON,
    ("PUT", "/api/v1/appointments/{appointment_id}"): APPOINTMENT,
    ("PUT", "/api/v1/meetings/{meeting_id}"): MEETING,
    ("PUT", "/api/v1/runs/{run_id}"): OPEN_RUN,
    ("PUT", "/api/v1/runs/{run_id}/registrations/{registration_id}"): REGISTRATION,
    ("PUT", "/api/v1/runs/{run_id}/meetings/{run_meeting_id}/attendance"): ATTENDANCE,
    ("PUT", "/api/v1/runs/{run_id}/tasks"): {"entries": []},
    ("PUT", "/api/v1/runs/{run_id}/feedback"): {"open": True},
    ("PUT", "/api/v1/contact-persons/{contact_person_id}"): CONTACT_PERSON,
    ("POST", "/api/v1/runs/{run_id}/registrations/{registration_id}/move"): {"reason": "Absprache"},
    ("PUT", "/api/v1/runs/{run_id}/meetings/{run_meeting_id}"): RUN_DATE,
    ("POST", "/api/v1/runs/{run_id}/meetings/{run_meeting_id}/cancel"): WITHDRAW,
    ("POST", "/api/v1/runs/{run_id}/cancel"): WITHDRAW,
    ("PUT", "/api/v1/items/{item_id}"): ITEM,
    ("POST", "/api/v1/items/{item_id}/state"): {"state": "planned", "revision": 1},
    ("PUT", "/api/v1/offerings/{offering_id}"): OFFERING,
    ("POST", "/api/v1/offerings/{offering_id}/check"): OFFERING,
    ("PUT", "/api/v1/participations/{participation_id}"): PARTICIPATION,
    ("POST", "/api/v1/participations/{participation_id}/check"): PARTICIPATION,
    ("POST", "/api/v1/participations/{participation_id}/end"): {"ended_on": "2026-06-30", "result": "finished"},
    ("PUT", "/api/v1/views/{view_id}"): VIEW,
    ("PUT", "/api/v1/comments/{comment_id}"): COMMENT,
    ("POST", "/api/v1/comments/{comment_id}/state"): {"resolved": True, "revision": 1},
    ("PUT", "/api/v1/cases/{case_id}"): {"method": "short", "revision": 1},
    ("POST", "/api/v1/cases/{case_id}/reopen"): {"revision": 1},
    ("PUT", "/api/v1/cases/{case_id}/procedures/{procedure_id}"): PROCEDURE,
    ("PUT", "/api/v1/cases/{case_id}/procedures/{procedure_id}/stages/{stage_id}"): STAGE,
    ("PUT", "/api/v1/cases/{case_id}/plan"): {"revision": 1},
    ("PUT", "/api/v1/cases/{case_id}/sensitive"): {"reason": "conversation"},
    ("POST", "/api/v1/cases/{case_id}/sensitive/open"): {"reason": "conversation"},
    ("POST", "/api/v1/cases/{case_id}/sensitive/lock"): {},
    ("PUT", "/api/v1/cases/{case_id}/steps/{step_id}"): {"title": "Anruf"},
    ("PUT", "/api/v1/cases/{case_id}/documents/{document_id}"): {"name": "Zeugnis"},
    ("POST", "/api/v1/sessions/{session_id}/check"): SESSION,
    ("POST", "/api/v1/groups/{group_id}/check"): GROUP,
    ("POST", "/api/v1/persons/{person_id}/check"): PERSON,
    ("POST", "/api/v1/meetings/{meeting_id}/check"): MEETING,
    **{("POST", f"/api/v1/{name}/{{{key}}}/withdraw"): WITHDRAW for key, (_, name, _) in RECORDS.items()},
}
