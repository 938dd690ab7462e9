"""The process beside a broker that tells how full its disk is."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.paths import ROOT
from deploy.local.ports import HOST
from tests.support.servers import free_port
from tests.support.waiting import wait_for


def test_it_tells_size_and_rest_of_each_volume_and_ends_when_asked(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"IQ_NETWORK": "rp", "IQ_HOST": HOST, "IQ_METRICS_PORT": str(port)}
    command = [sys.executable, "-m", "deploy.volumes", f"broker={tmp_path}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)

    def told() -> str:
        try:
            return httpx2.get(f"http://{HOST}:{port}/metrics", trust_env=False).text
        except httpx2.TransportError:
            return ""

    try:
        samples = [sample for family in text_string_to_metric_families(wait_for(told)) for sample in family.samples]
        values = {sample.name: sample.value for sample in samples if sample.labels.get("volume") == "broker"}
        usage = shutil.disk_usage(tmp_path)
        assert abs(values["iq_volume_used_bytes"] - usage.used) < usage.total / 50
        assert abs(values["iq_volume_free_bytes"] - usage.free) < usage.total / 50
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
