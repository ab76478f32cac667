"""Programs in a repository, as a team reviews them: real runs of the command."""

import json
import os
from pathlib import Path

import pytest

from tests.gate.conftest import WRONG, commit, git
from tests.readers.source.test_text import notebook

RIGHT = """\
import keras

model = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid", name="out"),
    ]
)
model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
"""
FAULTY = RIGHT.replace('"sigmoid"', '"softmax"')
LAYER = 7
"""Line of the last layer in both."""
LOGITS = RIGHT.replace('activation="sigmoid", ', "")
"""The loss takes logits for probabilities: KC101, at line 12."""

FACTORY = """\
import keras

def build(units):
    model = keras.Sequential([
        keras.Input((4,)),
        keras.layers.Dense(units, activation="softmax"),
    ])
    model.compile("adam", "binary_crossentropy")
    return model
"""


def concise(run, *arguments):
    return run("--output-format", "concise", "-q", *arguments)


def document(run, *arguments):
    return json.loads(run("--output-format", "json", *arguments).out)


def test_a_program_is_checked_as_text(repository, run):
    repository.write("train.py", f"open('ran', 'w')\n{FAULTY}")
    ran = concise(run, "train.py")
    assert ran.code == 1
    assert ran.out.startswith(f"train.py:{LAYER + 1}: KC103 error: softmax over")
    assert not os.path.exists("ran")


def test_a_program_that_is_right_passes(repository, run):
    repository.write("train.py", RIGHT)
    assert run("train.py").code == 0


def test_models_and_programs_of_a_tree_are_found_alike(repository, run):
    repository.add("old", WRONG)
    repository.write("src/train.py", FAULTY)
    repository.write("src/other.py", "import keras\n")
    repository.write("notes/a.ipynb", notebook("# nothing", FAULTY))
    ran = concise(run, ".")
    places = [line.split(": ")[0] for line in ran.out.splitlines()]
    assert places == [
        "models/old.keras",
        f"notes/a.ipynb:cell 2:{LAYER}",
        f"src/train.py:{LAYER}",
    ]


def test_no_programs_leaves_them_out(repository, run):
    repository.add("old", WRONG)
    repository.write("train.py", FAULTY)
    ran = concise(run, "--no-programs", ".")
    assert ran.out.startswith("models/old.keras")
    assert "train.py" not in ran.out
    named = run("--no-programs", "train.py")
    assert named.code == 3
    assert "1 passed over: 1 program" in named.out


def test_a_model_is_named_by_its_compile_call(repository, run):
    repository.write("train.py", FAULTY)
    found = document(run, "train.py")
    (model,) = found["models"]
    assert (model["path"], model["line"]) == ("train.py:10", 10)
    assert (model["format"], model["cell"]) == ("source", None)
    (finding,) = found["findings"]
    assert (finding["model"], finding["head"]) == ("train.py:10", "out")
    assert (finding["file"], finding["line"]) == ("train.py", LAYER)
    assert found["programs"] == [
        {"path": "train.py", "models": 1, "why": None, "ignored_comments": 0}
    ]


def test_a_model_in_a_notebook_is_named_by_cell_and_line(repository, run):
    data = notebook("import this", FAULTY, indent=1)
    repository.write("a.ipynb", data)
    (model,) = document(run, "a.ipynb")["models"]
    assert model["path"] == "a.ipynb:cell 2:10"
    assert (model["cell"], model["line"]) == (2, 10)
    log = json.loads(run("--output-format", "sarif", "a.ipynb").out)
    (place,) = log["runs"][0]["results"][0]["locations"]
    line = place["physicalLocation"]["region"]["startLine"]
    assert "softmax" in data.decode().splitlines()[line - 1]


