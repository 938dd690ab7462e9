"""Texts that are commands somewhere do nothing here: no failure in any field of any API, no formula in a file."""

import csv
import io
import os
import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from shared.security import allowed
from shared.vocabulary import Role
from tests.integration.access.conftest import SERVICES
from tests.support.matrix import ASKERS, NAMES, Service
from tests.support.openapi import TextField, text_fields
from tests.support.payloads import PAYLOADS
from tests.support.recording import contents
from tests.support.routes import declared

TRIED = int(os.environ.get("IQ_PAYLOADS", "8"))
"""Payloads per field of each operation; the fields take turns, so that no payload is left out.

`make injection` tries all in every field.
"""


def callers(service: Service) -> dict[tuple[str, str], Role]:
    """A role that may use each route."""
    found = {}
    for route in declared(service.app):
        for role in Role:
            who = ASKERS[0].principal(role, service.settings.network)
            if route.permission and allowed(who, route.permission):
                found[route.method, route.path] = Role.ADMIN if "/imports/" in route.path else role
                break
    return found


async def ask(service: Service, role: Role, field: TextField, payload: str) -> Any:
    """One request with a payload in one field."""
    values = NAMES | {name: str(uuid4()) for name in re.findall(r"{(\w+)}", field.path)}
    values |= {"kind": next(iter(kinds(service)), "sessions")}
    if field.place == "path":
        values[field.name] = payload
    path = field.path.format(**{name: quote(value, safe="") or "-" for name, value in values.items()})
    if field.place == "query":
        path += f"?{field.name}={quote(payload, safe='')}"
    body = field.body | {field.name: payload} if field.place == "body" else field.body
    return await service.send(ASKERS[0].principal(role, service.settings.network), field.method, path, body)


def kinds(service: Service) -> list[str]:
    """Kinds of import of a service that an administration runs."""
    worker = getattr(service.app.state, "imports", None)
    return [name for name, (kind, _) in worker.kinds.items() if kind.permission == "imports:run"] if worker else []


@pytest.mark.slow
@pytest.mark.timeout(180 if TRIED <= 40 else 3600)
@pytest.mark.parametrize("service", SERVICES, indirect=True)
async def test_no_text_field_of_an_api_fails_or_runs_anything(service: Service) -> None:
    document, roles, wrong = service.app.openapi(), callers(service), []
    fields = [field for field in text_fields(document) if (field.method, field.path) in roles]
    assert len(fields) > 10
    tables = set(await contents(service.app))
    each = min(max(TRIED, -(-len(PAYLOADS) // len(fields))), len(PAYLOADS))
    for number, field in enumerate(fields):
        for step in range(each):
            payload = PAYLOADS[(number * each + step) % len(PAYLOADS)]
            answer = await ask(service, roles[field.method, field.path], field, payload)
            if answer.status_code >= 500 or answer.elapsed.total_seconds() > 5:
                wrong.append((field.method, field.path, field.name, payload[:60], answer.status_code))
    assert not wrong, wrong[:20]
    assert set(await contents(service.app)) == tables


@pytest.mark.slow
@pytest.mark.parametrize("service", ["rp.registration", "rp.counselling"], indirect=True)
async def test_no_cell_of_an_errors_file_starts_a_formula(service: Service) -> None:
    who = ASKERS[0].principal(Role.ADMIN, service.settings.network)
    (kind, *_) = kinds(service)
    columns = [column.name for column in service.app.state.imports.kinds[kind][0].columns]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([columns, *([payload] * len(columns) for payload in PAYLOADS)])
    content = text.getvalue().replace("\x00", "").encode("utf-8")
    status = await service.finished(who, await service.upload(who, kind, content))
    assert status["rejected"] > 100, status
    errors = await service.send(who, "GET", f"/api/v1/imports/{kind}/{status['import_id']}/errors")
    cells = [cell for row in csv.reader(io.StringIO(errors.content.decode("utf-8-sig")), delimiter=";") for cell in row]
    assert len(cells) > 400
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
