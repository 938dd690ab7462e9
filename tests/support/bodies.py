"""Bodies of the records that tests of access make."""

from uuid import uuid4

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
REQUEST = {"name": "Monat", "query": "indicator=counselling_sessions&by=month"}
WITHDRAW = {"reason": "Doppelt erfasst"}
