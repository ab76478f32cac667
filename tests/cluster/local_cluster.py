"""A real Dask scheduler and workers of one thread each, on loopback."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[2]


def started(folder, *command):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def cluster(folder, workers=2):
    """Start a scheduler and workers; yields its address and the processes."""
    scheduler = started(
        folder,
        *("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"),
        "--no-dashboard",
    )
    processes = [scheduler]
    try:
        address = next(
            found[0]
            for line in scheduler.stderr
            if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line))
        )
        Thread(target=scheduler.stderr.read, daemon=True).start()
        for _ in range(workers):
            worker = started(
                folder,
                *("distributed.cli.dask_worker", address, "--no-nanny"),
                *("--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1"),
            )
            processes.append(worker)
            Thread(target=worker.stderr.read, daemon=True).start()
        if workers:
            _wait_for(address, workers)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _wait_for(address, workers):
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)
