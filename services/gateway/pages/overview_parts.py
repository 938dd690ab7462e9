"""What pages of the cockpit share: the door they are opened by, questions with the page's Stand, choices, passports."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor, WithPurpose
from services.gateway.crosstabs import Found
from services.gateway.languages import _
from services.gateway.pages.asking import desk, figure
from services.gateway.passports import lines, other_stands, stand
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from services.gateway.special_requests import DAYS, NOW, Pairs, SpecialRequest, query_string, read_request
from shared import clock
from shared.problems import FieldProblem, invalid
from shared.topology import load_topology

Figures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
BUND, AUSWERTUNG = "/bund", "/auswertung"
"""Where these pages lie at the centre, and in a network."""
Options = list[tuple[str, str]]


def other_door(request: Request) -> Response | None:
    """The same page at the address it has here: of the centre below `/bund`, of a network below `/auswertung`."""
    here, there = (BUND, AUSWERTUNG) if desk(request).centre else (AUSWERTUNG, BUND)
    path = request.url.path
    if not path.startswith(f"{there}/"):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(here + path.removeprefix(there) + query, 303)


async def asked(
    request: Request, visitor: Visitor, code: str, *by: str, months: Sequence[str] = (), **filters: str
) -> Found:
    """One answer with the Stand of the page's address (else yesterday); `months` from first to last.

    Raises the Problem of what the address says wrong, in German.
    """
    days = read_request(request.query_params.multi_items()).given
    given = {name: days.get(name, "") for name in DAYS}
    given |= {"from": months[0], "to": months[-1]} if months else {}
    limits = tuple((name, (value,)) for name, value in sorted(filters.items()) if value)
    question = SpecialRequest(code, by, limits, given)
    return await figure(request, visitor, question.question(desk(request).today))


def stand_of(request: Request, passport: Mapping[str, Any], chosen: Pairs) -> dict[str, Any]:
    """The Stand of a page in words, with links to another one and to the same for ever; `chosen` is what they keep."""
    today = desk(request).today

    def at(days: Mapping[str, str]) -> str:
        query = query_string([*chosen, *((name, day) for name, day in days.items() if day)])
        return request.url.path + (f"?{query}" if query else "")

    return {
        "stand": stand(passport["as_of"], today),
        "switch": [(text, at({"as_of": word})) for text, word in other_stands(passport["as_of"], today)],
        "permanent": at({name: passport[name] for name in DAYS}),
        "kept": [*chosen, *([("as_of", NOW)] if passport["as_of"] == today.isoformat() else [])],
        "path": request.url.path,
    }


def passports_of(request: Request, found: Iterable[Found], sheets: Mapping[str, Sheet]) -> list[dict[str, Any]]:
    """The Zahlenpass of each answer: title and lines; answers that say the same of themselves are told once."""
    here, entries = desk(request), []
    for answer in found:
        sheet = sheets[answer["indicator"]]
        entry = {"title": sheet.title, "lines": lines(answer["passport"], sheet, here)}
        if entry not in entries:
            entries.append(entry)
    return entries


def choice(value: str, options: Options, name: str, title: str) -> str:
    """What was chosen of a list, or nothing. Raises Problem 422 that names what there is."""
    if value and value not in dict(options):
        problem = _("„{title}“ kennt diesen Wert nicht.").format(title=title)
        remedy = _("Bitte einen aus der Liste wählen: {values}.").format(values=", ".join(text for _c, text in options))
        raise invalid(FieldProblem(name, value[:40], problem, remedy, tuple(code for code, _t in options)))
    return value


def networks(codes: Iterable[str]) -> Options:
    """Networks with their Land, in the order of state numbers; unknown codes last."""
    there, known = set(codes), list(load_topology())
    return [(code, label(code, "region")) for code in [*known, *sorted(there - set(known))] if code in there]


def select(name: str, title: str, options: Sequence[tuple[str, str]], value: str) -> dict[str, Any]:
    """A list to choose from."""
    return {"name": name, "title": title, "options": options, "value": value}


def years(year: int) -> dict[str, Any]:
    """The years to choose from, the present one first."""
    found = range(clock.today().year, 2014, -1)
    return select("jahr", _("Jahr"), [(str(one), str(one)) for one in found], str(year))
