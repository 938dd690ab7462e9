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
    # Without namespaces there is no network to take away; nothing in the build asks for one (`--no-index`).
    network=host
    export BUILD_OPTIONS='--isolation chroot --pull-never' STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
    buildah inspect "$BASE_IMAGE" >/dev/null 2>&1 || tools/base_image.sh "$BASE_IMAGE"
fi

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
tools/image_lock.sh >"$context/requirements.lock"
echo 'Hole die Pakete der Sperrdatei …' >&2
pip=(.tools/bin/python -m pip -q --disable-pip-version-check)
"${pip[@]}" download --no-deps --require-hashes -r "$context/requirements.lock" -d "$context/wheels"
# What has no wheel is built here from the source whose hash was checked; the image then knows the wheel by its own hash.
for source in "$context"/wheels/*.tar.gz; do
    [ -e "$source" ] || continue
    "${pip[@]}" wheel --no-deps "$source" -w "$context/built"
    rm "$source"
    for wheel in "$context"/built/*.whl; do
        name=$(basename "$wheel" | cut -d- -f1 | tr _ -)
        hash=$(sha256sum "$wheel" | cut -d' ' -f1)
        sed -i "s/^$name==.*/&\n    --hash=sha256:$hash \\\\/" "$context/requirements.lock"
        mv "$wheel" "$context/wheels"
    done
done
.tools/bin/uv build -q --wheel -o "$context/own"
cp Containerfile "$context/"

echo "Baue $image mit $builder …" >&2
arguments=(-f "$context/Containerfile" -t "$image" ${BASE_IMAGE:+--build-arg "BASE_IMAGE=$BASE_IMAGE"})
case $builder in
    docker) docker build --network none "${arguments[@]}" "$context" ;;
    # The build's own steps have no network; the base may be pulled when it is not there.
    # shellcheck disable=SC2086 # options are words
    *) "$builder" build --network "${network:-none}" ${BUILD_OPTIONS:-} "${arguments[@]}" "$context" ;;
esac
echo "$image ist gebaut." >&2
