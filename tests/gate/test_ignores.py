"""per-model-ignores: why, until when, and what nothing needs any more."""

import json
from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.model.errors import UnreadableModel
from kerascheck.rules import all_rules

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))
UNDECIDED = kit.classifier("unknown", "bce", labels=kit.labels("binary"))


@pytest.fixture
def home(saved):
    """Models to be read, and what is ignored of them."""

    def make(models, ignores, more=""):
        at = saved(models)
        text = f"{more}\n[per-model-ignores]\n{ignores}\n"
        (at / "kerascheck.toml").write_text(text, encoding="utf-8")
        return at

    return make


def told(run, *arguments):
    """Return the messages of KC009 of one run."""
    ran = run(*(arguments or (".",)), "--output-format", "json")
    findings = json.loads(ran.out)["findings"]
    return [f["message"] for f in findings if f["code"] == "KC009"]


REASON = '"a.keras" = { codes = ["KC101"], reason = "retired in May" }'


def test_the_reason_stands_with_what_is_set_aside(home, run):
    home({"a.keras": BAD}, REASON)
    (aside,) = json.loads(run(".", "--output-format", "json").out)["suppressed"]
    assert (aside["by"], aside["reason"]) == ("per-model-ignores", "retired in May")


@pytest.mark.parametrize("form", ["sarif", "text"])
def test_the_reason_is_shown_where_it_is_asked_for(home, run, form):
    home({"a.keras": BAD}, REASON)
    assert "retired in May" not in run(".", "--output-format", form).out
    ran = run(".", "--output-format", form, "--show-suppressed")
    assert "per-model-ignores: retired in May" in " ".join(ran.out.split())


def test_until_its_last_day_an_entry_sets_aside_in_silence(home, run):
    home({"a.keras": BAD}, '"a.keras" = { codes = ["KC101"], until = 2999-12-31 }')
    assert run(".", "--strict", "--select", "KC101").code == 0


def test_after_its_last_day_an_entry_hides_nothing_and_is_a_warning(home, run):
    home({"a.keras": BAD}, '"a.keras" = { codes = ["KC101"], until = 2020-01-31 }')
    ran = run(".", "--output-format", "json")
    assert ran.code == 1
    found = {f["code"]: f for f in json.loads(ran.out)["findings"]}
    assert set(found) == {"KC009", "KC101"}
    assert found["KC009"]["severity"] == "warning"
    assert found["KC009"]["model"] == "kerascheck.toml"
    assert "'a.keras' is over: its last day was 2020-01-31" in found["KC009"]["message"]


def test_a_code_that_suppresses_nothing_is_noted_and_fails_under_strict(home, run):
    home({"a.keras": GOOD}, '"a.keras" = ["KC101"]')
    assert told(run) == [
        "KC101 in the entry for 'a.keras' is not needed: it suppresses nothing"
    ]
    assert run(".", "--select", "KC101").code == 0
    assert run(".", "--select", "KC101", "--strict").code == 1


def test_of_several_codes_only_those_in_vain_are_noted(home, run):
    home({"a.keras": BAD}, '"a.keras" = ["KC101", "logits-cut-at-one-half"]')
    (message,) = told(run)
    assert message.startswith("logits-cut-at-one-half in the entry")


def test_an_entry_that_no_model_matches_is_noted_once(home, run):
    home({"a.keras": GOOD}, '"b.keras" = ["KC101", "KC301"]')
    assert told(run) == ["the entry for 'b.keras' is not needed: no model matches"]


def test_entries_of_one_glob_are_told_apart(home, run):
    home(
        {"a.keras": GOOD},
        '"a.keras" = [{ codes = ["KC101"] }, { codes = ["KC102"] }]',
    )
    ran = run(".", "--output-format", "json")
    prints = [f["fingerprint"] for f in json.loads(ran.out)["findings"]]
    assert len(set(prints)) == 2


def test_a_run_over_one_file_says_nothing_of_other_entries(home, run):
    models = {"a.keras": GOOD, "old/b.keras": BAD, "old/c.keras": GOOD}
    home(models, '"old/*" = ["KC101"]\n"gone.keras" = ["KC101"]')
    assert told(run, "a.keras") == []
    assert told(run, "old/c.keras") == []
    assert told(run) == ["the entry for 'gone.keras' is not needed: no model matches"]


def test_a_run_over_the_folder_of_a_glob_is_enough(home, run):
    home({"a.keras": BAD, "old/c.keras": GOOD}, '"old/*" = ["KC101"]')
    assert len(told(run, "old")) == 1


def test_a_run_over_the_one_model_that_is_meant_is_enough(home, run):
    home({"old/b.keras": GOOD, "old/c.keras": GOOD}, '"old/b.keras" = ["KC101"]')
    assert len(told(run, "old/b.keras")) == 1
    assert told(run, "old/c.keras") == []