@pytest.mark.parametrize(
    ("code", "line"), [(FAULTY, LAYER), (LOGITS, 12)], ids=["layer", "loss"]
)
def test_every_format_has_the_line_of_the_argument(repository, run, code, line):
    repository.write("train.py", code)

    def shown(form):
        return run("--output-format", form, "train.py").out

    sarif = json.loads(shown("sarif"))["runs"][0]["results"][0]["locations"][0]
    assert sarif["physicalLocation"]["region"]["startLine"] == line
    assert sarif["physicalLocation"]["artifactLocation"]["uri"] == "train.py"
    assert f"file=train.py,line={line}::" in shown("github")
    gitlab = json.loads(shown("gitlab"))[0]["location"]
    assert gitlab == {"path": "train.py", "lines": {"begin": line}}
    assert f"at       train.py:{line}: heads.out" in shown("text")
    assert f"train.py:{line}: KC" in shown("concise")
    for form in ("junit", "html", "markdown"):
        assert f"train.py:{line}" in shown(form)


def test_metrics_are_at_their_own_lines(repository, run):
    metrics = '[\n        "auc",\n        "accuracy",\n    ]'
    code = LOGITS.replace('["accuracy"]', metrics)
    loss = "keras.losses.BinaryCrossentropy(from_logits=True)"
    repository.write("train.py", code.replace('"binary_crossentropy"', loss))
    found = document(run, "train.py")["findings"]
    assert [(f["code"], f["line"]) for f in found] == [("KC308", 14), ("KC306", 15)]


def test_a_program_on_stdin_has_the_name_that_is_given(repository, child):
    ran = child(
        *("-m", "kerascheck", "-", "--stdin-filename", "src/train.py"),
        *("--output-format", "concise"),
        input=FAULTY,
    )
    assert ran.code == 1
    assert ran.out.startswith(f"src/train.py:{LAYER}: KC103")


@pytest.mark.parametrize(
    "arguments",
    [
        ("train.py", "--stdin-filename", "train.py"),
        ("-", "--stdin-filename", "train.keras"),
        ("-", "--fix", "--stdin-filename", "train.py"),
    ],
)
def test_stdin_filename_goes_with_a_program_on_stdin(repository, run, arguments):
    assert run(*arguments).code == 2


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import keras\nprint 'a'\nmodel.compile()", "it is Python 2"),
        ("import keras\nx = {{ a.b }} c\nm.compile()", "it is a template"),
        ("import keras\nmodel.compile(\n", "it does not parse as Python"),
    ],
)
def test_what_is_not_understood_is_one_note_and_no_failure(repository, run, code, why):
    repository.write("a.py", code)
    repository.write("b.py", RIGHT)
    ran = concise(run, ".")
    assert ran.code == 0
    (line,) = ran.out.splitlines()
    assert line.startswith("a.py:")
    assert f"KC028 note: not understood: {why}" in line
    assert concise(run, "a.py").code == 3
    assert concise(run, "--only-models", "a.py").code == 0


def test_programs_that_compile_nothing_are_nothing_to_check(repository, run):
    repository.write("a.py", "import keras\nmodel.fit(x)\n")
    ran = run(".")
    assert ran.code == 3
    assert "no model is compiled in 1 program" in ran.err


def test_a_commit_whose_programs_are_not_understood_passes_the_hook(repository, run):
    repository.write("a.py", "import keras\nmodel.compile(loss=loss)\n")
    assert run("--only-models", "a.py").code == 0


def test_environments_and_hidden_folders_hold_no_programs_of_ours(repository, run):
    repository.write("train.py", RIGHT)
    for folder in ("site-packages", ".ipynb_checkpoints", "__pycache__"):
        repository.write(f"{folder}/train.py", FAULTY)
    repository.write("env/pyvenv.cfg", "home = /usr/bin\n")
    repository.write("env/bin/train.py", FAULTY)
    ran = run("--strict", "--ignore", "KC2,KC3,KC121,KC403", ".")
    assert (ran.code, "passed over" in ran.out) == (0, False)


