"""kerascheck run: what it says of programs, and how it ends."""

import json
import os
import sys
from pathlib import Path

import pytest

from kerascheck.cli.program import exit_code
from tests.cli.conftest import ROOT, Ran

keras = pytest.importorskip("keras")

SCRIPT = ROOT / "fixtures" / "script" / "train.py"
NOTEBOOK = ROOT / "fixtures" / "notebook" / "train.ipynb"

MODEL = """
import numpy as np
import keras

x = np.random.default_rng(0).normal(size=(64, 4))
y = np.arange(64) % 2
head = keras.layers.Dense(1, {!r}, name="out")
model = keras.Sequential([keras.Input((4,)), head], name="net")
model.compile("adam", "binary_crossentropy", run_eagerly=True)
"""
DOOMED = MODEL.format(None)
RIGHT = MODEL.format("sigmoid")
FIT = "model.fit(x, y, verbose=0)\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Run the command in this process; `code` is written to train.py before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def run(*arguments, code=None):
        if code is not None:
            Path("train.py").write_text(code)
        try:
            left = exit_code(["run", *map(str, arguments)])
        except SystemExit as end:
            left = end.code
        return Ran(left, *capfd.readouterr())

    return run


def line_of(path, text):
    """Return the line of a file, from 1 on, that starts with a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if line.strip().startswith(text))


# The samples.


def test_the_mistake_of_the_sample_script_is_found(run, monkeypatch):
    monkeypatch.chdir(SCRIPT.parent)
    ran = run("train.py", "--epochs", "1", "--samples", "200")
    assert ran.code == 1
    assert "error[KC101] logits-scored-as-probabilities" in ran.out
    assert f"(train.py:{line_of(SCRIPT, 'model.compile(')}, layer at" in ran.out
    assert f"train.py:{line_of(SCRIPT, 'keras.layers.Dense(CLASSES')})" in ran.out
    assert "test accuracy" in ran.out  # it ran to its end


def test_the_mistake_of_the_sample_notebook_is_found(run, monkeypatch):
    monkeypatch.chdir(NOTEBOOK.parent)
    ran = run("train.ipynb")
    assert ran.code == 1
    assert "warning[KC301] accuracy-of-several-labels" in ran.out
    where = line_of(NOTEBOOK, '"model.compile(')
    assert f"(train.ipynb:{where}, layer at" in ran.out
    assert "lines skipped that only IPython understands: 4\n" in ran.err


@pytest.mark.slow
def test_the_mistake_of_the_sample_script_is_proven(run, monkeypatch):
    monkeypatch.chdir(SCRIPT.parent)
    ran = run("--confirm", "train.py", "--epochs", "1")
    assert ran.code == 1
    assert "proof    confirmed: " in ran.out
    assert "by reference training: 1 confirmed" in ran.out


# What is said.


def test_a_finding_is_told_at_once_and_reported_at_the_end(run):
    ran = run("train.py", code=f"{DOOMED}{FIT}print('the end')")
    assert ran.err.splitlines()[-1].startswith("kerascheck: model 'net': KC101 ")
    assert ran.out.index("the end") < ran.out.index("error[KC101]")


def test_a_model_without_findings_is_not_told(run):
    ran = run("train.py", code=f"{RIGHT}{FIT}")
    assert ran.code == 0
    assert "1 model: no findings" in ran.out
    assert "kerascheck:" not in ran.err


def test_every_model_is_in_the_report(run):
    ran = run("train.py", code=f"{DOOMED}{FIT}" * 2)
    assert "  at       net: heads." in ran.out
    assert "  and at   net (2): heads." in ran.out
    assert "\n2 models: 2 errors\n" in ran.out


def test_a_concise_line_begins_with_the_line_that_compiles_the_model(run):
    form = ("-q", "--output-format", "concise")
    ran = run(*form, "train.py", code=f"{DOOMED}{FIT}")
    assert ran.out.startswith("train.py:9: KC101 error: ")


def test_labels_that_do_not_match_hide_no_other_finding(run):
    code = f"{DOOMED}try:\n    model.fit(x, y[:9], verbose=0)\nexcept ValueError: pass"
    ran = run("train.py", code=code)
    assert ran.code == 1
    assert "KC415 fit-data-of-different-lengths, KC101" in ran.err


def test_a_module_is_run_and_checked(run):
    ran = run("-m", "train", "--epochs", "3", code=f"{DOOMED}{FIT}")
    assert ran.code == 1
    assert "heads.out.loss.from_logits (train.py:9, layer at train.py:7)" in ran.out


def test_rules_are_chosen_as_ever(run):
    ran = run("--ignore", "KC101", "train.py", code=f"{DOOMED}{FIT}")
    assert "KC101" not in ran.out


def test_the_configuration_beside_the_program_holds(run, tmp_path):
    (tmp_path / "kerascheck.toml").write_text('ignore = ["KC1"]\n')
    assert run("train.py", code=f"{DOOMED}{FIT}").code == 0


def test_a_model_that_got_no_labels_is_not_trained_to_prove_anything(run):
    own = "model.train_step = lambda data: {'loss': 0.0}"
    code = f"{DOOMED}{own}\nmodel.fit(x, verbose=0)"
    ran = run("--confirm", "train.py", code=code)
    assert "kerascheck: no clones of it are trained: it got no inputs" in ran.err
    assert "error[KC101]" in ran.out


def test_too_few_samples_are_told_in_the_report(run):
    code = f"{DOOMED}model.train_on_batch(x[:9], y[:9])"
    assert (
        "proof    not-run: 9 samples are too few"
        in run("--confirm", "train.py", code=code).out
    )


# Exit codes.


@pytest.mark.parametrize("end", ["", "sys.exit(5)", "raise ValueError('mine')"])
def test_findings_exit_with_1_however_the_program_ends(run, end):
    assert run("train.py", code=f"import sys\n{DOOMED}{FIT}{end}").code == 1


def test_without_findings_the_exit_code_of_the_program_stays(run):
    assert run("train.py", code=f"import sys\n{RIGHT}{FIT}sys.exit(5)").code == 5


def test_exit_zero_leaves_the_exit_code_of_the_program(run):
    assert run("--exit-zero", "train.py", code=f"{DOOMED}{FIT}").code == 0
    code = f"import sys\n{DOOMED}{FIT}sys.exit(5)"
    assert run("--exit-zero", "train.py", code=code).code == 5


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("never", 0)])
def test_fail_on_says_what_fails(run, level, code):
    assert run("--fail-on", level, "train.py", code=f"{DOOMED}{FIT}").code == code


def test_a_program_that_trains_nothing_exits_with_3(run):
    ran = run("train.py", code="print('nothing')")
    assert ran.code == 3
    assert ran.err.count("\n") == 1
    assert "no `fit`, `evaluate` or `train_on_batch`" in ran.err


def test_a_program_that_trains_nothing_keeps_an_exit_code_of_its_own(run):
    assert run("train.py", code="import sys; sys.exit(7)").code == 7


def test_a_program_that_raises_before_it_trains_shows_its_error(run):
    ran = run("train.py", code=f"{RIGHT}raise ValueError('mine')\n{FIT}")
    assert ran.code == 1
    assert ran.err.count("Traceback") == 1
    assert "ValueError: mine" in ran.err
    assert "kerascheck/" not in ran.err
    assert "nothing to check" in ran.err


def test_an_error_of_keras_shows_no_frame_of_ours(run):
    code = f"{DOOMED}model.compile('adam', 'categorical_crossentropy')\n"
    ran = run("train.py", code=f"{code}model.fit(x, np.zeros((64, 3)), verbose=0)")
    assert ran.code == 1
    assert "incompatible" in ran.err or "same shape" in ran.err
    assert "train.py" in ran.err
    assert "kerascheck/" not in ran.err.replace(str(ROOT), "")
    assert "KC104" in ran.out


def test_an_interruption_exits_with_130(run):
    assert run("train.py", code=f"{RIGHT}{FIT}raise KeyboardInterrupt").code == 130


def test_findings_are_reported_of_a_program_that_is_interrupted(run):
    ran = run("train.py", code=f"{DOOMED}{FIT}raise KeyboardInterrupt")
    assert ran.code == 1
    assert "error[KC101]" in ran.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.py",), "there is no file 'nowhere.py'"),
        ((".",), "is a folder"),
        (("-m", "nowhere.here"), "there is no module 'nowhere.here'"),
        (("train.py.ipynb",), "is not a notebook"),
        (("--output-format", "odd", "train.py"), "odd"),
        ((), "PROGRAM"),
    ],
)
def test_wrong_usage_exits_with_2_and_one_line(run, tmp_path, arguments, told):
    (tmp_path / "train.py.ipynb").write_text("print()")
    ran = run(*arguments, code="print('runs')")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert told in ran.err


# --stop.

STUBBORN = f"""
{DOOMED}
before = model.get_weights()[0].tobytes()
try:
    {FIT}
