#!/usr/bin/env bash
# Asks for known vulnerabilities of every locked package, tools included. Whoever cannot be asked is no clean bill:
# an unreachable service, or one that does not know a package, ends it with 1 as a finding does.
#   ADVISORIES='-s osv'                                 another service than PyPI's own
#   ADVISORIES='-s osv --osv-url https://…/v1/query'    a mirror inside the operator's network
set -euo pipefail
cd "$(dirname "$0")/.."
locks=()
for lock in ${LOCKS:-requirements.lock requirements-dev.lock requirements-bootstrap.lock}; do locks+=(-r "$lock"); done
# shellcheck disable=SC2086 # options are words
.venv/bin/python -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off ${ADVISORIES:-} \
    "${locks[@]}" && exit 0
echo 'Ein Paket hat einen bekannten Fehler, oder es gab keine Auskunft (siehe oben): beides ist zu klären.' >&2
exit 1
