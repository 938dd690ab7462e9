"""The manifests as `kubectl kustomize` renders them, each folder once: for the tests and for the drawn graph."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.render import FOLDER

Document = dict[str, Any]
POD_KINDS = ("Deployment", "StatefulSet", "Job", "CronJob")


@cache
def rendered(folder: Path) -> str:
    """All manifests of a folder. Raises ChildProcessError with kustomize's words."""
    program = Path(sys.executable).with_name("kubectl")
    run = subprocess.run([program, "kustomize", folder], capture_output=True, text=True, check=False)
    if run.returncode:
        raise ChildProcessError(run.stderr)
    return run.stdout


@cache
def _parsed(folder: Path) -> tuple[Document, ...]:
    return tuple(filter(None, yaml.load_all(rendered(folder), yaml.CSafeLoader)))


def documents(code: str, *kinds: str) -> list[Document]:
    """What an overlay consists of, of some kinds or of all; shared between callers, who change none of it."""
    return [entry for entry in _parsed(FOLDER / code) if not kinds or entry["kind"] in kinds]


def template_of(document: Document) -> Document:
    """The template of the pods of one of `POD_KINDS`."""
    spec = document["spec"]
    found: Document = (spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec)["template"]
    return found


def pods(code: str) -> list[tuple[str, Document]]:
    """Name and pod of each workload of an overlay."""
    return [(entry["metadata"]["name"], template_of(entry)["spec"]) for entry in documents(code, *POD_KINDS)]


def containers(code: str) -> list[Document]:
    """All containers of an overlay, with those that run before."""
    return [one for _, spec in pods(code) for one in [*spec["containers"], *spec.get("initContainers", [])]]
