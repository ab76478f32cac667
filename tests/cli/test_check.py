"""kerascheck check: exit codes, options, streams."""

import errno
import json
from dataclasses import replace

import numpy as np
import pytest

from kerascheck import kit
from kerascheck.model.errors import UnreadableModel

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))
NOTED = kit.classifier("sigmoid", "mse", labels=kit.labels("binary"))
NOT_COMPILED = replace(BAD, compiled=False)
BROKEN = UnreadableModel("truncated", "the archive ends early")


# Exit codes.


def test_a_clean_model_exits_with_0(saved, run):
    saved({"a.keras": GOOD})
    assert run("a.keras").code == 0


def test_findings_exit_with_1(saved, run):
    saved({"a.keras": BAD})
    assert run("a.keras").code == 1


def test_an_unreadable_model_exits_with_1(saved, run):
    saved({"a.keras": BROKEN, "b.keras": GOOD})
    assert run(".").code == 1


def test_a_missing_path_exits_with_2(saved, run):
    saved({})
    ran = run("nowhere.keras")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("kerascheck: ")
    assert "nowhere.keras" in ran.err


def test_a_directory_without_models_exits_with_3(saved, run):
    saved({})
    ran = run(".")
    assert ran.code == 3
    assert "no saved model and no program that compiles one" in ran.err


def test_models_of_which_none_could_be_judged_exit_with_3(saved, run):
    saved({"a.keras": NOT_COMPILED})
    ran = run("a.keras")
    assert ran.code == 3
    assert "the model is not compiled" in ran.err


def test_one_judged_model_among_others_exits_with_0(saved, run):
    saved({"a.keras": NOT_COMPILED, "b.keras": GOOD})
    assert run(".").code == 0


def test_rules_that_were_all_undecided_exit_with_3(saved, run):
    saved({"a.keras": kit.classifier("unknown", "my_own_loss", metrics=None)})
    assert run("a.keras", "--select", "KC101").code == 3


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 0), ("note", 1), ("never", 0)]
)
def test_fail_on_sets_the_least_severity_that_fails(saved, run, fail_on, code):
    saved({"a.keras": NOTED})
    ran = run("a.keras", "--fail-on", fail_on)
    assert "note[" in ran.out
    assert ran.code == code


def test_fail_on_never_lets_errors_pass(saved, run):
    saved({"a.keras": BAD})
    assert run("a.keras", "--fail-on", "never").code == 0


def test_exit_zero_is_no_success_where_nothing_was_checked(saved, run):
    saved({".hidden/a.keras": BAD})
    assert run("--exit-zero", "--strict").code == 3


def test_exit_zero_lets_findings_pass(saved, run):
    saved({"a.keras": BAD})
    ran = run("a.keras", "--exit-zero")
    assert ran.code == 0
    assert "KC101" in ran.out


@pytest.mark.parametrize("name", ["json", "concise", "text"])
def test_the_exit_code_does_not_depend_on_the_format(saved, run, name):
    saved({"a.keras": BAD})
    assert run("a.keras", "--output-format", name).code == 1


# Arguments.


def test_check_is_the_default_command(saved, run):
    saved({"a.keras": BAD})
    assert run("a.keras") == run("check", "a.keras")


def test_the_current_directory_is_the_default_path(saved, run):
    saved({"a.keras": BAD})
    assert run() == run("a.keras")


def test_options_may_come_first(saved, run):
    saved({"a.keras": BAD})
    assert run("--ignore", "KC101", "a.keras").code == 0


@pytest.mark.parametrize("name", ["-a.keras", "rule", "--help", "@a.keras"])
def test_after_two_dashes_everything_is_a_path(saved, run, name):
    saved({name: BAD})
    ran = run("--", name)
    assert f"{name}: heads.out" in ran.out


def test_the_same_model_by_two_paths_is_checked_once(saved, run):
    saved({"a.keras": BAD})
    ran = run("a.keras", "./a.keras", ".")
    assert ran.out.count("error[KC101]") == 1


def test_select_and_ignore_take_codes_names_and_prefixes(saved, run):
    saved({"a.keras": BAD})
    assert run("a.keras", "--select", "KC1").code == 1
    assert run("a.keras", "--select", "KC3,KC1", "--ignore", "KC101").code == 0
    assert run("a.keras", "--ignore", "logits-scored-as-probabilities").code == 0
    assert run("a.keras", "--select", "KC1", "--extend-select", "KC2").code == 1
    assert run("a.keras", "--select", "ALL").code == 1


def test_an_unknown_rule_is_told_with_what_is_near(saved, run):
    saved({"a.keras": BAD})
    ran = run("a.keras", "--select", "logits-scored-as-probabilites")
    assert ran.code == 2
    assert "did you mean 'logits-scored-as-probabilities'?" in ran.err