except Exception:
    pass
finally:
    print(model.get_weights()[0].tobytes() == before)
open("trained", "w")
"""


def test_stop_ends_before_the_first_step(run):
    ran = run("--stop", "train.py", code=STUBBORN)
    assert ran.code == 1
    assert ran.out.startswith("True\nerror[KC101]")
    assert not Path("trained").exists()


def test_without_stop_the_program_goes_on(run):
    ran = run("train.py", code=STUBBORN)
    assert ran.code == 1
    assert ran.out.startswith("False\nerror[KC101]")
    assert Path("trained").exists()


def test_stop_lets_a_model_pass_that_does_not_fail(run):
    ran = run("--stop", "--fail-on", "never", "train.py", code=STUBBORN)
    assert ran.code == 0
    assert Path("trained").exists()


# Reports.


def test_a_document_stands_alone_on_stdout(run):
    code = f"import os\n{DOOMED}{FIT}print('by Python')\nos.write(1, b'by C')"
    ran = run("--output-format", "json", "train.py", code=code)
    document = json.loads(ran.out)
    assert [finding["code"] for finding in document["findings"]] == ["KC101"]
    assert "by Python" in ran.err
    assert "by C" in ran.err


def test_a_report_goes_to_a_file_where_the_command_was_called(run, tmp_path):
    code = f"import os\n{DOOMED}{FIT}os.chdir('/')"
    ran = run("--report", "json=found.json", "--silent", "train.py", code=code)
    assert ran.out == ""
    document = json.loads((tmp_path / "found.json").read_text())
    assert document["models"][0]["path"] == "net"
    assert document["models"][0]["format"] == "live"


@pytest.mark.parametrize("name", ["sarif", "junit", "github", "gitlab", "html"])
def test_every_format_takes_live_models(run, name):
    ran = run("--output-format", name, "train.py", code=f"{DOOMED}{FIT}")
    assert ran.code == 1
    assert "KC101" in ran.out


# What is left.

METHODS = ("compile", "fit", "evaluate", "train_on_batch", "make_train_function")


@pytest.mark.parametrize(
    "end", ["", "raise ValueError", "raise SystemExit(4)", "raise KeyboardInterrupt"]
)
@pytest.mark.parametrize("option", ["--verbose", "--stop"])
def test_nothing_is_left_exchanged(run, option, end):
    def state():
        kinds = [*keras.Model.__mro__, keras.layers.Layer]
        found = [vars(kind).get(name) for kind in kinds for name in METHODS]
        return found, list(sys.meta_path), os.getcwd(), list(sys.argv), sys.stdout

    before = state()
    run(option, "train.py", code=f"{DOOMED}{FIT}{end}")
    assert state() == before


# In a process of its own.

FORKING = f"""
import atexit, os, sys
atexit.register(lambda: open("handled", "a").write(f"{{os.getpid() == parent}} "))
parent = os.getpid()
{DOOMED}
print("printed")
child = os.fork()
{FIT}
if child == 0:
    sys.exit(9)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(f"child {{code}}")
sys.exit(5)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_process_of_its_own(child, tmp_path):
    (tmp_path / "train.py").write_text(FORKING)
    arguments = ("run", "--output-format", "json", "train.py", "--epochs", "3")
    ran = child("-m", "kerascheck", *arguments, env={"TF_CPP_MIN_LOG_LEVEL": "3"})
    assert ran.code == 1
    document = json.loads(ran.out)
    assert [model["path"] for model in document["models"]] == ["net"]
    assert [finding["code"] for finding in document["findings"]] == ["KC101"]
    told = [line for line in ran.err.splitlines() if "in a fork" in line]
    assert len(told) == 1
    assert "child 9" in ran.err
    assert sorted((tmp_path / "handled").read_text().split()) == ["False", "True"]
