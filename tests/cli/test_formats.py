"""Every format from the command line, and the summary on the page of a CI run."""

import json

import pytest

from kerascheck import kit
from kerascheck.report.formats import formats

BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def summary(monkeypatch, tmp_path):
    """Let the run have a page, as in GitHub Actions."""
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


@pytest.mark.parametrize("name", formats())
def test_the_exit_code_does_not_depend_on_the_format(saved, run, name):
    saved({"a.keras": BAD})
    ran = run("a.keras", "--output-format", name)
    assert ran.code == 1
    assert "KC101" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("name", formats())
def test_every_format_shows_a_report_of_nothing(saved, run, name):
    saved({})
    assert run(".", "--output-format", name).code == 3


def test_one_run_writes_several_reports(saved, run):
    home = saved({"a.keras": BAD})
    wanted = [f"--report={name}=out.{name}" for name in formats()]
    assert run("a.keras", *wanted).code == 1
    for name in formats():
        assert "KC101" in (home / f"out.{name}").read_text(encoding="utf-8")


def test_help_names_every_format(run):
    told = " ".join(run("check", "--help").out.split())
    assert all(name in told for name in formats())


def test_the_summary_is_added_to_the_page_of_the_run(saved, run, summary):
    saved({"a.keras": BAD})
    summary.write_text("before\n")
    ran = run("a.keras")
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### kerascheck: 1 error\n")
    assert "### kerascheck" not in ran.out


def test_the_summary_can_be_left_out(saved, run, summary):
    saved({"a.keras": BAD})
    run("a.keras", "--no-step-summary")
    assert not summary.exists()


def test_a_page_that_can_not_be_written_is_told_and_changes_nothing_else(
    saved, run, monkeypatch, tmp_path
):
    saved({"a.keras": BAD})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    ran = run("a.keras")
    assert ran.code == 1
    assert "KC101" in ran.out
    assert "no step summary" in ran.err


def test_what_is_set_aside_is_in_sarif_on_request(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('[per-model-ignores]\n"a.keras" = ["KC101"]')

    def suppressed(*options):
        out = run("a.keras", "--output-format", "sarif", *options).out
        return [
            r["ruleId"]
            for r in json.loads(out)["runs"][0]["results"]
            if "suppressions" in r
        ]

    assert suppressed() == []
    assert suppressed("--show-suppressed") == ["KC101"]