def test_a_locked_run_follows_no_link_out_of_the_tree_to_a_program(
    repository, run, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "train.py").write_text(FAULTY)
    repository.write("a.py", RIGHT)
    os.symlink(elsewhere / "train.py", "b.py")
    assert concise(run, "--locked", ".").out == ""


# The rest of this page: what stays when lines move, comments, fixes, imports, Git.


def fingerprints(run, *paths):
    return [f["fingerprint"] for f in document(run, *paths)["findings"]]


def test_fingerprints_hold_no_line(repository, run):
    repository.write("train.py", FAULTY)
    before = fingerprints(run, "train.py")
    repository.write("train.py", f'"""Trains."""\n\n\n{FAULTY}')
    assert fingerprints(run, "train.py") == before
    assert len(set(before)) == len(before) == 1


def test_models_of_one_program_have_fingerprints_of_their_own(repository, run):
    repository.write("train.py", FAULTY + FAULTY + FACTORY + "build(1)\n")
    found = fingerprints(run, "train.py")
    assert len(set(found)) == len(found) == 3


def test_a_baseline_holds_when_lines_move(repository, run):
    repository.write("train.py", FAULTY)
    assert run("baseline", "write", "train.py").code == 0
    repository.write("train.py", f"# a line\n{FAULTY}")
    ran = run("train.py")
    assert ran.code == 0
    assert "1 known in the baseline" in ran.out
    assert '"model": "train.py#model"' in Path("kerascheck-baseline.json").read_text()


@pytest.mark.parametrize("left", [RIGHT, "import keras\nmodel.fit(x)\n"])
def test_an_entry_for_what_is_fixed_or_gone_is_unused(repository, run, left):
    repository.write("train.py", FAULTY)
    run("baseline", "write", "train.py")
    repository.write("train.py", left)
    repository.write("other.py", RIGHT)
    assert "KC009" in run(".").out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name="out"),', 'name="out"),  # kerascheck: ignore[KC103] meant'),
        ("model.compile(", "model.compile(  # kerascheck: ignore[KC103] meant"),
        ("model.compile(", "# kerascheck: ignore[KC103] meant\nmodel.compile("),
        (
            "model.compile(",
            "# kerascheck: ignore[softmax-on-one-unit, KC101] meant\nmodel.compile(",
        ),
        ('metrics=["', '# kerascheck: ignore[KC1] meant\n    metrics=["'),
    ],
)
def test_a_comment_suppresses_at_its_line_or_its_compile_call(
    repository, run, before, after
):
    repository.write("train.py", FAULTY.replace(before, after))
    found = document(run, "train.py")
    assert [f["code"] for f in found["findings"] if f["code"] != "KC009"] == []
    (hidden,) = found["suppressed"]
    assert (hidden["by"], hidden["reason"]) == ("comment", "meant")
    assert run("train.py").code == 0


@pytest.mark.parametrize(
    "comment",
    [
        "# kerascheck: ignore[KC101]",
        "# kerascheck: ignore[KC999]",
        "# kerascheck: ignore[]",
        "# kerascheck: ignore KC103",
        "# kerascheck: labels=ids",
    ],
)
def test_a_comment_for_nothing_is_a_finding_at_its_line(repository, run, comment):
    repository.write("train.py", RIGHT.replace("model.comp", f"{comment}\nmodel.comp"))
    found = document(run, "train.py")["findings"]
    assert [(f["code"], f["severity"], f["line"]) for f in found] == [
        ("KC009", "note", 10)
    ]


def test_a_comment_in_a_string_says_nothing(repository, run):
    code = FAULTY.replace("import keras", 'import keras\n"# kerascheck: ignore[KC1]"')
    repository.write("train.py", code)
    assert run("train.py").code == 1


