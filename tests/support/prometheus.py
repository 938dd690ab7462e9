"""A real Prometheus that scrapes a local run, with the rules of the project in a shortened copy."""

import contextlib
import copy
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

from deploy.local.paths import ROOT
from deploy.local.ports import HOST, Ports
from deploy.monitoring.rules import groups
from tests.support.servers import Server, free_port

QUICK = "1s"
SCRAPED = "3s"  # a database that does not answer takes two seconds of it


def program(name: str) -> str:
    """Path of `prometheus` or `promtool`. Fails with the way to get it."""
    found = shutil.which(name) or shutil.which(ROOT / ".tools" / "prometheus" / "usr" / "bin" / name)
    assert found, f"{name} fehlt: bitte `make prometheus` ausführen"
    return found


def shortened(changes: Mapping[str, str] | None = None) -> str:
    """The rules, evaluated each second and without waiting; in expressions `changes` replaces texts, each once or more.

    Fails for a text that no expression has.
    """
    document = {"groups": copy.deepcopy(list(groups()))}
    rules = [rule for group in document["groups"] for rule in group["rules"]]
    for old, new in (changes or {}).items():
        assert any(old in rule["expr"] for rule in rules), old
        for rule in rules:
            rule["expr"] = rule["expr"].replace(old, new)
    for rule in rules:
        rule.pop("for", None)
    for group in document["groups"]:
        group["interval"] = QUICK
    return str(yaml.safe_dump(document, allow_unicode=True))


@dataclass
class Prometheus:
    """A running one."""

    url: str

    def _get(self, path: str, **parameters: str) -> Any:
        answer = httpx2.get(f"{self.url}/api/v1/{path}", params=parameters, trust_env=False, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Series of an expression now; an invalid one fails."""
        found: list[dict[str, Any]] = self._get("query", query=expression)["result"]
        return found

    def series(self, selector: str) -> list[dict[str, str]]:
        """Labels of all series that a selector finds."""
        answer: list[dict[str, str]] = self._get("series", **{"match[]": selector})
        return answer

    def firing(self) -> list[dict[str, str]]:
        """Labels of the alerts that fire now."""
        return [alert["labels"] for alert in self._get("alerts")["alerts"] if alert["state"] == "firing"]

    def broken(self) -> dict[str, str]:
        """Rules that cannot be evaluated, with their errors."""
        rules = [rule for group in self._get("rules")["groups"] for rule in group["rules"]]
        return {rule["name"]: rule["lastError"] for rule in rules if rule.get("lastError")}


def scrapes(asked: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Configuration: targets by network and port, each with its scope, as the cluster's namespaces give it."""
    targets = [{"targets": [f"{HOST}:{port}"], "labels": {"scope": code}} for code, port in asked]
    return {
        "global": {"scrape_interval": SCRAPED, "scrape_timeout": SCRAPED},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [{"job_name": "iq-verbund", "static_configs": targets}],
    }


@contextlib.contextmanager
def watching(
    folder: Path, ports: Ports, networks: list[str], rules: str, beside: Mapping[str, int] | None = None
) -> Iterator[Prometheus]:
    """Start one that scrapes networks and centre every three seconds, and `beside` ports of networks.

    Its data lies in `folder`.
    """
    asked = [*((code, ports.metrics(code)) for code in networks), *(beside or {}).items()]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    (folder / "prometheus.yml").write_text(json.dumps(scrapes(asked)), encoding="utf-8")
    port = free_port()
    command = [
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        "--log.level=warn",
    ]

    def ready() -> bool:
        try:
            return httpx2.get(f"http://{HOST}:{port}/-/ready", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    server = Server(command, folder / "prometheus.log", ready)
    server.start()
    try:
        yield Prometheus(f"http://{HOST}:{port}")
    finally:
        server.stop()
