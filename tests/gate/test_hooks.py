"""The hooks of .pre-commit-hooks.yaml: by their entry, and by pre-commit itself."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.gate.conftest import RIGHT, ROOT, WRONG

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}


def wants(path):
    hook = HOOKS["kerascheck"]
    return bool(re.search(hook["files"], path)) and not re.search(hook["exclude"], path)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a.keras", True),
        ("models/a.h5", True),
        ("a.hdf5", True),
        ("saved/saved_model.pb", True),
        ("saved_model.pb", True),
        ("other.pb", False),
        ("a.weights.h5", False),
        ("a.keras.txt", False),
        ("train.py", False),
    ],
)
def test_the_hook_is_given_models_and_nothing_else(path, wanted):
    assert wants(path) is wanted


def run_entry(run, name, *files):
    program, *arguments = HOOKS[name]["entry"].split()
    assert program == "kerascheck"
    return run(*arguments, *files)


def test_a_wrong_model_fails_the_commit(repository, run):
    repository.add("new", WRONG)
    assert run_entry(run, "kerascheck", "models/new.keras").code == 1


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
        "  hooks:\n  - id: kerascheck\n  - id: kerascheck-all\n",
    )
    commit(repository.root)
    passed = pre_commit(repository.root)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    repository.add("new", WRONG)
    git(repository.root, "add", ".")
    failed = pre_commit(repository.root)
    assert failed.returncode == 1
    assert "KC101" in failed.stdout


def pre_commit(at):
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=at,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def commit(at):
    git(at, "init", "-q")
    git(at, "add", ".")
    git(at, "commit", "-q", "-m", "first")


def git(at, *arguments):
    names = ("user.name=a", "user.email=a@example.org", "commit.gpgsign=false")
    settings = [part for name in names for part in ("-c", name)]
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=at,
        capture_output=True,
        text=True,
        check=True,
    )
