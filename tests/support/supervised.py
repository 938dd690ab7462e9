"""A supervisor over two small children, run by the tests as a process of its own: forking needs one thread.

Arguments: a folder for logs and `processes.json`; then `good`, `failing` or `stubborn`: what the second child does.
"""

import json
import signal
import sys
import time
from functools import partial
from pathlib import Path

from deploy.local.children import Child, program
from deploy.local.supervisor import StartError, Stopped, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
FAILING = "import sys; sys.exit('gone wrong')"


def stubborn() -> None:
    """Ignore the polite signal."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def tell_end(name: str, _pid: int) -> None:
    """Say that a child ended."""
    print(f"{name} ended", flush=True)


def main() -> None:
    """Run until stopped; the order of ends goes to standard output."""
    folder, kind = Path(sys.argv[1]), sys.argv[2]

    def changed(children: list[Child]) -> None:
        draft = folder / "draft.json"
        draft.write_text(json.dumps({child.name: child.pid for child in children}))
        draft.replace(folder / "processes.json")

    supervisor = Supervisor(lambda name: folder / f"{name}.log", changed, patience=1.0)
    work = {
        "good": program([sys.executable, "-c", SLEEPER]),
        "failing": program([sys.executable, "-c", FAILING]),
        "stubborn": stubborn,
    }[kind]
    base = Child("base", program([sys.executable, "-c", SLEEPER]), tier=0)
    upper = Child("upper", work, tier=1)
    for child in (base, upper):
        child.on_exit = partial(tell_end, child.name)
    try:
        for child in (base, upper):
            supervisor.add(child)
        supervisor.wait_ready([upper], 20) if kind != "failing" else supervisor.wait_done(upper, 20)
        print("ready", flush=True)
        supervisor.run()
    except Stopped:
        print("stopping", flush=True)
    except StartError as error:
        print(error, flush=True)
    finally:
        supervisor.stop()


if __name__ == "__main__":
    main()
