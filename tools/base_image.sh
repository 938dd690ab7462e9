#!/usr/bin/env bash
# Makes a base image from Debian's packages, for places that reach no registry of images: debootstrap, then buildah.
# Usage, as root: tools/base_image.sh NAME
set -euo pipefail
suite=bookworm # its python3 is 3.11, as in the Containerfile's own base
for name in debootstrap buildah; do
    command -v "$name" >/dev/null || { echo "$name fehlt: bitte das Paket $name installieren." >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo 'debootstrap braucht root.' >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo 'Baue ein Grundabbild aus Debian-Paketen …' >&2
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$folder/system" >"$folder/log" 2>&1 ||
    { tail -n 5 "$folder/log" >&2; exit 1; }
rm -rf "$folder"/system/var/cache/apt/archives/*.deb "$folder"/system/var/lib/apt/lists/*
printf 'FROM scratch\nCOPY system/ /\n' >"$folder/Containerfile"
# shellcheck disable=SC2086 # options are words
buildah build ${BUILD_OPTIONS:-} -q -f "$folder/Containerfile" -t "$1" "$folder" >/dev/null
