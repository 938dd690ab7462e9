#!/usr/bin/env bash
# Makes sure that the browser tests find Chromium: installs Debian's when it may, says what is missing otherwise.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'Installiere Chromium für die Browsertests …' >&2
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-liberation >/dev/null
    exit 0
fi
echo 'Chromium fehlt: bitte das Paket chromium installieren, dann laufen die Browsertests.' >&2
exit 1
