"""Export into another system's columns: `/export`, and `/api/v1/exports/<layout>` for scripts; own carrier only."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import Asking, SignedIn, Visitor
from services.gateway.forms import Field, Form
from services.gateway.layouts import Layout, load_layouts, to_csv, to_xlsx
from services.gateway.pages.records import upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1")

Exporter = Annotated[Visitor, Depends(SignedIn("sessions:export"))]
Script = Annotated[Visitor, Depends(Asking("sessions:export"))]
FileForm = Literal["csv", "xlsx"]
FILES = (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Text = Annotated[str, Query(max_length=200)]


def export_form() -> Form:
    """The form: layout, period, kind of file."""
    layouts = [(code, layout.title) for code, layout in load_layouts().items()]
    fields = (
        Field("layout", "Spaltenlayout", "select", options=layouts),
        Field("from", "Von", "date", "Zum Beispiel 01.01.2026"),
        Field("to", "Bis", "date", "Zum Beispiel 31.03.2026"),
        Field("file", "Dateiart", "radio", options=FILES),
    )
    return Form(fields)


def layout_of(code: str) -> Layout:
    """A layout by its code. Raises Problem 404."""
    if code not in load_layouts():
        raise Problem(404, f"Dieses Spaltenlayout gibt es nicht. Vorhanden: {', '.join(load_layouts())}.")
    return load_layouts()[code]


async def export_file(
    request: Request, visitor: Visitor, code: str, period: tuple[date, date], file: FileForm
) -> Response:
    """The file of a period. Raises Problem 404 for an unknown layout, 422 for a period that ends before it begins."""
    layout = layout_of(code)
    first, last = period
    if last < first:
        text = f"Der Zeitraum endet am {last:%d.%m.%Y}, vor seinem Anfang am {first:%d.%m.%Y}."
        raise invalid(FieldProblem("to", last.isoformat(), text, "Bitte „Von“ und „Bis“ prüfen."))
    params = {"from": first.isoformat(), "to": last.isoformat()}
    path = "/api/v1/exports/sessions"
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", path, params=params)
    items: Sequence[dict[str, Any]] = found["items"]
    content = to_csv(layout, items) if file == "csv" else to_xlsx(layout, items)
    name = f"{code}_{first:%Y-%m-%d}_{last:%Y-%m-%d}.{file}"
    media = f"text/csv; charset={layout.encoding.removesuffix('-sig')}" if file == "csv" else MEDIA[file]
    return Response(content, headers={"content-disposition": f'attachment; filename="{name}"', "content-type": media})


@api.get("/exports/{layout}", response_class=Response)
async def export(
    request: Request,
    visitor: Script,
    layout: str,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
    file: FileForm = "csv",
) -> Response:
    """Sessions of the own carrier and a period as CSV or XLSX in a layout."""
    return await export_file(request, visitor, layout, (first, last), file)


@router.get("/export")
async def show_form(request: Request, visitor: Exporter) -> Response:
    """The form, with this year so far."""
    today = clock.today()
    values = {"from": date(today.year, 1, 1).isoformat(), "to": today.isoformat(), "file": "csv"}
    return render(request, "export.html", visitor, form=export_form().with_values(values), layouts=load_layouts())


@router.get("/export/datei")
async def download(
    request: Request,
    visitor: Exporter,
    layout: Text = "",
    first: Annotated[Text, Query(alias="from")] = "",
    last: Annotated[Text, Query(alias="to")] = "",
    file: FileForm = "csv",
) -> Response:
    """The file, or the form with what is wrong."""
    typed = export_form().with_values({"layout": layout, "from": first, "to": last, "file": file})
    reading = Reading(typed)
    start, end = (reading.day(entry) for entry in typed.fields if entry.kind == "date")
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        return await export_file(request, visitor, layout, (start, end), file)
    except Problem as problem:
        status = problem.status if problem.status in (404, 422, 503) else 422
        form = typed.refused(problem)
        return render(request, "export.html", visitor, status, form=form, layouts=load_layouts())
