"""All pages and APIs of a gateway, in the order in which they are asked for an address."""

from fastapi import APIRouter

from services.gateway import api, documents
from services.gateway.pages import (
    appointments,
    audit,
    authorities,
    bodies,
    case_owners,
    case_work,
    cases,
    comparison,
    completeness,
    consent_pages,
    counselling,
    drafts_pages,
    edition_comparison,
    edition_papers,
    editions,
    erasure_by_reference,
    exports,
    figures,
    folder_reading,
    folder_sheets,
    headcounts,
    imports,
    live,
    methods,
    new_edition,
    offers,
    office_hours,
    oidc,
    operations,
    own_figures,
    own_sessions,
    person_records,
    persons,
    procedures,
    proposals,
    public,
    public_data,
    purpose,
    questions,
    referral_pages,
    retention,
    rights,
    saved_requests,
    sensitive,
    session_list,
    sign_in,
    special_requests,
    start,
    structural,
    submissions,
    tables_pages,
    tallies,
)

ROUTERS: tuple[APIRouter, ...] = (
    edition_papers.router,  # before the pass-through, which knows no PDF
    *(api.router, documents.router, exports.api),
    *(sign_in.router, oidc.router, own_sessions.router, purpose.router, start.router, drafts_pages.router, live.router),
    *(session_list.router, counselling.router, imports.router, exports.router, audit.router),
    retention.router,
    *(figures.router, completeness.router),
    *(operations.router, public.router, public_data.router, methods.router, special_requests.router),
    *(saved_requests.router, comparison.router, questions.router, tables_pages.router),
    *(new_edition.router, edition_comparison.router, submissions.router, editions.router),  # the last takes any name
    *(authorities.router, own_figures.router, erasure_by_reference.router),
    *(folder_sheets.router, folder_reading.router),
    *(case_owners.router, case_work.router, procedures.router, sensitive.router, cases.router),  # the last takes any id
    *(person_records.router, rights.router, persons.router),  # as above
    *(bodies.router, referral_pages.router, consent_pages.router, proposals.router),
    *(office_hours.router, appointments.router),  # as above
    offers.router,
    *(tallies.outreach, tallies.companies, structural.router, headcounts.groups, headcounts.meetings),
)
