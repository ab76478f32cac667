"""What reading has to say, as findings."""

import ast
import sys
from importlib import import_module
from pathlib import Path
from subprocess import run
from typing import get_args

import pytest

from kerascheck.engine import file_findings
from kerascheck.engine.file_findings import file_rules, finding_of, rule_for, unreadable
from kerascheck.model.description import Problem, ProblemKind
from kerascheck.readers.containers.values import RefusalKind

FOLDER = file_findings.__name__
BY_CODE = {rule.code: rule for rule in file_rules()}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("weights-only", "KC003"),
        ("exported-without-training-config", "KC004"),
        ("uncompiled", "KC005"),
        ("architecture-only", "KC005"),
        ("not-compiled", "KC005"),
        ("container-under-wrong-name", "KC006"),
        ("duplicate-key", "KC007"),
        ("duplicate-member", "KC007"),
        ("nul-in-name", "KC007"),
        ("polyglot", "KC007"),
        ("own-compile-config", "KC010"),
        ("loss-mismatch", "KC011"),
        ("metric-mismatch", "KC011"),
        ("loss-by-name", "KC011"),
        ("odd-encoding", "KC012"),
        ("odd-value", "KC012"),
        ("broken-graph", "KC013"),
        ("graph-too-large", "KC013"),
        ("bad-metadata", "KC014"),
        ("labels-for-no-head", "KC015"),
        ("label-file-not-used", "KC027"),
    ],
)
def test_each_kind_has_its_code(kind, code):
    finding = finding_of(Problem(kind=kind, message="it is so"), "a.keras")
    assert (finding.code, finding.name) == (code, BY_CODE[code].name)


@pytest.mark.parametrize("kind", get_args(ProblemKind))
def test_every_kind_of_problem_has_a_rule(kind):
    rule = rule_for(kind)
    assert kind in (rule.name, *rule.kinds)


def test_rules_list_no_kind_that_nothing_reports():
    pointers = {"dvc-pointer", "git-annex-pointer"}
    listed = [kind for rule in file_rules() for kind in rule.kinds]
    assert len(set(listed)) == len(listed)
    assert set(listed) <= {*get_args(ProblemKind), *pointers}
    assert all(set(rule.remedies) <= {*rule.kinds} for rule in file_rules())


@pytest.mark.parametrize("kind", get_args(RefusalKind))
def test_every_refusal_is_an_error(kind):
    finding = unreadable(kind, "it ends early", "a.keras")
    assert finding.severity == "error"
    pointers = {"git-lfs-pointer": "KC002", "git-annex-pointer": "KC026"}
    assert finding.code == pointers.get(kind, "KC001")


def test_a_pointer_of_dvc_is_an_error():
    finding = unreadable("dvc-pointer", "it was never fetched", "a.keras.dvc")
    assert (finding.code, finding.severity) == ("KC026", "error")


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("uncompiled", "call `compile()` before `save()`"),
        ("not-compiled", "call `compile()` before the model is checked"),
        ("label-file-not-used", BY_CODE["KC027"].remedy),
    ],
)
def test_what_to_do_differs_between_saved_and_live_models(kind, remedy):
    finding = finding_of(Problem(kind=kind, message="it is so"), "a.keras")
    assert finding.fix.title == remedy


def test_a_problem_of_a_head_is_located_there():
    problem = Problem(
        kind="odd-value",
        message="the loss weight is nan",
        head="digit",
        origin="config.json: /compile_config/loss_weights",
    )
    finding = finding_of(problem, "a.keras")
    assert finding.head == "digit"
    assert finding.location == "heads.digit"
    assert finding.pointer == "/compile_config/loss_weights"


@pytest.mark.parametrize(
    ("origin", "location", "pointer"),
    [
        ("config.json: /loss", "config.json: /loss", "/loss"),
        ("/loss", "/loss", "/loss"),
        ("config.json", "", ""),
        ("", "", ""),
    ],
)
def test_a_problem_of_no_head_is_located_at_its_place(origin, location, pointer):
    problem = Problem(kind="odd-value", message="it is nan", origin=origin)
    finding = finding_of(problem, "a.keras")
    assert finding.head is None
    assert (finding.location, finding.pointer) == (location, pointer)


def test_codes_and_names_are_unique():
    assert len({rule.code for rule in file_rules()}) == len(file_rules())
    assert len({rule.name for rule in file_rules()}) == len(file_rules())


@pytest.mark.parametrize("rule", file_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_page_that_says_what_to_do(rule):
    assert rule.code.startswith("KC0")
    assert rule.page.startswith(f"{rule.summary[:1].upper()}{rule.summary[1:]}.\n\n")
    assert "\n## What it is\n" in rule.page
    assert "\n## What to do\n" in rule.page


@pytest.mark.parametrize("rule", file_rules(), ids=lambda rule: rule.code)
def test_the_module_of_a_rule_has_its_name(rule):
    module = import_module(f"{FOLDER}.{rule.name.replace('-', '_')}")
    assert module.RULE is rule


def test_no_module_takes_the_name_of_a_function_of_its_package():
    (folder,) = map(Path, file_findings.__path__)
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert functions
    assert functions.isdisjoint(path.stem for path in folder.glob("*.py"))


def test_nothing_is_imported_before_a_file_has_something_to_say():
    code = f"import sys, kerascheck.api, {FOLDER}; print(*sys.modules)"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.startswith(f"{FOLDER}.")]
