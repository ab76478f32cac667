"""Saved models as items: one for each model and rule."""

import json
import shutil
from xml.etree import ElementTree

import pytest

from kerascheck import api
from kerascheck.checks import checking
from kerascheck.cli.program import exit_code
from kerascheck.rules import all_rules
from kerascheck.suppress.rule_selection import FILE_CODES
from tests.plugin.conftest import FIXTURES

CODES = [FILE_CODES, *(rule.code for rule in all_rules())]


def outcomes(ran):
    """Return what became of each item, by its id."""
    told = {"PASSED": "passed", "FAILED": "failed", "SKIPPED": "skipped"}
    pairs = (line.split()[:2] for line in ran.outlines if "::" in line)
    return {name: told[word] for name, word, *_ in pairs if word in told}


def these(ran, outcome):
    """Return the ids of items with one outcome, without the model."""
    found = outcomes(ran).items()
    return [name.partition("::")[2] for name, became in found if became == outcome]


def reasons(ran):
    """Return why items were skipped, by their id; needs -vv."""
    lines = [line for line in ran.outlines if "::" in line and " SKIPPED (" in line]
    pairs = (line.partition(" SKIPPED (")[::2] for line in lines)
    return {name: why.rpartition(")")[0] for name, why in pairs}


def test_each_model_and_rule_is_an_item(right):
    ran = right.run("--kerascheck", "--collect-only", "-q")
    assert [line for line in ran.outlines if "::" in line] == [
        f"models/a.keras::{code}" for code in CODES
    ]


def test_nothing_is_collected_unasked(right):
    assert "collected 0 items" in right.run().stdout.str()


def test_a_rule_that_finds_nothing_passes(right):
    right.run("--kerascheck").assert_outcomes(passed=len(CODES))


def test_a_rule_that_finds_something_fails(wrong):
    ran = wrong.run("--kerascheck", "-v")
    assert these(ran, "failed") == ["KC101"]
    assert "KC102" in these(ran, "passed")


def test_the_failure_is_the_finding_as_on_the_command_line(wrong, capsys):
    ran = wrong.run("--kerascheck")
    capsys.readouterr()
    assert exit_code(["-q", "models"]) == 1
    ran.stdout.fnmatch_lines(["_* models/a.keras::KC101 logits-scored-as-* _*"])
    assert capsys.readouterr().out.strip() in ran.stdout.str()


def test_what_a_rule_could_not_decide_is_skipped_with_the_reason(wrong):
    (wrong.path / "models" / "a.labels.npy").unlink()
    ran = wrong.run("--kerascheck", "-vv")
    assert reasons(ran)["models/a.keras::KC209"] == "no labels were given"
    ran = wrong.run("--kerascheck", "-rs")
    ran.stdout.fnmatch_lines(["SKIPPED * models/a.keras:1: no labels were given"])


def test_what_another_fix_mends_is_skipped_with_the_reason(project):
    project.add("a.keras", "tables-tags-sigmoid-categorical")
    (finding,) = api.check("a.keras").findings
    (follows,) = finding.follows
    ran = project.run("--kerascheck", "-vv")
    why = f"follows from {finding.code}, whose fix also fixes it"
    assert reasons(ran)[f"a.keras::{follows.code}"] == why


def test_undecided_rules_fail_where_the_configuration_is_strict(wrong):
    (wrong.path / "models" / "a.labels.npy").unlink()
    wrong.file("kerascheck.toml", "strict = true")
    ran = wrong.run("--kerascheck", "-v")
    assert "KC209" in these(ran, "failed")
    ran.stdout.fnmatch_lines(["undecided KC209 labels-not-finite at *"])


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("file-truncated", "error[[]KC001] unreadable-model"),
        ("file-git-lfs-pointer", "error[[]KC002] git-lfs-pointer"),
    ],
)
def test_a_model_that_can_not_be_read_fails_and_its_rules_are_open(project, case, says):
    project.add("a.keras", case)
    ran = project.run("--kerascheck", "-vv")
    assert these(ran, "failed") == [FILE_CODES]
    assert set(reasons(ran).values()) == {"it cannot be read"}
    assert len(reasons(ran)) == len(CODES) - 1
    ran.stdout.fnmatch_lines([says])


