"""The HTML page in Chromium: nothing leaves its frame, on a phone or on a desktop.

Needs a Chromium: the one that CHROMIUM names, or the program `chromium` on the path.
"""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape

import pytest

from kerascheck.report.formats.html import render
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports

pytestmark = pytest.mark.system

WIDTHS = (320, 390, 700, 1200)

LONG = "x" * 150
LONG_CODE = replace(
    reports.LOGITS,
    model=f"models/{LONG}.keras",
    snippet=f'model.compile(loss="{LONG}", metrics=["accuracy"])',
)

MEASURE = """
<pre id="out">waiting</pre>
<script>
onload = () => {
  const found = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    for (const one of page.querySelectorAll("details")) one.open = true;
    const wide = [...page.querySelectorAll("body *")].filter((one) =>
      !one.closest("pre code, svg") &&
      one.getBoundingClientRect().right > frame.clientWidth + 1);
    found.push(...wide.map((one) => frame.clientWidth + " " + one.outerHTML));
  }
  document.getElementById("out").textContent = "[" + found.join("\\n") + "]";
};
</script>
"""
"""Lists each element that ends right of the window that it is shown in."""


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(proven.SMALL, id="proven"),
        pytest.param(reports.FULL, id="full"),
        pytest.param(replace(reports.FULL, findings=(LONG_CODE,)), id="long"),
    ],
)
def test_nothing_is_wider_than_the_window(report, tmp_path):
    page = escape(render(report, Style()))
    frames = "".join(
        f'<iframe srcdoc="{page}" style="border:0;width:{width}px;height:900px">'
        "</iframe>"
        for width in WIDTHS
    )
    assert shown_by_chromium(frames + MEASURE, tmp_path) == "[]"


def shown_by_chromium(html, folder):
    """Return what the element `out` of a page says once it is loaded."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "no chromium on the path, and CHROMIUM names none"
    (folder / "page.html").write_text(html, "utf-8")
    done = subprocess.run(
        [
            program,
            *("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            f"--user-data-dir={folder / 'profile'}",
            (folder / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)[1]
