#!/usr/bin/env bash
# Bootstraps from a fresh clone: finds Python, makes .tools (uv) and .venv, installs by hash.
#   tools/setup.sh run   what `make run` needs
#   tools/setup.sh dev   that and the tools of the tests
# Does nothing when the lock files have not changed since.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-dev}

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11 oder neuer wurde nicht gefunden: bitte installieren oder mit PYTHON=/pfad/zu/python3 angeben."
    return 1
}

ensure_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null && return
    fi
    say "Dem Python fehlt das Modul venv: bitte das Paket python3-venv installieren."
    return 1
}

make_tools() {
    .tools/bin/python -c '' 2>/dev/null || { rm -rf .tools && "$1" -m venv .tools; }
    .tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
}

make_venv() {
    .venv/bin/python -c '' 2>/dev/null || { rm -rf .venv && .tools/bin/uv venv -q --python "$1" .venv; }
}

locks=(requirements.lock)
if [ "$what" = dev ] || [ -e .venv/.installed-dev ]; then
    what=dev
    locks+=(requirements-dev.lock)
fi
stamp=".venv/.installed-$what"
wanted=$(cat requirements-bootstrap.lock "${locks[@]}" tools/setup.sh | sha256sum)
[ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null && exit 0

python=$(find_python)
ensure_venv_module "$python"
say "Richte die Umgebung ein ($what) …"
make_tools "$python"
make_venv "$python"
# Compiled here once, since some environments keep Python from doing so at each import.
.tools/bin/uv pip sync -q --compile-bytecode --python .venv/bin/python --require-hashes "${locks[@]}"
rm -f .venv/.installed-*
printf '%s' "$wanted" >"$stamp"
