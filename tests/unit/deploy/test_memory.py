"""What one password took is given back (deploy.local.children), and what a run takes is counted (bench.weighing)."""

import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.weighing import GROUPS, look
from deploy.local.children import give_large_back
from services.gateway.accounts import HASHER

BUSY = "import time\nwhile time.process_time() < 0.3: pass"
# Its child ends before it is looked at; it then lives until its input is closed.
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BUSY!r}])
print(flush=True)
input()
"""


def resident() -> int:
    """Bytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def test_a_password_leaves_no_memory_behind() -> None:
    if (child := os.fork()) == 0:
        give_large_back()
        with ThreadPoolExecutor(1) as threads:
            threads.submit(HASHER.hash, "a").result()
            before = resident()
            threads.submit(HASHER.hash, "b").result()
            first = resident() - before
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(HASHER.hash, "abc"))
            os._exit(0 if max(first, resident() - before) < 10_000_000 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_run_is_counted_by_group_with_what_has_ended(tmp_path: Path) -> None:
    commands = {"rp.nats": PARENT, "postgres": "print(flush=True)\ninput()"}
    running = {
        name: subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name, code in commands.items()
    }
    try:
        listed = [{"name": name, "pid": process.pid, "port": None} for name, process in running.items()]
        (tmp_path / "processes.json").write_text(json.dumps(listed), encoding="utf-8")
        for process in running.values():
            assert process.stdout is not None
            process.stdout.readline()
        seen = look(tmp_path, os.getpid())
        assert seen.processes["brokers"] == seen.processes["database"] == 1
        assert seen.seconds["brokers"] >= 0.2 > seen.seconds["database"]
        assert all(seen.megabytes[group] > 1 for group in GROUPS if seen.processes[group])
        assert set(look(tmp_path, os.getpid()).since(seen)) == set(GROUPS)
    finally:
        for process in running.values():
            process.communicate(b"\n")
