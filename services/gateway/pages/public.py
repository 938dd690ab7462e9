"""Pages for everyone: what the operator must say. Facts that only the operator knows are marked, not invented."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.access import visitor_of
from services.gateway.rendering import render

router = APIRouter(include_in_schema=False)

PAGES = {"impressum": "Impressum", "datenschutz": "Datenschutz", "barrierefreiheit": "Barrierefreiheit"}


def _page(name: str, title: str) -> None:
    async def show(request: Request) -> Response:
        visitor = await visitor_of(request)
        return render(request, f"{name}.html", visitor, title=title)

    router.add_api_route(f"/{name}", show, methods=["GET"])


for _name, _title in PAGES.items():
    _page(_name, _title)