def test_a_hint_says_how_labels_are_encoded(repository, run):
    code = RIGHT.replace('(1, activation="sigmoid"', '(3, activation="softmax"')
    code = code.replace("binary_crossentropy", "categorical_crossentropy")
    repository.write("train.py", code)
    assert document(run, "train.py")["findings"] == []
    hint = "# kerascheck: labels=class-ids, task=multiclass\nmodel.comp"
    repository.write("train.py", code.replace("model.comp", hint))
    found = document(run, "train.py")
    assert [f["name"] for f in found["findings"]] == ["class-ids-under-one-hot-loss"]
    (model,) = found["models"]
    assert model["task"] == "multiclass"
    assert model["heads"][0]["labels"]["encoding"] == "class-ids"


@pytest.mark.parametrize(
    ("labels", "codes"),
    [("binary", []), ("signed-binary", ["KC206"])],
)
def test_hints_lead_to_the_findings_that_such_labels_have(
    repository, run, labels, codes
):
    hint = f"# kerascheck: labels={labels}\nmodel.comp"
    repository.write("train.py", RIGHT.replace("model.comp", hint))
    found = document(run, "--select", "KC206", "train.py")["findings"]
    assert [f["code"] for f in found] == codes


def test_a_locked_run_obeys_no_comment_and_counts_them(repository, run):
    marked = FAULTY.replace("model.comp", "# kerascheck: ignore[KC103] x\nmodel.comp")
    repository.write("train.py", marked)
    ran = run("--locked", "train.py")
    assert ran.code == 1
    assert "1 comment for kerascheck is ignored by a locked run" in ran.out
    log = json.loads(run("--locked", "--output-format", "sarif", "train.py").out)
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert any("ignored by a locked run" in n["message"]["text"] for n in notes)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (FAULTY, ['keras.layers.Dense(1, activation="sigmoid", name="out"),']),
        (
            LOGITS,
            [
                "loss=keras.losses.BinaryCrossentropy(from_logits=True),",
                "metrics=[keras.metrics.BinaryAccuracy("
                'threshold=0.0, name="accuracy")],',
            ],
        ),
    ],
    ids=["layer", "loss"],
)
def test_fix_corrects_the_program_in_place(repository, run, code, lines):
    repository.write("train.py", code)
    assert run("--diff", "train.py").code == 1
    assert run("--fix", "train.py").code == 1
    assert run("train.py").code == 0
    after = (repository.root / "train.py").read_text().splitlines()
    before = code.splitlines()
    assert len(after) == len(before)
    changed = [
        new.strip() for old, new in zip(before, after, strict=True) if old != new
    ]
    assert changed == lines


def test_fix_of_one_of_two_calls_leaves_the_other(repository, run):
    repository.write("train.py", RIGHT + FAULTY.replace('name="out"', 'name="b"'))
    run("--fix", "train.py")
    left = RIGHT + RIGHT.replace('name="out"', 'name="b"')
    assert (repository.root / "train.py").read_text() == left


def test_a_call_that_compiles_several_models_is_not_changed(repository, run):
    repository.write("train.py", FACTORY + "build(1)\nbuild(10)\n")
    ran = run("--fix", "train.py")
    assert "KC103" in ran.out
    assert (repository.root / "train.py").read_text().startswith(FACTORY)


def test_a_model_is_at_the_file_that_compiles_it(repository, run):
    repository.write("nets/zoo.py", FACTORY)
    repository.write(
        "train.py", "import keras\nfrom nets.zoo import build\nbuild(1).fit(x, y)\n"
    )
    for paths in (["train.py"], ["."]):
        ran = concise(run, *paths)
        assert ran.out.startswith("nets/zoo.py:6: KC103"), paths
        assert len(ran.out.splitlines()) == 1


def test_what_all_models_of_one_call_have_is_shown_once(repository, run):
    code = FACTORY.replace("build(units)", "build(units, metric)")
    code = code.replace('entropy")', 'entropy", metrics=[metric])')
    repository.write("train.py", code + "build(1, 'mae')\nbuild(1, 'mse')\n")
    found = document(run, "train.py")
    assert [m["path"] for m in found["models"]] == ["train.py:8", "train.py:8 (2)"]
    assert [f["code"] for f in found["findings"]].count("KC103") == 1


