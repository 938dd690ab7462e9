"""Changing routes that other tests try: they need a file, an office, two persons or two roles."""

from tests.integration.audit.changes import IN_CASE

# Tried by hand below: they need a file, or two persons.
OF_FILES = {("post", "/api/v1/imports/{kind}"), ("put", "/api/v1/imports/{kind}/{job_id}/mapping")}
DRAFT = "/api/v1/drafts/{form}/{draft_id}"
"""A draft is no record: sealed, its author's alone, in no audit (decision 0012)."""
OF_TWO = {"merge": "person.merged", "unmerge": "person.parted"}
CHECKED: dict[str, tuple[str, ...]] = {"registration": ("persons/{person_id}", "meetings/{meeting_id}")}
CHECKED["registration"] += ("offerings/{offering_id}", "participations/{participation_id}")
CHECKED["counselling"] = ("sessions/{session_id}", "groups/{group_id}")
"""Tried and not kept: what they would leave goes with the rest (gateway/test_form_errors)."""
TRIED = {name: {("post", f"/api/v1/{path}/check") for path in paths} for name, paths in CHECKED.items()}
ANSWERS = {("post", f"/api/v1/handovers/{{handover_id}}/{verb}") for verb in ("accept", "reject")}
"""Given by a colleague, never by the one who offers (counselling/test_handovers)."""
# Appointments need an office with opening times (appointments/test_booking, test_ends); a ticket is its holder's own.
OF_OFFICES = {
    ("put", "/api/v1/offices/{office_id}"),
    ("put", "/api/v1/intake/requests/{appointment_id}"),
    *(("post", f"/api/v1/appointments/{{appointment_id}}/{act}") for act in ("held", "no-show")),
    *(("post", f"/api/v1/intake/ticket{act}") for act in ("", "/cancel", "/calendar")),
}
ATTENDANCE = "/api/v1/runs/{run_id}/meetings/{run_meeting_id}/attendance"
# Of dates that are over and participants (registration/test_attendance); an answer is nobody's, and leaves no row.
OF_ATTENDANCE = {("put", ATTENDANCE), ("put", "/api/v1/runs/{run_id}/tasks")}
OF_ATTENDANCE |= {("put", "/api/v1/feedback/{feedback_id}"), ("post", "/api/v1/feedback/ticket")}
# Registrations are counted with their run by the job beside (registration/test_enrolment).
OF_REGISTRATIONS = {
    *(("put", f"/api/v1/{area}runs/{{run_id}}/registrations/{{registration_id}}") for area in ("", "intake/")),
    *(("post", f"/api/v1/runs/{{run_id}}/registrations/{{registration_id}}/{act}") for act in ("withdraw", "move")),
    *(("post", f"/api/v1/intake/registrations/ticket{act}") for act in ("", "/withdraw", "/accept")),
}
OF_REVIEW = {("post", f"/api/v1/items/{{item_id}}/{act}") for act in ("submit", "release", "return", "unpublish")}
"""Of public texts, by two roles in turn (registration/test_items)."""
OF_REFERENCES = {("post", "/api/v1/references/erase")}
"""Erases of a carrier that is named, for a coordinator (rights/test_references)."""
# Given to a proposal that counselling has told (registration/test_proposals); by a deputy (counselling/test_handovers);
# where cases recur (counselling/test_sensitive).
OF_OTHERS = {
    # Persons are found by name and year (registration/test_measures).
    "registration": {("put", "/api/v1/proposals/{proposal_id}/answer"), ("post", "/api/v1/participations/persons")},
    "counselling": {("post", f"{IN_CASE}/take-over"), ("post", f"{IN_CASE}/sensitive/examination")},
}
OF_RUNS = {
    ("put", "/api/v1/runs/{run_id}/proposal"),
    ("put", "/api/v1/runs/{run_id}/overrides/{rule}"),
    ("post", "/api/v1/intake/run-calendar"),
    *(("post", f"/api/v1/runs/{{run_id}}/{act}") for act in ("cancel", "complete")),
}
"""Dates taken over, a run cancelled, a rule let pass by a coordinator of the network, a link (test_run_plans)."""
CERTIFICATES = "/api/v1/runs/{run_id}/certificates"
# Need somebody who takes part in a run (registration/test_certificates); a check is its holder's own.
OF_CERTIFICATES = {
    ("put", f"{CERTIFICATES}/{{certificate_id}}"),
    *(("post", f"{CERTIFICATES}{act}") for act in ("", "/print", "/{certificate_id}/withdraw")),
    ("post", "/api/v1/certificates/check"),
}
RUN = {("post", "/api/v1/retention/run")}
"""What a retention run leaves: rights/test_retention."""
BY_HAND = {
    "registration": OF_FILES
    | OF_REVIEW
    | OF_REFERENCES
    | OF_OTHERS["registration"]
    | OF_OFFICES
    | OF_CERTIFICATES
    | OF_REGISTRATIONS
    | OF_ATTENDANCE
    | OF_RUNS
    | RUN
    | {("post", "/api/v1/retention/persons/erase")}
    | TRIED["registration"]
    | {("post", f"/api/v1/persons/{{person_id}}/{verb}") for verb in OF_TWO},
    "counselling": OF_FILES
    | OF_OTHERS["counselling"]
    | OF_REFERENCES
    | ANSWERS
    | RUN
    | {("post", "/api/v1/retention/persons")}
    | TRIED["counselling"]
    | {(verb, DRAFT) for verb in ("put", "delete")},
}
