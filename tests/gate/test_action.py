"""The steps of action.yml, run by bash as GitHub runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.gate.conftest import RIGHT, ROOT, WRONG, Repository, commit, git
from tests.gate.test_programs import RIGHT as PROGRAM

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
DEFAULTS = {name: given["default"] for name, given in ACTION["inputs"].items()}
VARIABLES = {
    "PATHS": "paths",
    "ARGS": "args",
    "LOCKED": "locked",
    "CONFIG": "config",
    "FAIL_ON": "fail-on",
    "BASELINE": "baseline",
    "CATEGORY": "category",
    "CONFIRM": "confirm",
}

BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""As GitHub calls it for `shell: bash`."""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


OFF = 'ignore = ["ALL"]\nexclude = ["*"]\nfail-on = "never"\n'
"""A configuration under which nothing is found."""


class Runner:
    """What GitHub gives a step: a temporary folder and files for its outputs."""

    def __init__(self, repository, at: Path) -> None:
        self.repository = repository
        self.at = at
        binaries = at / "kerascheck" / "bin"
        binaries.mkdir(parents=True)
        python = binaries / "python"
        path = f'PYTHONPATH="{ROOT}${{PYTHONPATH:+:$PYTHONPATH}}"'
        python.write_text(f'#!/bin/sh\n{path} exec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.summary = at / "summary.md"
        self.summary.touch()

    def run(self, name: str, **variables: str) -> subprocess.CompletedProcess:
        output = self.at / "output"
        output.write_text("")
        environment = {
            "PATH": os.environ["PATH"],
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.at),
            **variables,
        }
        return subprocess.run(
            [*BASH, STEPS[name]["run"]],
            cwd=self.repository.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def check(self, **inputs: str) -> dict[str, str]:
        """Run the step that checks and return its outputs, with what it said."""
        given = {v: DEFAULTS[name] for v, name in VARIABLES.items()}
        return self.check_with(given | inputs)

    def check_with(self, given: dict[str, str]) -> dict[str, str]:
        """Run the step that checks with these variables and no others."""
        done = self.run("Check models", **given)
        assert done.returncode == 0, done.stderr
        lines = (self.at / "output").read_text().splitlines()
        return {"said": done.stdout, **dict(line.split("=", 1) for line in lines)}


@pytest.fixture
def runner(repository, tmp_path_factory):
    return Runner(repository, tmp_path_factory.mktemp("runner"))


def test_a_wrong_model_gives_annotations_summary_and_reports(repository, runner):
    repository.add("new", WRONG)
    out = runner.check()
    assert out["exit-code"] == "1"
    assert out["findings"] == "1"
    assert "::error title=kerascheck (KC101)" in out["said"]
    assert "KC101" in runner.summary.read_text()
    assert json.loads(Path(out["sarif-file"]).read_text())["version"] == "2.1.0"
    assert json.loads(Path(out["json-file"]).read_text())["summary"]["errors"] == 1


def test_the_text_report_can_not_speak_to_the_runner(repository, runner):
    repository.add("new", WRONG)
    said = runner.check()["said"]
    token = re.search(r"^::stop-commands::([0-9a-f]{32})$", said, re.M).group(1)
    assert said.index(token) < said.index("error[KC101]")
    assert said.rstrip().endswith(f"::{token}::")


def test_a_right_model_passes(repository, runner):
    repository.add("right", RIGHT)
    assert runner.check()["exit-code"] == "0"


def test_a_pull_request_that_breaks_a_program_is_shown_at_its_line(
    repository, runner, run
):
    repository.write("train.py", PROGRAM)
    base = commit(repository.root)
    assert runner.check(BASE=base)["exit-code"] == "0"
    faulty = PROGRAM.replace('"sigmoid"', '"softmax"')
    repository.write("train.py", faulty)
    out = runner.check(BASE=base)
    assert out["exit-code"] == "1"
    assert "(KC103),file=train.py,line=7::softmax over the one unit" in out["said"]
    (result,) = json.loads(Path(out["sarif-file"]).read_text())["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "train.py"
    assert place["region"]["startLine"] == 7
    run("--fix", "train.py")
    assert (repository.root / "train.py").read_text() == PROGRAM


def test_no_model_is_no_success(runner):
    assert runner.check()["exit-code"] == "3"


def test_a_wrong_option_writes_no_report_and_is_no_success(repository, runner):
    repository.add("right", RIGHT)
    out = runner.check(ARGS="--no-such-option")
    assert out["exit-code"] == "2"
    assert "sarif-file" not in out


def test_inputs_are_words_and_never_code(repository, runner):
    repository.add("right", RIGHT)
    out = runner.check(PATHS="models/right.keras\n$(touch owned)", ARGS="`touch owned`")
    assert out["exit-code"] == "2"
    assert not (repository.root / "owned").exists()


def test_arguments_on_several_lines_are_all_passed_on(repository, runner):
    repository.add("new", WRONG)
    out = runner.check(ARGS="--no-cache\n  --fail-on note\n--ignore KC1\n")
    assert (out["exit-code"], out["findings"]) == ("0", "0")


def test_several_paths_and_arguments_are_passed_on(repository, runner):
    repository.add("a b", RIGHT)
    repository.add("new", WRONG)
    out = runner.check(
        PATHS="models/a b.keras\nmodels/new.keras\n", ARGS="--ignore KC1"
    )
    assert out["exit-code"] == "0"
    assert out["findings"] == "0"


def test_the_baseline_that_is_given_counts(repository, runner, run):
    repository.add("new", WRONG)
    run("baseline", "write", "--file", "known.json")
    assert runner.check()["exit-code"] == "1"
    assert runner.check(BASELINE="known.json")["exit-code"] == "0"


def test_the_category_stands_in_the_report_that_is_uploaded(repository, runner):
    repository.add("right", RIGHT)

    def identity(**inputs):
        (run,) = json.loads(Path(runner.check(**inputs)["sarif-file"]).read_text())[
            "runs"
        ]
        return run["automationDetails"]["id"]

    assert identity() == "kerascheck/"
    assert identity(CATEGORY="py3.12 on arm") == "kerascheck/py3.12 on arm/"


def test_variables_that_are_absent_are_those_of_an_empty_input(repository, runner):
    repository.add("new", WRONG)
    assert runner.check_with({})["exit-code"] == "1"


def test_configuration_and_baseline_of_the_checkout_do_not_count(
    repository, runner, run
):
    repository.add("new", WRONG)
    run("baseline", "write")
    repository.write("kerascheck.toml", OFF)
    assert runner.check()["exit-code"] == "1"
    assert runner.check(LOCKED="false")["exit-code"] != "1"


def test_configuration_and_baseline_of_the_base_count(repository, runner, run):
    repository.add("new", WRONG)
    run("baseline", "write")
    base = commit(repository.root)
    (repository.root / "kerascheck-baseline.json").unlink()
    assert runner.check(BASE=base)["exit-code"] == "0"
    repository.write("kerascheck.toml", OFF)
    repository.add("other", WRONG)
    out = runner.check(BASE=base)
    assert (out["exit-code"], out["findings"]) == ("1", "1")


@pytest.mark.parametrize("base", ["0" * 40, "--upload-pack=touch owned", "", "a b"])
def test_without_the_base_neither_counts_and_that_is_said(repository, runner, base):
    repository.add("new", WRONG)
    repository.write("kerascheck.toml", OFF)
    commit(repository.root)
    out = runner.check(BASE=base)
    assert out["exit-code"] == "1"
    assert "::notice title=kerascheck::the base is not there" in out["said"]
    assert not (repository.root / "owned").exists()


def test_a_base_that_was_not_fetched_is_fetched(repository, runner, tmp_path_factory):
    repository.add("old", WRONG)
    repository.write("kerascheck.toml", 'exclude = ["models/old.keras"]\n')
    base = commit(repository.root)
    repository.add("new", RIGHT)
    commit(repository.root)
    shallow = tmp_path_factory.mktemp("shallow") / "clone"
    source = f"file://{repository.root}"
    git(repository.root, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(repository.root, "clone", "-q", "--depth=1", source, str(shallow))
    runner.repository = Repository(shallow)
    out = runner.check(BASE=base)
    assert (out["exit-code"], out["findings"]) == ("0", "0")
    assert "::notice" not in out["said"]


def test_no_module_of_the_checkout_is_imported(repository, runner):
    repository.add("new", WRONG)
    for name in ("click", "json", "secrets", "kerascheck", "sitecustomize", "numpy"):
        repository.write(f"{name}.py", "open('executed', 'w')\n")
    out = runner.check()
    assert (out["exit-code"], out["findings"]) == ("1", "1")
    assert not (repository.root / "executed").exists()


@pytest.mark.slow
def test_the_program_is_installed_and_run_from_outside_the_checkout(
    repository, runner, tmp_path_factory
):
    repository.add("new", WRONG)
    for name in ("venv", "pip", "ensurepip", "click", "json", "sitecustomize"):
        repository.write(f"{name}/__init__.py", "open('executed', 'w')\n")
        repository.write(f"{name}/__main__.py", "open('executed', 'w')\n")
    shutil.rmtree(runner.at / "kerascheck")
    source = tmp_path_factory.mktemp("source")
    for name in ("kerascheck", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    installed = runner.run(
        "Install kerascheck",
        VERSION="",
        CONFIRM="false",
        ACTION=str(source),
        PYTHONPATH="",
        **{name: value for name, value in os.environ.items() if name.startswith("PIP")},
    )
    assert installed.returncode == 0, installed.stderr
    assert (runner.at / "kerascheck" / "bin" / "kerascheck").exists()
    out = runner.check(PYTHONPATH="")
    assert (out["exit-code"], out["findings"]) == ("1", "1")
    assert not (repository.root / "executed").exists()


def test_annotations_in_a_subdirectory_start_at_the_root(repository, runner):
    repository.add("new", WRONG)
    workspace = str(repository.root.parent)
    said = runner.check(GITHUB_WORKSPACE=workspace)["said"]
    assert f"file={repository.root.name}/models/new.keras,line=1::" in said


@pytest.mark.parametrize(
    ("code", "ends"), [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("", 2), ("130", 2)]
)
def test_the_gate_ends_as_the_check_did(runner, code, ends):
    assert runner.run("Gate", CODE=code).returncode == ends


def test_the_gate_is_last_and_always_runs():
    assert ACTION["runs"]["steps"][-1]["name"] == "Gate"
    assert STEPS["Gate"]["if"] == "always()"


def test_inputs_reach_scripts_through_the_environment_alone():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


def used(document):
    """Yield the actions that a workflow or action uses."""
    for key, value in document.items() if isinstance(document, dict) else ():
        if key == "uses":
            yield value
        yield from used(value)
    for item in document if isinstance(document, list) else ():
        yield from used(item)


PLACEHOLDER = "OWNER/kerascheck@COMMIT"
GUIDE = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
WORKFLOWS = [
    *(path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")),
    *re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.M | re.S),
]


@pytest.mark.parametrize("document", [ACTION, *map(yaml.safe_load, WORKFLOWS)])
def test_actions_of_others_are_pinned_by_a_whole_commit(document):
    for action in used(document):
        pinned = re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", action)
        assert pinned or action == PLACEHOLDER


def test_the_guide_says_what_to_write_in_place_of_placeholders():
    assert PLACEHOLDER in GUIDE
    assert "in place of `OWNER`" in GUIDE
    assert "in place of `COMMIT`" in GUIDE


def test_every_output_is_one_that_the_check_writes():
    for output in ACTION["outputs"].values():
        name = re.search(r"steps\.check\.outputs\.([\w-]+)", output["value"]).group(1)
        assert f'"{name}=' in STEPS["Check models"]["run"]
