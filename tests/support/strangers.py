"""A check for schemathesis (SCHEMATHESIS_HOOKS): nothing succeeds for whoever has not signed in."""

from typing import Any

import schemathesis

OPEN = ("/healthz", "/readyz", "/openapi.json", "/api/v1/token")


@schemathesis.check
def refuses_strangers(_ctx: Any, response: Any, case: Any) -> None:
    """An operation that served somebody without a token, or with an invented one.

    401, or 400 and 422 for a body that cannot even be read, which is found out before anybody is asked who she is.
    """
    if case.operation.path not in OPEN:
        assert response.status_code in (400, 401, 405, 422), f"answered {response.status_code} without sign-in"