def test_heads_of_one_model_have_findings_of_their_own(repository, run):
    repository.write(
        "train.py",
        """\
import keras

x = keras.Input((4,))
a = keras.layers.Dense(1, activation="softmax", name="a")(x)
b = keras.layers.Dense(1, activation="softmax", name="b")(x)
model = keras.Model(x, [a, b])
model.compile("adam", loss="binary_crossentropy")
""",
    )
    found = document(run, "train.py")["findings"]
    assert [(f["code"], f["head"], f["line"]) for f in found] == [
        ("KC103", "a", 4),
        ("KC103", "b", 5),
    ]


def test_imports_stay_in_the_tree(repository, run, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "zoo.py").write_text(FACTORY)
    os.symlink(elsewhere / "zoo.py", "zoo.py")
    repository.write(
        "train.py", "import keras\nfrom zoo import build\nbuild(1).fit(x, y)\n"
    )
    assert "zoo.py" not in concise(run, "train.py").out


def test_cyclic_imports_end(repository, run):
    repository.write("a.py", f"from b import y\nx = 1\n{FAULTY}")
    repository.write("b.py", "from a import x\nimport keras\ny = 1\nz.compile()\n")
    assert concise(run, ".").out.startswith(f"a.py:{LAYER + 2}: KC103")


def test_only_what_changed_since_a_revision_is_judged(repository, run):
    repository.write("a.py", FAULTY)
    repository.write("b.py", FAULTY)
    repository.write("nets.py", FACTORY)
    repository.write("c.py", "import keras\nfrom nets import build\nbuild(1).fit(x)\n")
    repository.add("old", WRONG)
    commit(repository.root)
    ran = run("--changed-since", "HEAD", ".")
    assert (ran.code, "unchanged" in ran.out) == (0, True)
    repository.write("b.py", f"# changed\n{FAULTY}")
    assert concise(run, "--changed-since", "HEAD", ".").out.startswith("b.py:8: KC103")
    repository.write("nets.py", f"# changed\n{FACTORY}")
    shown = concise(run, "--changed-since", "HEAD", "b.py", "c.py").out
    assert "nets.py:7: KC103" in shown
    git(repository.root, "add", ".")
    repository.write("new.py", FAULTY)
    assert "new.py" in concise(run, "--changed-since", "HEAD", ".").out


def test_git_runs_nothing_that_the_repository_configures(repository, run):
    repository.write("a.py", FAULTY)
    repository.write(".gitattributes", "*.py diff=evil filter=evil\n")
    commit(repository.root)
    evil = "touch ran; cat"
    for key in (
        *("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge"),
        *("diff.evil.textconv", "diff.evil.command", "diff.external"),
    ):
        git(repository.root, "config", key, evil)
    repository.write(".git/hooks/post-index-change", "#!/bin/sh\ntouch ran\n")
    os.chmod(".git/hooks/post-index-change", 0o755)
    repository.write("a.py", f"# changed\n{FAULTY}")
    assert concise(run, "--changed-since", "HEAD", ".").code == 1
    assert not os.path.exists("ran")


def test_a_locked_run_reads_git_only_with_a_base(repository, run):
    repository.write("a.py", FAULTY)
    commit(repository.root)
    ran = run("--locked", "--changed-since", "HEAD", ".")
    assert (ran.code, "--base" in ran.err) == (2, True)
    assert run("--locked", "--base", "HEAD", "--changed-since", "HEAD").code == 0


def test_settings_of_a_file_are_about_its_models(repository, run):
    repository.write("train.py", FAULTY)
    repository.write(
        "kerascheck.toml",
        '[per-model-ignores]\n"train.py" = ["KC103"]\n[models."train.py"]\n'
        'task = "binary"\n',
    )
    found = document(run, ".")
    assert found["findings"] == []
    assert found["suppressed"][0]["by"] == "per-model-ignores"
    assert found["models"][0]["task"] == "binary"


