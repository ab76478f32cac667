"""The program around the commands."""

import pytest

import kerascheck


def test_the_version_is_told(run):
    assert run("--version") == (0, f"kerascheck {kerascheck.__version__}\n", "")


def test_help_lists_the_commands(run):
    ran = run("--help")
    assert ran.code == 0
    for command in ("check", "inspect", "rule"):
        assert f"  {command} " in ran.out
    assert "..." not in ran.out.partition("Commands:")[2]


def test_help_of_check_tells_the_exit_codes(run):
    assert "Exit codes: 0" in " ".join(run("check", "-h").out.split())


def test_the_program_runs_as_a_module(child):
    ran = child("-m", "kerascheck", "--version")
    assert ran == (0, f"kerascheck {kerascheck.__version__}\n", "")


def test_a_misspelled_command_is_answered_by_the_nearest(run):
    ran = run("inspekt", "model.keras")
    assert ran.code == 2
    assert "did you mean the command 'inspect'?" in ran.err


def test_a_folder_called_like_a_command_is_pointed_to(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule").mkdir()
    note = "kerascheck: 'rule' is the command; the folder of that name is ./rule\n"
    assert run("rule").err == note
    assert run("rule", "--").err == note
    assert "folder" not in run("rule", "--", "-x").err
    assert run("rule", "KC101").err == ""
    assert "nothing to check" in run("./rule").err


def test_a_folder_may_have_almost_the_name_of_a_command(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    assert "nothing to check" in run("rules").err


def test_mlflow_without_a_command_is_one_line_that_names_it(run):
    ran = run("mlflow")
    assert ran.code == 2
    assert ran.err == "kerascheck: mlflow: Expected a command: tag.\n"


@pytest.mark.parametrize("word", ["help", "version"])
def test_an_option_that_is_a_command_elsewhere_is_named(word, run):
    ran = run(word)
    assert ran.code == 2
    assert f"'{word}'; the option is --{word}" in ran.err
    assert run(f"--{word}").code == 0