@pytest.mark.parametrize("case", ["file-uncompiled", "file-exported"])
def test_nothing_passes_where_nothing_could_be_checked(project, case):
    project.add("a.keras", case)
    ran = project.run("--kerascheck", "a.keras")
    ran.assert_outcomes(skipped=len(CODES))
    ran.stdout.fnmatch_lines(["not checked: a.keras: *"])


def test_a_note_about_the_file_passes_and_is_told(project):
    shutil.copy(FIXTURES / "artefacts/2.15.0/func_list_out.h5", project.path / "a.h5")
    ran = project.run("--kerascheck", "-v")
    assert FILE_CODES in these(ran, "passed")
    ran.stdout.fnmatch_lines(["a.h5: KC024 note: *"])


@pytest.mark.parametrize(
    "case", ["format-folder-wrong", "format-keras-2-saved-model-wrong"]
)
def test_a_folder_that_is_a_model_is_one_node(project, case):
    project.add("models/whole", case)
    ran = project.run("--kerascheck", "-v")
    assert {name.partition("::")[0] for name in outcomes(ran)} == {"models/whole"}
    assert these(ran, "failed") == [f.code for f in api.check("models/whole")]


def test_a_file_of_weights_is_no_model(project):
    project.add("weights.h5", "file-weights-only")
    ran = project.run("--kerascheck", "-vv")
    why = "the file holds no compile information"
    assert reasons(ran) == {f"weights.h5::{FILE_CODES}": why}


def test_other_json_is_no_model(project):
    project.file("data.json", json.dumps({"measures": [1, 2]}))
    assert "collected 0 items" in project.run("--kerascheck").stdout.str()


def test_tests_beside_models_still_run(wrong):
    wrong.file("models/test_more.py", "def test_more(): pass")
    assert "models/test_more.py::test_more" in outcomes(wrong.run("--kerascheck", "-v"))


def test_what_is_excluded_is_skipped_with_the_reason(wrong):
    wrong.file("kerascheck.toml", 'exclude = ["models"]')
    ran = wrong.run("--kerascheck", "-vv")
    assert reasons(ran) == {"models/a.keras::KC0": "excluded by the configuration"}


def test_what_is_excluded_and_named_is_checked(wrong):
    wrong.file("kerascheck.toml", 'exclude = ["models"]')
    ran = wrong.run("--kerascheck", "models/a.keras", "-v")
    assert these(ran, "failed") == ["KC101"]


@pytest.mark.parametrize("case", ["parabola-right", "format-folder-right"])
@pytest.mark.parametrize("named", [(), ("b.keras",)], ids=["", "named"])
def test_a_link_in_the_project_is_followed(project, case, named):
    (project.path / "b.keras").symlink_to(project.add("old/a.keras", case))
    ran = project.run("--kerascheck", "-v", *named)
    assert outcomes(ran)["b.keras::KC101"] == "passed"


def test_a_link_to_a_folder_above_it_leads_to_no_model_again(project):
    project.add("models/a.keras", "parabola-logits-as-probabilities")
    (project.path / "models" / "up").symlink_to("..")
    ran = project.run("--kerascheck", "--collect-only", "-q")
    assert "models/a.keras::KC101" in ran.stdout.str()
    assert "up/" not in ran.stdout.str()