def test_inspect_shows_each_model_and_why_facts_are_unknown(repository, run):
    code = RIGHT + RIGHT.replace('"binary_crossentropy"', "make_loss()")
    repository.write("train.py", code)
    ran = run("inspect", "train.py")
    assert ran.code == 0
    assert 'Model: "train.py:10"' in ran.out
    assert 'Model: "train.py:24"' in ran.out
    assert "Not known from the program" in ran.out
    assert "loss: " in ran.out


def test_labels_next_to_a_program_are_not_its_labels(repository, run):
    import numpy as np

    repository.write("train.py", RIGHT)
    np.save("labels.npy", np.array([1, 2, 2, 1]))
    assert run("train.py").code == 0
    assert "KC206" in run("--labels", "labels.npy", "train.py").out


def test_a_program_checks_without_importing_what_trains(repository, child):
    repository.write("train.py", FAULTY)
    code = (
        "import sys\nfrom kerascheck.cli.program import exit_code\n"
        "exit_code(['train.py'])\n"
        "print(sorted({'numpy', 'keras', 'tensorflow', 'jax'} & set(sys.modules)))"
    )
    assert child("-c", code).out.endswith("[]\n")


def test_a_saved_model_is_checked_without_the_reader_of_programs(repository, child):
    repository.add("old", WRONG)
    code = (
        "import sys\nfrom kerascheck.cli.program import exit_code\n"
        "exit_code(['models/old.keras'])\n"
        "print([m for m in sys.modules if 'readers.source' in m])"
    )
    assert child("-c", code).out.endswith("[]\n")


@pytest.mark.parametrize(
    "name", ["n a\nb.py", 'q"u\\t.py', "tab\té.py", "+++ b.py", "plain name.py"]
)
def test_git_applies_the_diff_of_a_file_of_any_name(repository, run, name):
    repository.write(name, FAULTY)
    shown = run("--diff", "--unsafe-fixes")
    (repository.root / "fix.patch").write_text(shown.out, encoding="utf-8")
    git(repository.root, "apply", "fix.patch")
    assert (repository.root / name).read_text(encoding="utf-8") == RIGHT


VARIABLES = {
    "one value": ('LOSS = "mse"\n', "LOSS", True),
    "two values": ('LOSS = "mse"\nif DEBUG:\n    LOSS = "mae"\n', "LOSS", False),
    "a choice": ('LOSS = "mae" if DEBUG else "mse"\n', "LOSS", False),
}


@pytest.mark.parametrize(("before", "loss", "fixed"), VARIABLES.values(), ids=VARIABLES)
def test_a_variable_that_may_hold_another_loss_is_not_replaced(
    repository, run, before, loss, fixed
):
    wrong = RIGHT.replace('"sigmoid"', '"softmax"').replace("Dense(1,", "Dense(3,")
    bce = before.replace("mse", "binary_crossentropy")
    program = f"DEBUG = False\n{bce}" + wrong.replace('"binary_crossentropy"', loss)
    repository.write("train.py", program)
    shown = run("--diff", "--unsafe-fixes")
    assert ("categorical_crossentropy" in shown.out.partition("---")[2]) == fixed
    assert ("may have other values" in shown.err) != fixed


def test_a_program_that_is_a_link_out_of_the_tree_is_counted(
    repository, run, tmp_path_factory
):
    outside = tmp_path_factory.mktemp("outside") / "outside.py"
    outside.write_text(FAULTY)
    repository.write("train.py", RIGHT)
    (repository.root / "linked.py").symlink_to(outside)
    ran = run("--locked", "--output-format", "json")
    assert ran.code == 0
    (skipped,) = json.loads(ran.out)["skipped"]
    assert skipped["path"] == "linked.py"
    assert run("--locked", "--strict").code == 1
