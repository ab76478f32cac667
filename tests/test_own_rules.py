"""Users' own rules: from entry points, and by name; those in the guide really run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
RULE, TEST = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
MODEL = ROOT / "fixtures" / "tables-digits-softmax-sparse" / "model.keras"
OFFER = "[console_scripts]\nx = y:z\n\n[kerascheck.rules]\nteam = {}\n"


@pytest.fixture
def site(tmp_path):
    """Return a folder on the path of a distribution with the rule of the guide."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "team_rules.py").write_text(RULE, encoding="utf-8")
    return folder


def offer(site, module="team_rules"):
    metadata = site / "team_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "entry_points.txt").write_text(OFFER.format(module))


@pytest.fixture
def run(tmp_path):
    """Run Python in an empty folder of its own."""
    here = tmp_path / "here"
    here.mkdir()

    def run(*arguments, path=(), cwd=here, settings=None):
        python_path = os.pathsep.join(map(str, [*path, ROOT]))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": python_path, **(settings or {})},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def rules(run, *arguments, path=(), **settings):
    command = ("-m", "kerascheck", "rule", "--output-format", "json", *arguments)
    return run(*command, path=path, **settings)


def codes(ran):
    assert ran.returncode == 0, ran.stderr
    return {card["code"] for card in json.loads(ran.stdout)}


def test_an_installed_rule_runs_beside_ours(run, site):
    offer(site)
    assert {"KC101", "KC901"} <= codes(rules(run, path=[site]))


def test_a_named_module_runs_beside_ours(run, site):
    assert "KC901" in codes(rules(run, "--rules", "team_rules", path=[site]))


def test_a_module_that_is_installed_and_named_runs_once(run, site):
    offer(site)
    cards = rules(run, "--rules", "team_rules", path=[site]).stdout
    assert cards.count('"code": "KC901"') == 1


def test_a_package_of_rules_runs(run, site):
    package = site / "team"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (site / "team_rules.py").rename(package / "wide_heads.py")
    offer(site, "team")
    assert "KC901" in codes(rules(run, path=[site]))


def test_the_test_in_the_guide_passes(run, site):
    (site / "test_team_rules.py").write_text(TEST, encoding="utf-8")
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(site), path=[site])
    assert "1 passed" in ran.stdout


def test_the_page_of_an_own_rule_shows_programs(run, site):
    ran = run("-m", "kerascheck", "rule", "--rules", "team_rules", "KC901", path=[site])
    assert ran.stdout.startswith("# KC901 head-wider-than-label-store\n")
    assert "## Bad\n```python\nimport keras" in ran.stdout


def test_an_own_rule_finds_in_a_model(run, site):
    narrow = RULE.replace("CLASSES = 100", "CLASSES = 5")
    (site / "team_rules.py").write_text(narrow, encoding="utf-8")
    arguments = ["--rules", "team_rules", "--select", "KC9", str(MODEL)]
    ran = run("-m", "kerascheck", *arguments, path=[site])
    assert ran.returncode == 1, ran.stderr
    assert "has 10 units for 5 classes" in ran.stdout


def test_a_finding_of_an_own_rule_becomes_known_and_is_pruned_when_mended(run, site):
    rule = site / "team_rules.py"
    rule.write_text(RULE.replace("CLASSES = 100", "CLASSES = 5"), encoding="utf-8")
    shutil.copy(MODEL, site / "model.keras")
    told = ("--rules", "team_rules", "--select", "KC9", "--ignore", "KC0")

    def kerascheck(*command):
        arguments = ("-m", "kerascheck", *command, *told)
        return run(*arguments, path=[site], cwd=site, settings={"CI": ""})

    wrote = kerascheck("baseline", "write")
    assert wrote.stdout.startswith("1 known finding"), wrote.stderr
    assert kerascheck().returncode == 0
    rule.write_text(RULE, encoding="utf-8")
    assert kerascheck("baseline", "prune").stdout == "1 entry removed, 0 left\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"KC901"', '"KC501"', "from KC900 to KC999. Received: 'KC501'"),
        ("head-wider-than-label-store", "softmax-on-one-unit", "taken by kerascheck"),
        ("from kerascheck import kit", "import nothing_here", "ModuleNotFoundError"),
        ("RULE = kit.Rule(", "CARD = kit.Rule(", "Expected a module with RULE"),
    ],
)
def test_a_rule_that_can_not_be_used_is_one_line_and_exit_code_2(
    run, site, old, new, told
):
    (site / "team_rules.py").write_text(RULE.replace(old, new), encoding="utf-8")
    ran = rules(run, "--rules", "team_rules", path=[site])
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert told in ran.stderr


def test_two_rules_with_one_code_are_refused(run, site):
    (site / "more_rules.py").write_text(RULE, encoding="utf-8")
    ran = rules(run, "--rules", "team_rules", "--rules", "more_rules", path=[site])
    assert ran.returncode == 2
    assert "KC901 is taken by rules 'team_rules'" in ran.stderr


def test_nothing_in_the_current_directory_is_run(run, site):
    (site / "team_rules.py").write_text("open('ran', 'w').close()")
    offer(site)
    assert "KC901" not in codes(rules(run, path=[site], cwd=site))
    assert not (site / "ran").exists()


def test_no_configuration_file_names_rules(run, site):
    (site / "kerascheck.toml").write_text('rules = ["team_rules"]\n')
    shutil.copy(MODEL, site / "model.keras")
    ran = run("-m", "kerascheck", str(site / "model.keras"), path=[site])
    assert ran.returncode == 2
    assert "'rules'" in ran.stderr