def test_a_link_to_a_folder_elsewhere_is_skipped_with_the_reason(
    project, tmp_path_factory
):
    case = FIXTURES / "format-folder-right" / "model"
    elsewhere = shutil.copytree(case, tmp_path_factory.mktemp("elsewhere") / "m")
    (project.path / "m").symlink_to(elsewhere)
    (project.path / "more").symlink_to(elsewhere.parent)
    ran = project.run("--kerascheck", "-vv")
    assert reasons(ran)["m::KC0"] == "a link out of the tree"
    ran = project.run("--kerascheck", "m", "-v")
    assert outcomes(ran)["m::KC101"] == "passed"


def test_a_model_folder_hides_nothing_in_it(project):
    project.add("m", "format-folder-right")
    project.add("m/deep/wrong.keras", "parabola-logits-as-probabilities")
    ran = project.run("--kerascheck", "-v")
    assert outcomes(ran)["m::KC101"] == "passed"
    assert outcomes(ran)["m/deep/wrong.keras::KC101"] == "failed"
    ran = project.run("--kerascheck", "-v", "m/deep/wrong.keras::KC101")
    assert outcomes(ran) == {"m/deep/wrong.keras::KC101": "failed"}


def test_a_pointer_without_its_model_fails(project):
    project.file("a.keras.dvc", "outs:\n- md5: 0\n  path: a.keras\n")
    assert these(project.run("--kerascheck", "-v"), "failed") == ["KC0"]


def test_what_the_baseline_knows_is_skipped_with_the_reason(wrong):
    assert exit_code(["baseline", "write", "--reason", "old", "models"]) == 0
    ran = wrong.run("--kerascheck", "-vv")
    assert reasons(ran) == {"models/a.keras::KC101": "suppressed by baseline: old"}


def test_what_the_configuration_ignores_is_skipped_with_the_reason(wrong):
    wrong.file("kerascheck.toml", '[per-model-ignores]\n"models/*" = ["KC101"]')
    ran = wrong.run("--kerascheck", "-vv")
    assert reasons(ran) == {
        "models/a.keras::KC101": "suppressed by per-model-ignores",
    }


def test_the_configuration_and_its_labels_hold_in_another_folder(right, monkeypatch):
    right.add("data/other.keras", "parabola-integer-labels")
    right.file(
        "kerascheck.toml", '[models."models/*"]\nlabels = "data/other.labels.npy"'
    )
    right.file("pytest.ini", "[pytest]")
    monkeypatch.chdir(right.path / "models")
    ran = right.run("--kerascheck", "../models", "-v")
    assert these(ran, "failed") == ["KC201"]


def test_a_model_is_read_once(right, monkeypatch):
    read, paths = checking.read, []
    monkeypatch.setattr(checking, "read", lambda path: paths.append(path) or read(path))
    right.run("--kerascheck").assert_outcomes(passed=len(CODES))
    assert paths == ["models/a.keras"]


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (["--kerascheck-select", "KC1", "--kerascheck-ignore", "KC101,KC102"], 20),
        (["-k", "KC101"], 1),
        (["-k", "logits-scored-as-probabilities"], 1),
        (["models/a.keras::KC101"], 1),
        (["--deselect", "models/a.keras::KC101"], len(CODES)),
        (["-m", "kerascheck"], len(CODES)),
        (["-m", "not kerascheck"], 1),
    ],
)
def test_items_are_selected_as_tests_are(right, options, number):
    right.test("def test_other(): pass")
    right.run("--kerascheck", *options).assert_outcomes(passed=number)


@pytest.mark.parametrize(
    ("options", "failed"),
    [([], ["KC306"]), (["--kerascheck-fail-on", "error"], [])],
)
def test_what_fails_is_an_option(project, options, failed):
    project.add("a.keras", "two-gaussians-accuracy-at-one-half")
    ran = project.run("--kerascheck", "-v", *options)
    assert these(ran, "failed") == failed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--kerascheck-select", "KC7"], "no rule is called 'KC7'"),
        (["--kerascheck-fail-on", "fatal"], "Received: 'fatal'"),
    ],
)
def test_a_wrong_option_ends_the_run(right, options, says):
    ran = right.run(*options)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert says in ran.stderr.str()


