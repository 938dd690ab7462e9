"""Enrolment in runs (Anmeldung): registrations, the decision at the deadline, the waiting list (IKO-01 … IKO-11)."""
