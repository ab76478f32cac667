"""python -m tools: what it refuses."""

from click.testing import CliRunner

from tools.__main__ import main


def test_case_that_does_not_exist_is_a_usage_error(tmp_path):
    asked = ["fixtures", "--out", str(tmp_path), "--case", "no-such-case"]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert "no case is called no-such-case" in done.output
    assert not list(tmp_path.iterdir())


def test_family_of_a_new_rule_is_asked_for():
    done = CliRunner().invoke(main, ["new-rule", "labels-upside-down"])
    assert done.exit_code == 2
    assert "--family" in done.output
