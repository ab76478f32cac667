"""The hooks of .pre-commit-hooks.yaml: by their entry, and by pre-commit itself."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.gate.conftest import FIXTURES, RIGHT, ROOT, WRONG, commit, git
from tests.gate.test_programs import FAULTY
from tests.gate.test_programs import RIGHT as PROGRAM

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}


CHANGED = ("kerascheck", "kerascheck-locked")
"""Hooks that are given the files of a commit."""


def wants(name, path):
    hook = HOOKS[name]
    excluded = "exclude" in hook and re.search(hook["exclude"], path)
    return bool(re.search(hook["files"], path)) and not excluded


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a.keras", True),
        ("models/a.h5", True),
        ("a.hdf5", True),
        ("saved/saved_model.pb", True),
        ("saved_model.pb", True),
        ("keras_metadata.pb", True),
        ("A.KERAS", True),
        ("a.H5", True),
        ("a.weights.h5", True),
        ("model.json", True),
        ("a.keras.dvc", True),
        ("dvc.lock", True),
        ("mydvc.lock", False),
        ("other.pb", False),
        ("a.keras.txt", False),
        ("train.py", True),
        ("notes/Train.ipynb", True),
        ("train.pyc", False),
    ],
)
@pytest.mark.parametrize("name", CHANGED)
def test_the_hook_is_given_what_a_search_looks_at(name, path, wanted):
    assert wants(name, path) is wanted


def test_no_name_of_a_file_becomes_an_option():
    for hook in HOOKS.values():
        assert hook["args"][-1] == "--"


def test_the_hook_of_ci_is_locked_and_that_of_developers_is_not():
    assert "--locked" in HOOKS["kerascheck-locked"]["entry"].split()
    assert "--locked" not in HOOKS["kerascheck"]["entry"].split()


@pytest.mark.parametrize("name", CHANGED)
def test_the_hook_is_given_links_as_well(name):
    assert HOOKS[name]["types"] == []
    assert set(HOOKS[name]["types_or"]) == {"file", "symlink"}


def run_entry(run, name, *files):
    program, *arguments = [*HOOKS[name]["entry"].split(), *HOOKS[name]["args"]]
    assert program == "kerascheck"
    return run(*arguments, *files)


def test_a_wrong_model_fails_the_commit(repository, run):
    repository.add("new", WRONG)
    assert run_entry(run, "kerascheck", "models/new.keras").code == 1


@pytest.mark.parametrize("hook", ["kerascheck", "kerascheck-locked"])
def test_a_wrong_program_fails_the_commit_at_its_line(repository, run, hook):
    repository.write("train.py", FAULTY)
    repository.write("other.py", "import keras\nimport os\n")
    ran = run_entry(run, hook, "other.py", "train.py")
    assert ran.code == 1
    assert "train.py:7: heads.out.activation" in ran.out
    repository.write("train.py", PROGRAM)
    assert run_entry(run, hook, "other.py", "train.py").code == 0
    assert run_entry(run, hook, "other.py").code == 0


def test_models_of_other_commits_are_not_looked_at(repository, run):
    repository.add("old", WRONG)
    repository.add("new", RIGHT)
    assert run_entry(run, "kerascheck", "models/new.keras").code == 0
    assert run_entry(run, "kerascheck-all").code == 1


def test_what_is_excluded_may_be_committed(repository, run):
    repository.add("old", WRONG)
    repository.write("kerascheck.toml", 'exclude = ["models/old*"]')
    assert run_entry(run, "kerascheck", "models/old.keras").code == 0


def test_a_pointer_of_git_lfs_fails_the_commit(repository, run):
    repository.write(
        "models/a.keras", "version https://git-lfs.github.com/spec/v1\nsize 9\n"
    )
    assert run_entry(run, "kerascheck", "models/a.keras").code == 1


HOSTILE = [
    "--exclude=*.keras",
    "--config=x.keras",
    "--exit-zero.keras",
    "@x.keras",
    "-",
    "-.keras",
    "-q.keras",
    "--help.keras",
    "new\nline.keras",
    "space and 'quotes\".keras",
    "$(touch pwned).keras",
    os.fsdecode(b"\xff\xfe.keras"),
    "a:b.keras",
    "UPPER.KERAS",
    "label.weights.h5",
]
"""Names that want to be options, lists, commands, or nothing at all."""


@pytest.mark.parametrize("name", HOSTILE, ids=map(repr, HOSTILE))
@pytest.mark.parametrize("hook", CHANGED)
def test_a_wrong_model_fails_the_commit_under_any_name(repository, run, hook, name):
    shutil.copy(WRONG / "model.keras", repository.root / name)
    ran = run_entry(run, hook, name)
    if name == "-":  # not the name of a model, so a search would not take it for one
        assert (ran.code, ran.out) == (0, "0 models: nothing to check\n")
        assert run("check", "--", "-").code == 1
    else:
        assert ran.code == 1
        assert "KC101" in ran.out


@pytest.mark.parametrize(
    "name",
    ["package.json", "README.dvc", "data.csv.dvc", "saved_model.pb.txt", "labels.json"],
)
@pytest.mark.parametrize("hook", CHANGED)
def test_a_file_that_is_no_model_is_left_out(repository, run, hook, name):
    repository.write(name, '{"name": "x"}')
    ran = run_entry(run, hook, name)
    assert (ran.code, ran.err) == (0, "")


def test_weights_alone_are_left_out(repository, run):
    weights = FIXTURES / "file-weights-only" / "model.weights.h5"
    shutil.copy(weights, repository.root / "a.weights.h5")
    assert run_entry(run, "kerascheck", "a.weights.h5").code == 0


@pytest.mark.parametrize("member", ["config.json", "metadata.json", "model.weights.h5"])
def test_a_file_of_a_model_folder_stands_for_the_folder(repository, run, member):
    shutil.copytree(FIXTURES / "format-folder-right/model", repository.root / "m")
    ran = run_entry(run, "kerascheck", f"m/{member}", "m/config.json")
    assert ran.code == 0
    assert ran.out.startswith("1 model: no findings")


def test_a_pointer_of_dvc_fails_the_commit_until_the_model_is_there(repository, run):
    repository.write("models/a.keras.dvc", "outs:\n- md5: 0\n  path: a.keras\n")
    ran = run_entry(run, "kerascheck", "models/a.keras.dvc")
    assert (ran.code, "KC026" in ran.out) == (1, True)
    repository.add("a", RIGHT)
    assert run_entry(run, "kerascheck", "models/a.keras.dvc").code == 0
    repository.add("a", WRONG)
    assert "KC101" in run_entry(run, "kerascheck", "models/a.keras.dvc").out


@pytest.mark.parametrize("hook", CHANGED)
@pytest.mark.parametrize("place", ["m", "models/m"])
def test_a_pointer_of_dvc_stands_for_the_models_of_its_folder(
    repository, run, hook, place
):
    output = place.partition("/")[0]
    repository.write(f"{output}.dvc", f"outs:\n- md5: 0.dir\n  path: {output}\n")
    shutil.copytree(FIXTURES / "format-folder-wrong/model", repository.root / place)
    ran = run_entry(run, hook, f"{output}.dvc")
    assert (ran.code, f"{place}:" in ran.out) == (1, True)


@pytest.mark.parametrize("hook", CHANGED)
def test_a_pointer_of_dvc_leads_to_no_folder_outside(repository, run, hook):
    outside = repository.root.parent / f"{repository.root.name}-outside"
    outside.mkdir()
    shutil.copy(WRONG / "model.keras", outside / "a.keras")
    repository.write("a.dvc", f"outs:\n- path: ../{outside.name}\n- path: ..\n")
    ran = run_entry(run, hook, "a.dvc")
    assert (ran.code, "KC101" in ran.out) == (0, False)


def test_a_commit_of_a_link_that_leads_nowhere_is_not_green(repository, run):
    (repository.root / "a.keras").symlink_to("nowhere")
    ran = run_entry(run, "kerascheck", "a.keras")
    assert ran.code == 3
    assert "1 passed over: 1 link" in ran.err


def test_the_locked_hook_does_not_open_a_link_out_of_the_tree(repository, run):
    outside = repository.root.parent / f"{repository.root.name}.keras"
    shutil.copy(RIGHT / "model.keras", outside)
    (repository.root / "a.keras").symlink_to(outside)
    ran = run_entry(run, "kerascheck-locked", "a.keras")
    assert (ran.code, "error[KC001]" in ran.out) == (1, True)
    assert run_entry(run, "kerascheck", "a.keras").code == 0


def test_the_locked_hook_obeys_nothing_of_the_commit(repository, run):
    repository.add("new", WRONG)
    repository.write("kerascheck.toml", 'exclude = ["models"]')
    assert run_entry(run, "kerascheck", "models/new.keras").code == 0
    assert run_entry(run, "kerascheck-locked", "models/new.keras").code == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_pre_commit_installs_and_runs_the_hook(repository, tmp_path_factory):
    pytest.importorskip("pre_commit")
    at = tmp_path_factory.mktemp("hooks")
    shutil.copytree(
        ROOT,
        at / "kerascheck",
        ignore=shutil.ignore_patterns(".*cache*", ".git", "fixtures", "tests", ".venv"),
    )
    commit(at / "kerascheck")
    head = git(at / "kerascheck", "rev-parse", "HEAD").stdout.strip()
    repository.add("right", RIGHT)
    repository.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {at / 'kerascheck'}\n  rev: {head}\n"
        "  hooks:\n  - id: kerascheck\n  - id: kerascheck-locked\n"
        "  - id: kerascheck-all\n",
    )
    commit(repository.root)
    passed = pre_commit(repository.root)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    repository.add("new", WRONG)
    git(repository.root, "add", ".")
    failed = pre_commit(repository.root)
    assert failed.returncode == 1
    assert "KC101" in failed.stdout
    (repository.root / "models/new.keras").unlink()
    for name in HOSTILE:
        shutil.copy(WRONG / "model.keras", repository.root / name)
        git(repository.root, "add", "-A")
        hooks = [] if name == "-" else CHANGED
        for hook in hooks:
            ran = pre_commit(repository.root, hook)
            if not is_utf8(name):  # pre-commit 4.7 fails of itself: it decodes names
                assert (ran.returncode, "utf-8" in ran.stdout) == (3, True)
                continue
            assert ran.returncode == 1, name
            assert b"KC101" in ran.stdout.encode(errors="surrogateescape"), name
        (repository.root / name).unlink()
    assert not (repository.root / "pwned").exists()


def is_utf8(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def pre_commit(at, *hooks):
    return subprocess.run(
        [sys.executable, "-P", "-m", "pre_commit", "run", *hooks, "--all-files"],
        cwd=at,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=600,
        check=False,
    )
