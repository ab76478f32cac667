"""The program around the commands."""

import kerascheck


def test_the_version_is_told(run):
    assert run("--version") == (0, f"kerascheck {kerascheck.__version__}\n", "")


def test_help_lists_the_commands(run):
    ran = run("--help")
    assert ran.code == 0
    for command in ("check", "inspect", "rule"):
        assert f"  {command} " in ran.out


def test_help_of_check_tells_the_exit_codes(run):
    assert "Exit codes: 0" in " ".join(run("check", "-h").out.split())


def test_the_program_runs_as_a_module(child):
    ran = child("-m", "kerascheck", "--version")
    assert ran == (0, f"kerascheck {kerascheck.__version__}\n", "")
