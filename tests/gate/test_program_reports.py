"""What other tools read of programs and notebooks: reports, baseline, one diff."""

import json
import re
from urllib.parse import unquote

import junitparser
import pytest

from tests.gate.test_programs import FACTORY, FAULTY, LOGITS
from tests.readers.source.test_text import notebook
from tests.report.formats.test_sarif import VALIDATOR

NAME = "a b,é.ipynb"
BROKEN = "import keras\nmodel.compile(\nprint 'x'\n"


@pytest.fixture
def tree(repository):
    """Write a notebook with two faults, programs with two, and one with none to see."""
    repository.write(NAME, notebook("# x", FAULTY, LOGITS))
    repository.write("src/train.py", f"{FACTORY}\nbuild(1)\nbuild(2)\n")
    repository.write("src/broken.py", BROKEN)
    return repository


def lines_of(tree, file):
    return (tree.root / file).read_text().splitlines()


def test_sarif_is_valid_and_at_lines_of_the_file(tree, run):
    log = json.loads(run("--output-format", "sarif", ".").out)
    VALIDATOR.validate(log)
    results = log["runs"][0]["results"]
    prints = [r["partialFingerprints"]["kerascheck/v1"] for r in results]
    assert len(set(prints)) == len(results) == 5
    places = [each["locations"][0]["physicalLocation"] for each in results]
    texts = {
        (result["ruleId"], unquote(place["artifactLocation"]["uri"])): lines_of(
            tree, unquote(place["artifactLocation"]["uri"])
        )[place["region"]["startLine"] - 1]
        for result, place in zip(results, places, strict=True)
    }
    assert "softmax" in texts["KC103", NAME]
    assert "binary_crossentropy" in texts["KC101", NAME]
    assert "softmax" in texts["KC103", "src/train.py"]
    assert "binary_crossentropy" in texts["KC107", "src/train.py"]
    assert texts["KC028", "src/broken.py"] == "model.compile("


def test_annotations_are_at_lines_of_the_file(tree, run):
    ran = run("--output-format", "github", ".")
    places = re.findall(r"\((KC\d+)\),file=(.*?),line=(\d+)::", ran.out)
    assert len(places) == 5
    for code, file, line in places:
        text = lines_of(tree, file.replace("%2C", ","))[int(line) - 1]
        word = {"KC103": "softmax", "KC028": "compile("}.get(code, "binary_cross")
        assert word in text


def test_junit_has_a_suite_for_each_model(tree, run):
    xml = run("--output-format", "junit", ".").out
    suites = list(junitparser.JUnitXml.fromstring(xml.encode()))
    failures = {suite.name: suite.failures for suite in suites}
    assert failures[f"{NAME}:cell 2:10"] == failures[f"{NAME}:cell 3:10"] == 1
    assert failures["src/train.py:8"] == failures["src/train.py:8 (2)"] == 1
    assert sum(failures.values()) == 4
    (broken,) = [suite for suite in suites if suite.name == "src/broken.py"]
    assert [case.name for case in broken] == ["KC028 program-not-understood"]


def test_a_baseline_holds_when_cells_move(tree, run):
    assert run("baseline", "write", ".").code == 0
    tree.write(NAME, notebook("# x", "y = 1", FAULTY.replace("\n\n", "\n" * 5), LOGITS))
    ran = run(".")
    assert ran.code == 0
    assert "5 known in the baseline" in ran.out


def test_one_diff_has_programs_and_notebooks(tree, run):
    tree.write("src/other.py", FAULTY)
    diff = run("--diff", ".").out
    assert [line for line in diff.splitlines() if line.startswith("+++")] == [
        f"+++ b/{NAME}",
        "+++ b/src/other.py",
    ]
