"""How long the page for dropped files takes: a first report, and the ones after it.

A cold load is one of a browser that has nothing of the site: everything is fetched from
a server on loopback, and a model with its labels is checked. The processor time of the
browser is printed beside, which says more where others work on the machine. Needs a
site that `python -m tools site` built with the checker, the extra `test-site`, a
Chromium, and Linux.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "build" / "site"
MODEL = ROOT / "fixtures" / "format-archive-wrong" / "model.keras"

WARM = 5
"""Checks after the first one of a page."""

_PATIENCE = 120_000  # milliseconds


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=SITE))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/drop.html"
    finally:
        server.shutdown()
        server.server_close()


def bench(runs: int, say: Callable[[str], None]) -> None:
    """Load the page and check a model, several times.

    Args:
        runs: Cold loads.
        say: Called with each line.
    """
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        found = [_run(browser, address) for _ in range(runs)]
        browser.close()
    say(f"{runs} cold loads, load average {os.getloadavg()[0]:.1f}")
    for name, times in (
        ("first report", [run.cold for run in found]),
        ("processor time of it", [run.busy for run in found]),
        ("later ones", [seconds for run in found for seconds in run.warm]),
        ("processor time of one", [run.busy_warm for run in found]),
    ):
        say(f"{name}: {median(times):.2f} s ({min(times):.2f} to {max(times):.2f})")


class _Run(NamedTuple):
    """Seconds of a cold load, and of the checks after it.

    Attributes:
        cold: Until the first report.
        busy: Processor time until then, of all processes of the browser.
        warm: Of each later check.
        busy_warm: Processor time of one of these.
    """

    cold: float
    busy: float
    warm: list[float]
    busy_warm: float


def _processor_seconds() -> float:
    """Return the processor time of all processes below this one."""
    ticks, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(path.parent.name)] = int(fields[1])
        ticks[int(path.parent.name)] = sum(map(int, fields[11:15]))
    below = {os.getpid()}
    while more := {pid for pid, of in parents.items() if of in below} - below:
        below |= more
    used = sum(ticks[pid] for pid in below - {os.getpid()} if pid in ticks)
    return used / os.sysconf("SC_CLK_TCK")


def _run(browser: Any, address: str) -> _Run:
    context = browser.new_context()
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    before, started = _processor_seconds(), perf_counter()
    page.goto(address, wait_until="domcontentloaded")
    page.locator("#drop-models").set_input_files(MODEL)
    page.locator("#drop-labels").set_input_files(MODEL.with_name("labels.npy"))
    page.locator("#drop [type=submit]").click()
    page.wait_for_selector("#drop-result:not([hidden])")
    cold = perf_counter() - started
    first = _processor_seconds()
    warm = []
    for _ in range(WARM):
        started = perf_counter()
        page.locator("#drop [type=submit]").click()
        page.wait_for_selector("#drop[aria-busy=false]")
        warm.append(perf_counter() - started)
    busy_warm = (_processor_seconds() - first) / WARM
    context.close()
    return _Run(cold, first - before, warm, busy_warm)