def test_a_rule_that_the_call_leaves_out_makes_no_entry_unneeded(home, run):
    home({"a.keras": BAD}, '"a.keras" = ["KC101"]')
    assert told(run, ".", "--select", "KC3") == []
    assert told(run, ".", "--ignore", "KC101") == []


def test_a_prefix_is_judged_only_where_all_its_rules_ran(home, run):
    home({"a.keras": GOOD}, '"a.keras" = ["KC10"]')
    assert told(run, ".", "--select", "KC101") == []


def test_a_rule_that_the_configuration_leaves_out_is_not_waited_for(home, run):
    home({"a.keras": GOOD}, '"a.keras" = ["KC10"]', 'select = ["KC101"]')
    assert len(told(run)) == 1


def test_a_rule_that_was_not_decided_makes_no_entry_unneeded(home, run):
    home({"a.keras": UNDECIDED}, '"a.keras" = ["KC101"]')
    assert told(run) == []


@pytest.mark.parametrize(
    "model",
    [UnreadableModel("truncated", "cut short"), replace(BAD, compiled=False)],
)
def test_a_model_that_was_not_judged_makes_no_entry_unneeded(home, run, model):
    home({"a.keras": model}, '"a.keras" = ["KC101"]')
    assert told(run) == []


def test_a_rule_that_crashed_makes_no_entry_unneeded(home, run, monkeypatch):
    def crash(facts):
        raise RuntimeError

    (rule,) = (replace(r, check=crash) for r in all_rules() if r.code == "KC101")
    monkeypatch.setattr(
        "kerascheck.suppress.rule_selection.all_rules", lambda _: (rule,)
    )
    home({"a.keras": BAD}, '"a.keras" = ["KC101"]')
    assert told(run) == []


def test_excluded_models_may_be_what_an_entry_is_for(home, run):
    home({"a.keras": GOOD, "old/b.keras": BAD}, '"old/*" = ["KC101"]')
    assert told(run, ".", "--exclude", "old") == []


def test_folders_that_were_not_looked_into_may_be_what_an_entry_is_for(home, run):
    at = home({"a.keras": GOOD}, '"old/b.keras" = ["KC1"]\n".old/*" = ["KC1"]')
    (at / "old").symlink_to(at.parent)
    (at / ".old").mkdir()
    (at / ".old" / "b.keras").touch()
    assert told(run) == []


def test_models_in_hidden_folders_are_not_what_an_entry_for_a_name_is_for(home, run):
    at = home({"a.keras": GOOD}, '"b.keras" = ["KC1"]')
    (at / ".old").mkdir()
    (at / ".old" / "b.keras").touch()
    assert told(run) == ["the entry for 'b.keras' is not needed: no model matches"]


def test_what_reading_says_can_be_ignored_and_found_unneeded(home, run):
    weights = UnreadableModel("weights-only", "it holds weights alone")
    entry = '"a.keras" = { codes = ["KC003"], reason = "weights by design" }'
    home({"a.keras": weights, "b.keras": GOOD}, entry)
    assert told(run) == []
    home({"a.keras": GOOD, "b.keras": GOOD}, entry)
    assert len(told(run)) == 1


def test_a_finding_that_a_fix_of_another_removes_counts_as_ignored(home, run):
    labels = kit.labels("class-ids", classes=10)
    model = kit.classifier("softmax", "sparse_categorical_crossentropy", labels=labels)
    home({"a.keras": model}, "")
    (alone,) = json.loads(run(".", "--output-format", "json").out)["findings"]
    follower = alone["follows"][0]["code"]
    home({"a.keras": model}, f'"a.keras" = ["{follower}"]')
    assert told(run) == []


def test_a_baseline_beside_an_ignore_leaves_it_needed(home, run):
    home({"a.keras": BAD, "b.keras": BAD}, '"a.keras" = ["KC101"]')
    assert run("baseline", "write").code == 0
    assert run(".").code == 0
    assert told(run) == []


def test_a_baseline_is_written_although_an_entry_is_unneeded(home, run):
    home({"a.keras": GOOD, "b.keras": BAD}, '"a.keras" = ["KC101"]')
    assert run("baseline", "write").code == 0


def test_show_settings_tells_what_is_ignored_and_why(home, run):
    home({"a.keras": BAD}, REASON)
    shown = json.loads(run(".", "--show-settings").out)
    assert shown["per-model-ignores"] == [
        {
            "pattern": "a.keras",
            "codes": ["KC101"],
            "reason": "retired in May",
            "until": None,
        }
    ]


def test_a_code_that_does_not_exist_is_told_with_its_place(home, run):
    home({"a.keras": BAD}, '"a.keras" = { codes = ["KC1O1"] }')
    ran = run(".")
    assert ran.code == 2
    assert "per-model-ignores.a.keras: no rule is called 'KC1O1'; did you" in ran.err
