"""How long the page for dropped files takes: a first report, and the ones after it.

A cold load is one of a browser that has nothing of the site: everything is fetched from
a server on loopback, and a model with its labels is checked. Needs a site that `python
-m tools site` built with the checker, the extra `test-site` and a Chromium.
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
from typing import Any

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
    cold, warm = ([seconds for run in found for seconds in run[i]] for i in (0, 1))
    say(f"{runs} cold loads, load average {os.getloadavg()[0]:.1f}")
    say(f"first report: {median(cold):.2f} s ({min(cold):.2f} to {max(cold):.2f})")
    say(f"later ones: {median(warm):.2f} s ({min(warm):.2f} to {max(warm):.2f})")


def _run(browser: Any, address: str) -> tuple[list[float], list[float]]:
    context = browser.new_context()
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    started = perf_counter()
    page.goto(address, wait_until="domcontentloaded")
    page.locator("#drop-models").set_input_files(MODEL)
    page.locator("#drop-labels").set_input_files(MODEL.with_name("labels.npy"))
    page.locator("#drop [type=submit]").click()
    page.wait_for_selector("#drop-result:not([hidden])")
    cold = perf_counter() - started
    warm = []
    for _ in range(WARM):
        started = perf_counter()
        page.locator("#drop [type=submit]").click()
        page.wait_for_selector("#drop[aria-busy=false]")
        warm.append(perf_counter() - started)
    context.close()
    return [cold], warm