def test_an_unknown_option_is_told_with_what_is_near(saved, run):
    saved({})
    ran = run("--lables", "y.npy")
    assert ran.code == 2
    assert "--labels" in ran.err
    assert ran.err.count("\n") == 1


def test_labels_are_taken_from_the_option(saved, run):
    home = saved({"a.keras": kit.classifier("sigmoid", "bce")})
    np.save(home / "mine.npy", np.array([-1, 1] * 50))
    assert run("a.keras").code == 0
    assert run("a.keras", "--labels", "mine.npy").code == 1


def test_the_task_is_taken_from_the_option(saved, run):
    saved({"a.keras": GOOD})
    ran = run("a.keras", "--task", "binary", "--output-format", "json")
    assert json.loads(ran.out)["models"][0]["task"] == "binary"


# Configuration.


def test_the_nearest_configuration_is_used(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('ignore = ["KC101"]')
    assert run("a.keras").code == 0


def test_isolated_uses_none(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('ignore = ["KC101"]')
    assert run("a.keras", "--isolated").code == 1


def test_a_configuration_can_be_named(saved, run):
    home = saved({"a.keras": BAD})
    (home / "other.toml").write_text('ignore = ["KC101"]')
    assert run("a.keras", "--config", "other.toml").code == 0


def test_isolated_and_config_exclude_each_other(saved, run):
    saved({"a.keras": BAD})
    assert run("a.keras", "--isolated", "--config", "other.toml").code == 2


def test_options_beat_the_configuration(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text(
        'ignore = ["KC101"]\nfail-on = "never"\noutput-format = "json"'
    )
    ran = run("--select", "KC101", "--fail-on", "note", "--output-format", "concise")
    assert ran.code == 1
    assert ran.out.startswith("a.keras: KC101 error: ")


def test_the_configuration_sets_format_and_least_severity(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('fail-on = "never"\noutput-format = "json"')
    ran = run(".")
    assert ran.code == 0
    assert json.loads(ran.out)["summary"]["errors"] == 1


def test_a_wrong_configuration_exits_with_2_and_one_line(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('igonre = ["KC101"]')
    ran = run(".")
    assert ran.code == 2
    assert ran.err == (
        "kerascheck: kerascheck.toml: unknown key 'igonre'; did you mean 'ignore'?\n"
    )


def test_environment_variables_stand_for_options(saved, run, monkeypatch):
    saved({"a.keras": BAD})
    monkeypatch.setenv("KERASCHECK_FAIL_ON", "never")
    assert run(".").code == 0


# Output.


def test_quiet_shows_findings_only(saved, run):
    saved({"a.keras": BAD, "b.keras": GOOD})
    ran = run("-q", ".")
    assert ran.out.startswith("error[KC101]")
    assert "models" not in ran.out


def test_silent_shows_nothing(saved, run):
    saved({"a.keras": BAD})
    assert run("-s", ".") == (1, "", "")


def test_verbose_lists_what_was_undecided_and_skipped(saved, run):
    home = saved({"a.keras": kit.classifier("sigmoid", "bce")})
    (home / "link.keras").symlink_to("nowhere")
    ran = run("-v", ".")
    assert "undecided KC2" in ran.out
    assert "skipped link.keras: a link that leads nowhere" in ran.out
    assert ran.out.endswith("1 passed over: 1 link\n")


def test_statistics_count_the_findings(saved, run):
    saved({"a.keras": BAD, "b.keras": BAD})
    ran = run("--statistics", ".")
    assert ran.out.startswith("    2  KC101  [*] logits-scored-as-probabilities\n")


def test_with_json_stdout_holds_the_document_and_nothing_else(saved, run):
    saved({})
    ran = run(".", "--output-format", "json")
    assert json.loads(ran.out)["models"] == []
    assert ran.err


def test_the_report_can_go_to_a_file(saved, run):
    home = saved({"a.keras": BAD})
    ran = run(".", "--output-file", "report.txt")
    assert ran.out == ""
    assert (home / "report.txt").read_text().startswith("error[KC101]")
    assert sorted(p.name for p in home.iterdir()) == ["a.keras", "report.txt"]


def test_several_reports_come_of_one_run(saved, run):
    home = saved({"a.keras": BAD})
    ran = run(".", "--report", "json=r.json", "--report", "concise=r.txt")
    assert "error[KC101]" in ran.out
    assert json.loads((home / "r.json").read_text())["summary"]["errors"] == 1
    assert (home / "r.txt").read_text().startswith("a.keras: KC101")


def test_silent_still_writes_the_files(saved, run):
    home = saved({"a.keras": BAD})
    run("-s", ".", "--report", "json=r.json")
    assert (home / "r.json").exists()


@pytest.mark.parametrize("wanted", ["json", "=x", "json=", "jsno=x"])
def test_a_report_that_can_not_be_meant_is_told_before_anything_runs(
    saved, run, wanted
):
    saved({"a.keras": BAD})
    ran = run(".", "--report", wanted)
    assert ran.code == 2
    assert ran.out == ""


def test_an_unknown_format_is_told_with_what_is_near(saved, run):
    saved({"a.keras": BAD})
    ran = run(".", "--output-format", "jsno")
    assert ran.code == 2
    assert "did you mean 'json'? (" in ran.err


def test_two_reports_to_one_file_are_refused(saved, run):
    saved({"a.keras": BAD})
    assert run(".", "--report", "json=r", "--report", "text=r").code == 2


def test_a_report_replaces_a_link_and_leaves_what_it_points_to(saved, run):
    home = saved({"a.keras": BAD})
    (home / "precious.txt").write_text("precious")
    (home / "report.txt").symlink_to("precious.txt")
    run(".", "--output-file", "report.txt")
    assert (home / "precious.txt").read_text() == "precious"
    assert not (home / "report.txt").is_symlink()


@pytest.mark.parametrize("where", ["folder", "nowhere/report.txt"])
def test_a_report_that_can_not_be_written_exits_with_2(saved, run, where):
    home = saved({"a.keras": BAD})
    (home / "folder").mkdir()
    ran = run(".", "--output-file", where)
    assert ran.code == 2
    assert ran.err.startswith("kerascheck: writing ")
    assert sorted(p.name for p in home.iterdir()) == ["a.keras", "folder"]


def test_a_device_is_written_to_and_not_replaced(saved, run):
    saved({"a.keras": BAD})
    assert run(".", "--output-file", "/dev/null").code == 1


def test_the_same_input_gives_the_same_bytes(saved, run):
    saved({f"{i}.keras": model for i, model in enumerate([GOOD, BAD, NOTED])})
    assert run(".", "--output-format", "json") == run(".", "--output-format", "json")


def test_names_are_escaped_in_errors(saved, run):
    saved({})
    ran = run("\x1b[31mred\n::error::x")
    assert "\x1b" not in ran.err
    assert "::" not in ran.err
    assert ran.err.count("\n") == 1


# Faults of our own.


def test_a_crash_of_a_reader_is_a_finding(saved, run):
    saved({"a.keras": ZeroDivisionError("oops")})
    ran = run("a.keras")
    assert ran.code == 1
    assert "KC001" in ran.out
    assert ran.err == ""


def test_with_v_the_crash_of_a_reader_shows_its_traceback(saved, run):
    saved({"a.keras": ZeroDivisionError("oops")})
    assert "ZeroDivisionError: oops" in run("-v", "a.keras").err


def test_an_internal_error_exits_with_2_and_one_line(saved, run, monkeypatch):
    saved({"a.keras": BAD})
    monkeypatch.setattr(
        "kerascheck.checks.checking.with_fingerprints", lambda *_: 1 / 0
    )
    ran = run("a.keras")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "internal error: ZeroDivisionError" in ran.err


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (MemoryError(), "out of memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "out of memory"),
        (
            ImportError("x.so: failed to map segment from shared object"),
            "out of memory",
        ),
        (OSError(errno.EMFILE, "Too many open files"), "too many open files"),
        (ImportError("x.so: cannot open: Too many open files"), "too many open files"),
    ],
)
def test_what_the_system_lacks_is_not_an_internal_error(
    saved, run, monkeypatch, error, lack
):
    def fail(*_):
        raise error

    saved({"a.keras": BAD})
    monkeypatch.setattr("kerascheck.checks.checking.with_fingerprints", fail)
    ran = run("a.keras")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"kerascheck: {lack} (")
    assert ran.err.endswith("), so the run did not end\n")


@pytest.mark.parametrize(
    "place", ["kerascheck.engine.judge._that_matter", "kerascheck.checks.checking.read"]
)
def test_too_little_memory_is_not_blamed_on_a_rule_or_reader(
    saved, run, monkeypatch, place
):
    def fail(*_):
        raise MemoryError

    saved({"a.keras": BAD})
    monkeypatch.setattr(place, fail)
    ran = run("a.keras")
    assert (ran.code, ran.out) == (2, "")
    assert "out of memory" in ran.err


def test_with_v_an_internal_error_shows_its_traceback(saved, run, monkeypatch):
    saved({"a.keras": BAD})
    monkeypatch.setattr(
        "kerascheck.checks.checking.with_fingerprints", lambda *_: 1 / 0
    )
    ran = run("-v", "a.keras")
    assert ran.code == 2
    assert "Traceback (most recent call last)" in ran.err
