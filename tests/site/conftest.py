"""The site, built once, and a Chromium that shows it.

Needs the extra `test-site`, npm, and a Chromium: the one that CHROMIUM names, or the
program `chromium` on the path.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.site.drop_files import PYODIDE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pyodide():
    """Bring what the page for dropped files runs on, if it is not there."""
    if not PYODIDE.exists():
        bring = [sys.executable, "-m", "tools", "drop"]
        subprocess.run(bring, cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def built(tmp_path_factory, pyodide):
    """Build the site into a folder of its own."""
    folder = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.fixture(scope="session")
def chromium():
    """Start Chromium without a window."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "no chromium on the path, and CHROMIUM names none"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """Open a page; the test fails if it raises or asks the network for something."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request",
        lambda asked: asked.url.startswith("file:") or faults.append(asked.url),
    )
    yield opened
    context.close()
    assert faults == []
