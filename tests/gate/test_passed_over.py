"""Whatever the tree hides a wrong model behind, it is found, or said to be passed over.

Every trick is one or two files in a repository with a right model. A trick either
fails the check, or stands in the last line of the log and fails under --strict.
"""

import json
import os
import shutil
from xml.etree import ElementTree

import pytest

from tests.gate.conftest import FIXTURES, RIGHT, WRONG
from tests.readers.built import METADATA_JSON, config_json

BAD = (WRONG / "model.keras").read_bytes()
LFS = b"version https://git-lfs.github.com/spec/v1\nsize 9\n"


def folder_at_the_root(repository):
    repository.write("config.json", config_json())
    repository.write("metadata.json", METADATA_JSON)
    return repository.write("models/below/bad.keras", BAD)


def stray(name):
    def trick(repository):
        repository.write(f"models/{name}", b"")
        return repository.write("models/bad.keras", BAD)

    return trick


def ending(repository):
    return repository.write("models/bad.KERAS", BAD)


def funny_name(repository):
    return repository.write("models/._bad.keras", BAD)


def file_link(repository):
    repository.write(".store/blob", BAD)
    link = repository.root / "models" / "bad.keras"
    link.symlink_to("../.store/blob")
    return link


def folder_link(repository):
    repository.write(".store/bad.keras", BAD)
    link = repository.root / "models" / "more"
    link.symlink_to("../.store")
    return link / "bad.keras"


def weights(repository):
    shutil.copytree(FIXTURES / "format-folder-right/model", repository.root / "m")
    return repository.write("m/model.weights.h5", BAD)


FOUND = {
    "model folder at the root": folder_at_the_root,
    **{
        name: stray(name)
        for name in (
            "pyvenv.cfg",
            "checkpoint_metadata",
            "pytree.orbax-checkpoint",
            "orbax.checkpoint",
            "1/_CHECKPOINT_METADATA",
        )
    },
    "ending in upper case": ending,
    "name of a resource fork": funny_name,
    "link to a file": file_link,
    "link to a folder": folder_link,
    "name of weights": weights,
}


@pytest.fixture
def checked(repository, run):
    """Check the repository with a right model in it besides; fail no other way."""
    repository.add("right", RIGHT)

    def check(*options):
        return run("--ignore", "KC006", *options)

    return check


@pytest.mark.parametrize("trick", FOUND.values(), ids=FOUND)
def test_a_wrong_model_is_found(repository, checked, trick):
    path = trick(repository).relative_to(repository.root).as_posix()
    ran = checked("--output-format", "concise")
    assert ran.code == 1
    assert f"{path}: KC101 error" in ran.out


def hidden(folder):
    def trick(repository):
        repository.write(f"{folder}/bad.keras", BAD)

    return trick


def environment(repository):
    repository.write("env/pyvenv.cfg", "home = /usr/bin\n")
    repository.write("env/bin/python", "")
    repository.write("env/bad.keras", BAD)


def folder_out(repository):
    outside = repository.root.parent / f"{repository.root.name}-outside"
    outside.mkdir()
    (outside / "bad.keras").write_bytes(BAD)
    (repository.root / "more").symlink_to(outside)


def nowhere(repository):
    (repository.root / "bad.keras").symlink_to("nowhere")


def json_pointer(repository):
    repository.write("model.json", LFS)


def orbax(repository):
    repository.write("run/orbax.checkpoint", "")


PASSED_OVER = {
    "hidden": (hidden(".store"), "1 in a hidden folder"),
    "node_modules": (hidden("node_modules"), "1 in node_modules"),
    "__pycache__": (hidden("a/__pycache__"), "1 in __pycache__"),
    "site-packages": (hidden("site-packages"), "1 in site-packages"),
    "environment": (environment, "1 in a virtual environment"),
    "link out": (folder_out, "1 link"),
    "dangling link": (nowhere, "1 link"),
    "pointer": (json_pointer, "1 Git LFS pointer"),
    "orbax": (orbax, "1 Orbax checkpoint"),
}


