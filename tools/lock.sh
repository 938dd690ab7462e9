#!/usr/bin/env bash
# Locks what pyproject.toml asks for, with hashes, for Python 3.11 and newer. No registry's name is recorded.
# `make lock UPGRADE=1` takes the newest versions that pyproject.toml allows.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    .tools/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        ${UPGRADE:+--upgrade} "$@"
}
compile --extra local --extra tracing pyproject.toml -o requirements.lock
compile --group pyproject.toml:dev -c requirements.lock --override tools/overrides.txt -o requirements-dev.lock
echo 'uv==0.13.9' | compile - -o requirements-bootstrap.lock
