"""The page that checks dropped files, in a real browser, from a server on loopback."""

import json
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from kerascheck.api import check
from kerascheck.report.formats.html import render
from kerascheck.trust.printable import Style
from tests.gate.hostile_inputs import HOSTILE

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
PATIENCE = 120_000
"""Milliseconds for what takes a second or two on a quiet machine."""

HUNG = "onmessage = () => { for (;;); }; postMessage({kind: 'ready'});"
"""A worker that never answers."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(built):
    """Serve the site; yield its address, and a function that ends the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=built))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(chromium, served):
    """Open a tab; the test fails if it raises, or asks another server for something."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    faults = []
    opened.asked = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: faults.append(dialog.message))
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    faults += [url for url in opened.asked if not url.startswith((served, "blob:"))]
    context.close()
    assert faults == []


@pytest.fixture
def drop(tab, served):
    tab.goto(f"{served}/drop.html")
    tab.wait_for_selector("#drop[data-state=ready]")
    return tab


def status(page):
    return page.get_by_role("status").inner_text()


def checked(page, *models, labels=None):
    """Choose files, check them and return what the page says."""
    page.get_by_label("Model, program or notebook").set_input_files(list(models))
    page.get_by_label("Labels (npy").set_input_files(labels or [])
    page.get_by_role("button", name="Check").click()
    return answered(page)


def answered(page):
    page.wait_for_selector("#drop[aria-busy=false]")
    return status(page)


def report(page):
    return page.frame_locator("#drop-report").locator("body")


def test_a_wrong_model_has_the_report_of_the_package(drop, tmp_path, monkeypatch):
    for name in ("model.keras", "labels.npy"):
        shutil.copy(FIXTURES / "format-archive-wrong" / name, tmp_path)
    said = checked(drop, tmp_path / "model.keras", labels=tmp_path / "labels.npy")
    assert said.startswith("model.keras, labels.npy: 1 error (")
    assert "KC101" in report(drop).inner_text()
    monkeypatch.chdir(tmp_path)
    html = render(check("model.keras", labels="labels.npy"), Style())
    assert drop.locator("#drop-report").get_attribute("srcdoc") == html


def test_a_right_model_has_no_findings(drop):
    assert "no findings" in checked(drop, FIXTURES / "format-archive-right/model.keras")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["format-hdf5-wrong/model.h5"], "1 error"),
        (["format-json-wrong/model.json"], "1 error"),
        (["labels-strings/model.keras", "labels-strings/labels.json"], "1 error"),
        (["notebook/train.ipynb"], "no findings"),
    ],
)
def test_each_kind_of_file_is_dropped(drop, files, found):
    contents = [[Path(name).name, [*(FIXTURES / name).read_bytes()]] for name in files]
    drop.evaluate(
        """(files) => {
          const data = new DataTransfer();
          for (const [name, bytes] of files)
            data.items.add(new File([new Uint8Array(bytes)], name));
          const event = { dataTransfer: data, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", event));
        }""",
        contents,
    )
    assert f": {found} (" in answered(drop)
    assert Path(files[0]).name in report(drop).inner_text()


def test_a_program_is_read_and_not_run(drop):
    said = checked(
        drop,
        {
            "name": "train.py",
            "mimeType": "text/x-python",
            "buffer": b"import keras\nraise SystemExit(open('/proc/self/mem'))\n"
            b"m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
            b"m.compile(loss='binary_crossentropy')\nm.fit(x, [1, 2, 1, 2])\n",
        },
    )
    assert "train.py:" in said
    assert drop.locator("#drop[data-state=ready]").count() == 1


def test_nothing_is_asked_of_the_network_during_a_check(drop):
    drop.wait_for_selector("#drop-offline:not([hidden])")
    before = len(drop.asked)
    checked(drop, FIXTURES / "format-archive-wrong/model.keras")
    assert [url for url in drop.asked[before:] if not url.startswith("blob:")] == []


def test_the_worker_has_nothing_to_reach_a_network_with(drop):
    (worker,) = (one for one in drop.workers if one.url.startswith("blob:"))
    names = ("fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport")
    assert {worker.evaluate(f"typeof {name}") for name in names} == {"undefined"}


ELSEWHERE = "https://192.0.2.1/elsewhere.js"

REFUSED = """async (address) => {
  const refused = new Promise((done) => {
    addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective));
  });
  const late = new Promise((done) => setTimeout(done, 20_000, "nothing"));
  import(address).catch(() => {});
  return Promise.race([refused, late]);
}"""

EVALUATED = """async () => {
  setTimeout("globalThis.evaluated = true"); // what a test evaluates is let through
  await new Promise((done) => setTimeout(done, 200));
  return globalThis.evaluated === true;
}"""


def test_the_policy_holds_in_the_page_and_in_the_worker(drop):
    (worker,) = (one for one in drop.workers if one.url.startswith("blob:"))
    for place in (drop, worker):
        assert place.evaluate(REFUSED, ELSEWHERE).startswith("script-src")
        assert not place.evaluate(EVALUATED)
    drop.asked[:] = [url for url in drop.asked if url != ELSEWHERE]  # and refused


def test_names_in_a_model_are_text(drop, tmp_path):
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    saved = json.loads((FIXTURES / "format-json-wrong/model.json").read_text())
    text = json.dumps(saved).replace('"output"', json.dumps(attack))
    path = tmp_path / "<img src=x onerror=alert(3)>.json"
    path.write_text(text)
    said = checked(drop, path)
    assert "onerror=alert(3)" in said
    assert "alert(2)" in report(drop).inner_text()
    assert drop.frame_locator("#drop-report").locator("script, img").count() == 0
    assert drop.locator("#drop-report").get_attribute("sandbox") == "allow-same-origin"


@pytest.mark.parametrize(
    "name",
    [
        "deep",
        "nested-models",
        "zeros-of-200-mb",
        "a-hundred-thousand-members",
        "hdf5-of-objects",
        "labels-npz-bomb",
        "labels-csv-million-columns",
    ],
)
def test_a_hostile_file_is_bounded(drop, tmp_path, name):
    HOSTILE[name](tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    said = checked(drop, *files)
    assert said.endswith(" s)") or "was ended" in said
    assert "1 error" in checked(drop, FIXTURES / "format-archive-wrong/model.keras")


def test_a_check_that_takes_too_long_is_ended(tab, served):
    tab.clock.install()
    tab.route(
        "**/drop/worker.js",
        lambda route: route.fulfill(body=HUNG, content_type="text/javascript"),
    )
    tab.goto(f"{served}/drop.html")
    tab.wait_for_selector("#drop[data-state=ready]")
    tab.get_by_label("Model, program or notebook").set_input_files(
        FIXTURES / "format-archive-wrong/model.keras"
    )
    tab.get_by_role("button", name="Check").click()
    tab.clock.fast_forward(20_000)
    assert answered(tab) == "The check took longer than 20 seconds and was ended."


def test_a_check_is_stopped(tab, served):
    tab.route(
        "**/drop/worker.js",
        lambda route: route.fulfill(body=HUNG, content_type="text/javascript"),
    )
    tab.goto(f"{served}/drop.html")
    tab.wait_for_selector("#drop[data-state=ready]")
    tab.get_by_role("button", name="Try an example").click()
    tab.get_by_role("button", name="Stop").click()
    assert answered(tab) == "Stopped."
    assert tab.evaluate("document.activeElement.textContent") == "Check"


def test_all_of_it_works_by_keyboard(drop):
    models = drop.get_by_label("Model, program or notebook")
    models.set_input_files(FIXTURES / "format-archive-wrong/model.keras")
    models.focus()
    reached = []
    for _ in range(3):
        drop.keyboard.press("Tab")
        reached.append(drop.evaluate("document.activeElement.id || 'check'"))
    assert reached == ["drop-labels", "check", "drop-example"]
    drop.keyboard.press("Shift+Tab")
    drop.keyboard.press("Enter")
    assert answered(drop).startswith("model.keras: 1 error")


def test_what_happens_is_announced(drop):
    live = drop.get_by_role("status")
    assert live.get_attribute("aria-live") == "polite"
    assert status(drop) == "Ready."
    drop.get_by_role("button", name="Check").click()
    assert status(drop) == "Choose a model, a program or a notebook first."
    checked(drop, FIXTURES / "format-archive-wrong/model.keras")
    assert drop.get_by_role("region", name="Report").is_visible()
    assert drop.locator("#drop-report").get_attribute("title") == "Report of kerascheck"


def test_a_file_chosen_while_it_loads_is_checked_then(tab, served):
    tab.goto(f"{served}/drop.html", wait_until="domcontentloaded")
    tab.get_by_role("button", name="Try an example").click()
    tab.wait_for_selector("#drop-result:not([hidden])")
    assert answered(tab).startswith("model.keras, labels.npy: 1 error")


def test_the_report_has_the_room_and_the_scheme_that_it_needs(drop):
    checked(drop, FIXTURES / "format-archive-wrong/model.keras")
    frame, page = drop.locator("#drop-report"), report(drop)
    before = frame.bounding_box()["height"]
    page.locator("summary").first.click()
    drop.wait_for_function(
        "(before) => document.getElementById('drop-report').clientHeight > before",
        arg=before,
    )
    light = page.evaluate("(body) => getComputedStyle(body).backgroundColor")
    drop.get_by_title("Dark").click()
    drop.wait_for_selector("body[data-md-color-scheme=slate]")
    dark = page.evaluate("(body) => getComputedStyle(body).backgroundColor")
    assert light != dark


def test_the_report_is_saved(drop, tmp_path):
    checked(drop, FIXTURES / "format-archive-wrong/model.keras")
    with drop.expect_download() as saved:
        drop.get_by_role("link", name="Save the report").click()
    saved.value.save_as(tmp_path / "report.html")
    assert "KC101" in (tmp_path / "report.html").read_text()


def test_it_works_without_a_network_once_it_was_loaded(drop):
    drop.wait_for_selector("#drop-offline:not([hidden])")
    drop.context.set_offline(True)
    drop.reload()
    drop.wait_for_selector("#drop[data-state=ready]")
    said = checked(drop, FIXTURES / "format-archive-wrong/model.keras")
    assert said.startswith("model.keras: 1 error")


def test_a_site_without_the_checker_says_so(tab, served):
    tab.route("**/drop/pyodide/*", lambda route: route.fulfill(status=404))
    tab.goto(f"{served}/drop.html")
    tab.wait_for_selector("#drop button:disabled")
    assert "python -m tools drop" in status(tab)


def test_a_page_from_a_disk_says_what_it_needs(page, built):
    page.goto(f"file://{built}/drop.html")
    assert "http.server" in status(page)
    assert page.get_by_role("button", name="Check").is_disabled()
