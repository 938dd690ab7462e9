"""All pages and APIs of a gateway, in the order in which they are asked for an address."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.gateway import api, documents
from services.gateway.access import SignedIn
from services.gateway.pages import (
    appointments,
    attendance,
    audit,
    authorities,
    board,
    board_items,
    bodies,
    book_files,
    books,
    case_owners,
    case_work,
    cases,
    certificates,
    cohorts,
    comments,
    comparison,
    completeness,
    consent_pages,
    contact_persons,
    counselling,
    drafts_pages,
    edition_comparison,
    edition_papers,
    editions,
    erasure_by_reference,
    esf,
    exports,
    feedback,
    folder_reading,
    folder_sheets,
    follow_ups,
    good_practice,
    headcounts,
    imports,
    item_steps,
    items,
    live,
    measures,
    methods,
    networks,
    new_edition,
    news,
    offers,
    office_hours,
    oidc,
    open_data,
    operations,
    overview,
    own_figures,
    own_sessions,
    participations,
    pathway,
    person_records,
    persons,
    procedures,
    programme_lines,
    projects,
    proposals,
    public,
    public_data,
    purpose,
    quality,
    questions,
    referral_pages,
    registrations,
    reporting_rates,
    retention,
    rights,
    run_calendar,
    run_dates,
    runs,
    sensitive,
    session_list,
    sheet_transfers,
    sign_in,
    special_requests,
    start,
    structural,
    submissions,
    tables_pages,
    tallies,
    timeliness,
    transfers,
    views,
)

ROUTERS: tuple[APIRouter, ...] = (
    *(edition_papers.router, book_files.router),  # before the pass-through, which knows no PDF
    *(api.router, documents.router, exports.api),
    *(sign_in.router, oidc.router, own_sessions.router, purpose.router, start.router, drafts_pages.router, live.router),
    *(session_list.router, counselling.router, imports.router, exports.router, audit.router),
    retention.router,
    *(overview.router, programme_lines.router, networks.router, completeness.router),
    *(esf.router, quality.router, follow_ups.router),
    *(reporting_rates.router, timeliness.router, pathway.router, cohorts.router, transfers.router),
    *(operations.router, public.router, open_data.router, public_data.router, methods.router, special_requests.router),
    *(comparison.router, questions.router, tables_pages.router),
    *(news.router, comments.router, views.router),  # the last takes any id
    *(new_edition.router, edition_comparison.router, submissions.router, editions.router),  # the last takes any name
    books.router,
    *(authorities.router, own_figures.router, erasure_by_reference.router),
    *(folder_sheets.router, folder_reading.router),
    *(case_owners.router, case_work.router, procedures.router, sensitive.router, cases.router),  # the last takes any id
    *(person_records.router, rights.router, persons.router),  # as above
    *(bodies.router, referral_pages.router, consent_pages.router, proposals.router),
    *(office_hours.router, appointments.router),  # as above
    *(attendance.router, contact_persons.router, feedback.router),
    registrations.router,
    *(run_calendar.router, run_dates.router, runs.router),
    *(items.router, item_steps.router, projects.router),
    *(sheet_transfers.router, good_practice.router),  # the last takes any name
    certificates.router,
    *(measures.router, participations.router),  # as above
    offers.router,
    *(board.router, board_items.router),  # the last takes any id
    *(tallies.outreach, tallies.companies, structural.router, headcounts.groups, headcounts.meetings),
)


def pages() -> dict[str, str]:
    """Every page that asks for a permission: path and permission."""
    found = (route for router in ROUTERS for route in router.routes)
    return {
        route.path: permission
        for route in found
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
        for permission in _permissions(route.dependant)
    }


def _permissions(dependant: Dependant) -> Iterator[str]:
    yield from (needed.call.permission for needed in dependant.dependencies if isinstance(needed.call, SignedIn))