@pytest.mark.parametrize(("trick", "told"), PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_is_not_looked_at_is_said_and_fails_under_strict(
    repository, checked, trick, told
):
    trick(repository)
    for format_ in ("text", "concise", "github", "markdown"):
        ran = checked("--output-format", format_)
        assert ran.code == 0
        last = ran.out.splitlines()[-1].strip().replace("`", "")
        assert last.endswith(f"1 passed over: {told}")
    strict = checked("--strict", "-q")
    assert strict.code == 1
    assert strict.err == "kerascheck: --strict fails on 1 passed over\n"


@pytest.mark.parametrize("strict", [(), ("--strict",)], ids=["", "strict"])
def test_a_tree_of_nothing_else_is_3_and_says_so(repository, run, strict):
    hidden(".store")(repository)
    ran = run(*strict)
    assert ran.code == (1 if strict else 3)
    told = (
        "no saved model and no program that compiles one; 1 passed over: 1 in a hidden"
    )
    assert strict or told in ran.err
    assert "1 passed over: 1 in a hidden folder" in ran.out


def test_what_is_excluded_is_counted_and_does_not_fail_under_strict(
    repository, checked
):
    hidden("node_modules")(repository)
    repository.write("old/bad.keras", BAD)
    exclude = ("--exclude", "old", "--exclude", "node_modules")
    ran = checked("--strict", *exclude)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "2 passed over: 2 excluded"


def test_it_is_in_the_documents_for_machines(repository, checked):
    hidden(".store")(repository)
    path, why = ".store/bad.keras", "in a hidden folder"
    told = json.loads(checked("--output-format", "json").out)
    assert told["skipped"] == [{"path": path, "why": why}]
    sarif = json.loads(checked("--output-format", "sarif").out)
    (invocation,) = sarif["runs"][0]["invocations"]
    notes = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert f"passed over: {why}" in notes
    suites = ElementTree.fromstring(checked("--output-format", "junit").out)
    (one,) = suites.find("properties")
    assert (one.get("name"), one.get("value")) == ("passed over", f"{path}: {why}")


POINTERS = {
    "dvc": "1 DVC pointer",
    "annex link": "1 git-annex pointer",
    "annex file": "1 git-annex pointer",
    "lfs": "1 Git LFS pointer",
}


def put_pointer(repository, kind):
    if kind == "dvc":
        repository.write("m/a.keras.dvc", "outs:\n- md5: 0\n  path: a.keras\n")
    elif kind == "annex link":
        repository.write("m/x", "")
        (repository.root / "m/a.keras").symlink_to("../.git/annex/objects/0/0.keras")
    elif kind == "annex file":
        repository.write("m/a.keras", "/annex/objects/SHA256E-s9--0.keras\n")
    else:
        repository.write("m/a.keras", LFS)


@pytest.mark.parametrize(("kind", "told"), POINTERS.items())
def test_a_pointer_is_a_finding_and_counted_whatever_is_selected(
    repository, checked, kind, told
):
    put_pointer(repository, kind)
    code = "KC002" if kind == "lfs" else "KC026"
    ran = checked()
    assert ran.code == 1
    assert f"error[{code}]" in ran.out
    assert ran.out.splitlines()[-1] == f"1 passed over: {told}"
    ran = checked("--ignore", code)
    assert (code in ran.out, ran.code) == (False, 0)
    assert ran.out.splitlines()[-1] == f"1 passed over: {told}"
    assert checked("--ignore", code, "--strict").code == 1
    ran = checked("--select", "KC101")
    assert ran.out.splitlines()[-1] == f"1 passed over: {told}"


@pytest.mark.parametrize("option", ["--locked", "--show-files"])
def test_nothing_is_opened_outside_where_it_is_locked(repository, run, option):
    outside = repository.root.parent / f"{repository.root.name}.keras"
    outside.write_bytes(BAD)
    repository.add("right", RIGHT)
    (repository.root / "models/bad.keras").symlink_to(outside)
    ran = run("--locked", option)
    assert ran.code == 0
    assert "link" in ran.out + ran.err
    named = run("--locked", "models/bad.keras")
    assert named.code == 1
    assert "a link out of the tree, which is not opened" in named.out
    assert run("models/bad.keras").code == 1


WATCHED = """
import os, sys
outside, opened = sys.argv[1], []

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir"):
        path = arguments[0]
        named = isinstance(path, str)
        if named and os.path.realpath(path).startswith(outside):
            opened.append(path)

sys.addaudithook(watch)
open(outside + "/seen.txt").close()
assert len(opened) == 1, "the hook sees nothing"
from kerascheck.cli.program import exit_code
code = exit_code(["check", "--output-format", "concise", *sys.argv[2:]])
print(code, opened[1:])
"""


def test_no_link_of_any_file_is_followed_out_of_the_tree(
    repository, child, tmp_path_factory
):
    outside = tmp_path_factory.mktemp("outside")
    names = ("config.json", "metadata.json", "model.weights.h5", "saved_model.pb")
    names += ("keras_metadata.pb", "pyvenv.cfg", "dvc.yaml", "dvc.lock", "a.keras.dvc")
    names += ("a.keras", "b.H5", "c.json", "._d.keras", "labels.npy", "kerascheck.toml")
    for name in (*names, "seen.txt"):
        (outside / name).write_bytes(config_json())
    repository.add("right", RIGHT)
    for chosen in names:
        for others in (names, (chosen,)):
            folder = repository.root / f"{chosen}-{len(others)}"
            folder.mkdir()
            (folder / "bin").mkdir()
            for name in others:
                if name == chosen:
                    (folder / name).symlink_to(outside / name)
                else:
                    (folder / name).write_bytes(config_json())
    (repository.root / "out").symlink_to(outside)
    named = ["a.keras-1/a.keras", "config.json-1/config.json"]
    for paths in ((".",), named, ("--only-models", "--", *named)):
        ran = child("-c", WATCHED, str(outside), "--locked", *paths)
        assert ran.out.splitlines()[-1] == "1 []", ran


def test_two_label_files_are_a_note_that_names_the_chosen_one(repository, run):
    model = repository.add("right", RIGHT)
    (own,) = model.parent.glob("right.labels.*")
    shutil.copy(own, model.parent / f"labels{own.suffix}")
    ran = run("--output-format", "concise")
    assert ran.code == 0
    assert (
        f"models/right.keras: KC027 note: labels are read from 'models/{own.name}', "
        f"and 'models/labels{own.suffix}' is not used"
    ) in ran.out


def test_labels_that_are_a_link_out_of_the_tree_are_a_note(repository, run):
    model = repository.add("right", RIGHT)
    (own,) = model.parent.glob("right.labels.*")
    outside = repository.root.parent / f"{repository.root.name}{own.suffix}"
    os.replace(own, outside)
    own.symlink_to(outside)
    ran = run("--output-format", "concise", ".")
    assert (
        f"KC027 note: labels are not read from 'models/{own.name}': "
        "a link out of the tree"
    ) in ran.out
    assert "undecided: no labels were given" in ran.out


@pytest.mark.parametrize("locked", [(), ("--locked",)], ids=["", "locked"])
def test_labels_that_are_a_link_into_the_tree_are_used(repository, run, locked):
    model = repository.add("right", RIGHT)
    (own,) = model.parent.glob("right.labels.*")
    (repository.root / "data").mkdir()
    os.replace(own, repository.root / "data" / own.name)
    own.symlink_to(f"../data/{own.name}")
    ran = run(*locked, "--strict", ".")
    assert ran.code == 0, ran.out
