"""Problems as `application/problem+json` (RFC 9457), in German, naming field, problem and remedy."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from shared.database import AWAY
from shared.logs import named, request_id
from shared.vocabulary.refusals import DATE_ERROR, OTHER_ERROR, PYDANTIC, SERVICE_AWAY, TITLES

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one field: what stands there, what is wrong, how to mend it, what is allowed."""

    field: str
    value: object
    problem: str
    remedy: str
    allowed: Sequence[str] = ()


@dataclass
class Problem(Exception):
    """A refusal with its HTTP status; `errors` name the fields concerned."""

    status: int
    detail: str
    errors: list[FieldProblem] = field(default_factory=list)
    title: str = ""

    def document(self) -> dict[str, Any]:
        """The problem document of RFC 9457; by `request_id` its cause is found in the logs."""
        return {
            "type": "about:blank",
            "title": self.title or TITLES.get(self.status, HTTPStatus(self.status).phrase),
            "status": self.status,
            "detail": self.detail,
            "errors": [asdict(error) for error in self.errors],
            "request_id": request_id(),
        }

    def response(self) -> JSONResponse:
        """The problem as a response."""
        headers = {"X-Request-ID": request_id()} | ({"WWW-Authenticate": "Bearer"} if self.status == 401 else {})
        return JSONResponse(jsonable_encoder(self.document()), self.status, media_type=MEDIA_TYPE, headers=headers)


def invalid(*errors: FieldProblem) -> Problem:
    """A 422 that lists the fields to mend."""
    return Problem(422, " ".join(f"{error.problem} {error.remedy}" for error in errors), list(errors))


def _from_pydantic(error: dict[str, Any]) -> FieldProblem:
    kind = str(error["type"])
    problem, remedy = DATE_ERROR if kind.startswith("date") else PYDANTIC.get(kind, OTHER_ERROR)
    if kind == "value_error":
        problem, remedy = str(error["ctx"]["error"]), ""
    path = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path"))
    value = error.get("input") if isinstance(error.get("input"), str | int | float | None) else None
    # A lone surrogate is valid JSON and no text: it could not even be quoted back.
    shown = value[:80].encode("utf-8", "replace").decode() if isinstance(value, str) else value
    expected = error.get("ctx", {}).get("expected", "")
    allowed = [word.strip("' ") for word in str(expected).replace(" or ", ",").split(",")] if expected else []
    return FieldProblem(path, shown, problem, remedy, allowed)


def while_away(app: FastAPI, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
    """Have `answer` say that the database is away, instead of a failure; the log says how it is."""

    async def away(request: Request, error: Exception) -> Response:
        log.warning("database away", extra={"fields": {"error": named(error)}})
        return await answer(request, error)

    for kind in AWAY:
        app.add_exception_handler(kind, away)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every refusal and failure of `app` as a problem document; a failure never shows its cause."""

    @app.exception_handler(Problem)
    async def refused(_request: Request, problem: Problem) -> Response:
        return problem.response()

    @app.exception_handler(RequestValidationError)
    async def not_valid(_request: Request, error: RequestValidationError) -> Response:
        return invalid(*(_from_pydantic(dict(entry)) for entry in error.errors())).response()

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> Response:
        text = TITLES.get(error.status_code, "Die Anfrage konnte nicht bearbeitet werden")
        return Problem(error.status_code, f"{text}.").response()

    async def away(_request: Request, _error: Exception) -> Response:
        return Problem(503, SERVICE_AWAY).response()

    while_away(app, away)

    @app.exception_handler(Exception)
    async def failed(_request: Request, _error: Exception) -> Response:
        return Problem(500, "Ein unerwarteter Fehler ist aufgetreten. Bitte später erneut versuchen.").response()
