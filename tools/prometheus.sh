#!/usr/bin/env bash
# Makes sure that the tests find prometheus and promtool: on the PATH, or Debian's, unpacked into .tools/prometheus.
# Unpacked, not installed: the package would start a server of its own on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v prometheus >/dev/null && command -v promtool >/dev/null && exit 0
[ -x .tools/prometheus/usr/bin/promtool ] && exit 0
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    echo 'Hole Prometheus für die Prüfung der Alarme …' >&2
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    get() { (cd "$folder" && apt-get -qq download prometheus >/dev/null 2>&1); }
    if get || { apt-get -qq update && get; }; then
        rm -rf .tools/prometheus
        dpkg-deb -x "$folder"/prometheus_*.deb .tools/prometheus
        exit 0
    fi
fi
echo 'Prometheus fehlt: bitte das Paket prometheus installieren, dann laufen die Prüfungen der Alarme.' >&2
exit 1