def test_a_wrong_configuration_ends_the_run(right):
    right.file("kerascheck.toml", "selekt = []")
    ran = right.run("--kerascheck")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["ERROR: kerascheck: kerascheck.toml: unknown key*"])


def test_a_missing_label_file_is_told_without_a_traceback(right):
    right.file("kerascheck.toml", '[models."*"]\nlabels = "none.npy"')
    ran = right.run("--kerascheck", "-k", "KC101")
    ran.stdout.fnmatch_lines(
        ["kerascheck.toml: the label file 'none.npy' does not exist"]
    )
    assert "Traceback" not in ran.stdout.str()
    assert "items.py" not in ran.stdout.str()


@pytest.mark.parametrize("key", ["labels", "baseline"])
def test_a_configuration_that_leads_out_of_the_project_is_refused(
    right, tmp_path_factory, key
):
    outside = tmp_path_factory.mktemp("outside") / "passwd"
    outside.write_text("secret")
    right.file("kerascheck.toml", f'{key} = "{outside}"')
    ran = right.run("--kerascheck")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(
        [f"ERROR: kerascheck: kerascheck.toml: {key}: *leads out*"]
    )
    assert "secret" not in ran.stdout.str() + ran.stderr.str()


def test_a_baseline_that_leads_out_of_the_project_is_refused(right, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "passwd"
    outside.write_text("secret")
    (right.path / "kerascheck-baseline.json").symlink_to(outside)
    ran = right.run("--kerascheck")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert "leads out of the tree" in ran.stderr.str()


def test_junit_has_code_and_fingerprint(wrong):
    wrong.run("--kerascheck", "--junit-xml=junit.xml")
    (case,) = (
        case
        for case in ElementTree.parse(wrong.path / "junit.xml").iter("testcase")
        if case.find("failure") is not None
    )
    told = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert case.get("name") == "KC101"
    assert told["kerascheck.code"] == "KC101"
    (finding,) = api.check("models")
    assert told["kerascheck.fingerprint"] == finding.fingerprint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\nkerascheck = true\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\nkerascheck = true\n"),
        ("pyproject.toml", "[tool.pytest]\nkerascheck = true\n"),
        ("pytest.toml", "[pytest]\nkerascheck = true\n"),
    ],
)
def test_settings_turn_it_on(right, name, text):
    if pytest.version_tuple < (9,) and name != "pytest.ini" and "ini_" not in text:
        pytest.skip("pytest 8 does not know this style")
    right.file(name, text)
    right.run("--strict-config").assert_outcomes(passed=len(CODES))


def _failing(case):
    told = json.loads((FIXTURES / case / "expected.json").read_text())["findings"]
    codes = {f["code"] for f in told if f["severity"] != "note"}
    return {FILE_CODES if code.startswith(FILE_CODES) else code for code in codes}


FORMATS = sorted(path.name for path in FIXTURES.glob("format-*"))
CASES = sorted(path.parent.name for path in FIXTURES.glob("*-*/expected.json"))


@pytest.mark.parametrize("case", FORMATS)
def test_every_format_fails_where_it_should(project, case):
    (model,) = (FIXTURES / case).glob("model*")
    project.add(model.name, case)
    assert set(these(project.run("--kerascheck", "-v"), "failed")) == _failing(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_fixture_fails_where_it_should(project, case):
    (model,) = (FIXTURES / case).glob("model*")
    project.add(model.name, case)
    assert set(these(project.run("--kerascheck", "-v"), "failed")) == _failing(case)


def test_a_configuration_that_turns_rules_off_is_named_in_the_header(right):
    right.file("kerascheck.toml", 'ignore = ["KC301"]')
    ran = right.run("--kerascheck")
    ran.stdout.fnmatch_lines(["kerascheck: kerascheck.toml turns KC301 off"])
