"""Runs the OpenID provider of the tests: oidc-provider-mock, with our key and with PKCE required.

`python provider_process.py PORT KEYFILE`: the key is a private JWK, so that a test can sign what the provider would.
"""

import base64
import hashlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from authlib import jose
from oidc_provider_mock import _storage, app

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
Environ = dict[str, Any]


class Pkce:
    """Refuses a code whose verifier does not fit (RFC 7636 4.6), which the mock alone does not check."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.challenges = inner, {}

    def __call__(self, environ: Environ, start: Any) -> Any:
        """Serve one request (WSGI)."""
        if environ["PATH_INFO"] == "/oauth2/token":
            given = self._form(environ)
            digest = hashlib.sha256(given.get("code_verifier", [""])[0].encode()).digest()
            fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if self.challenges.pop(given.get("code", [""])[0], None) != fits:
                start("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        asked = parse_qs(environ.get("QUERY_STRING", ""))

        def noted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            code = parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code")
            if code and asked.get("code_challenge_method") == ["S256"]:
                self.challenges[code[0]] = asked["code_challenge"][0]
            return start(status, headers, *more)

        return self.inner(environ, noted)

    def _form(self, environ: Environ) -> dict[str, list[str]]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        return parse_qs(body.decode())


if __name__ == "__main__":
    port, file = sys.argv[1:]
    key = jose.JsonWebKey.import_key(json.loads(Path(file).read_text(encoding="utf-8")))
    _storage.jose.RSAKey.generate_key = lambda *_args, **_more: key
    uvicorn.run(Pkce(app(require_nonce=True)), interface="wsgi", port=int(port), host="127.0.0.1", log_config=None)
