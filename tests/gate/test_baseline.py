"""The baseline: known findings are counted, new ones fail."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.rules import all_rules
from kerascheck.suppress.baseline import Entry, load, text
from tests.gate.conftest import RIGHT, WRONG

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))
FILE = "kerascheck-baseline.json"


def rename(model, name):
    (head,) = model.heads
    return replace(model, heads=(replace(head, name=name),))


def lines():
    with open(FILE, encoding="utf-8") as file:
        return file.read().splitlines()


def findings(ran):
    return json.loads(ran.out)["findings"]


def test_known_findings_are_counted_and_do_not_fail(saved, run):
    saved({"a.keras": BAD})
    assert run("baseline", "write").code == 0
    ran = run(".")
    assert ran.code == 0
    assert "1 known in the baseline" in ran.out


def test_known_findings_stand_in_json_as_suppressed_by_the_baseline(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write", "--reason", "before the audit")
    document = json.loads(run(".", "--output-format", "json").out)
    (aside,) = document["suppressed"]
    assert (aside["by"], aside["reason"]) == ("baseline", "before the audit")
    assert document["findings"] == []


def test_a_new_finding_fails(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write")
    saved({"a.keras": BAD, "b.keras": BAD})
    ran = run(".", "--output-format", "json")
    assert ran.code == 1
    assert [f["model"] for f in findings(ran)] == ["b.keras"]


def test_the_file_is_sorted_and_has_one_entry_a_line(saved, run):
    saved({"b.keras": BAD, "a.keras": BAD})
    run("baseline", "write")
    first, *entries, end, last = lines()
    assert first == '{"version": 1, "entries": ['
    assert [json.loads(e.rstrip(","))["model"] for e in entries] == [
        "a.keras",
        "b.keras",
    ]
    assert (end, last) == ("null", "]}")


def test_lines_of_two_branches_are_a_baseline_together(saved, run):
    saved({"a.keras": BAD, "b.keras": BAD, "c.keras": BAD})
    run("baseline", "write")
    every = lines()
    with open(FILE, "w", encoding="utf-8") as file:
        file.write("\n".join([*every[:3], every[2], *every[3:]]))
    assert run(".").code == 0


@pytest.mark.parametrize("counts", [(1, 3, 2), (3, 1, 2)])
def test_of_lines_for_one_finding_the_largest_count_stands(tmp_path, counts):
    lines = [text([Entry("0" * 16, "KC101", "a.keras", times=n)]) for n in counts]
    entries = [one for line in lines for one in json.loads(line)["entries"]]
    path = tmp_path / FILE
    path.write_text(json.dumps({"version": 1, "entries": entries}))
    (entry,) = load(str(path)).entries
    assert entry.times == 3


def test_a_merge_conflict_is_told(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write")
    with open(FILE, "a", encoding="utf-8") as file:
        file.write("\n<<<<<<< HEAD\n")
    ran = run(".")
    assert ran.code == 2
    assert "merge conflict" in ran.err


def test_a_retrained_model_with_renumbered_layers_is_still_known(saved, run):
    saved({"a.keras": rename(BAD, "dense_1")})
    run("baseline", "write")
    again = replace(rename(BAD, "dense_7"), keras_version="3.15.1", optimizer="SGD")
    saved({"a.keras": again})
    assert run(".").code == 0


def test_the_same_finding_at_another_head_is_new(saved, run):
    (head,) = BAD.heads
    good = replace(GOOD.heads[0], name="first")
    bad = replace(head, name="second")
    saved({"a.keras": replace(BAD, heads=(replace(bad, name="first"), bad))})
    run("baseline", "write")
    with open(FILE, encoding="utf-8") as file:
        entries = [line for line in file if "second" not in line]
    with open(FILE, "w", encoding="utf-8") as file:
        file.writelines(entries)
    saved({"a.keras": replace(BAD, heads=(good, bad))})
    assert run(".").code == 1


def test_it_holds_from_another_directory_and_after_a_move(
    repository, run, monkeypatch, tmp_path
):
    repository.add("old", WRONG)
    repository.write("kerascheck.toml", "")
    run("baseline", "write")
    moved = tmp_path / "elsewhere" / "project"
    moved.parent.mkdir()
    shutil.copytree(repository.root, moved, ignore=shutil.ignore_patterns("elsewhere"))
    assert run(str(moved)).code == 0
    monkeypatch.chdir(moved / "models")
    assert run("old.keras").code == 0


def test_it_holds_without_a_configuration_from_where_it_lies(
    repository, run, monkeypatch
):
    repository.add("old", WRONG)
    run("baseline", "write")
    monkeypatch.chdir(repository.root / "models")
    assert run("old.keras").code == 1
    assert run("old.keras", "--baseline", f"../{FILE}").code == 0


def test_an_entry_whose_rule_crashes_is_left_alone(saved, run, monkeypatch):
    def crash(facts):
        raise RuntimeError

    saved({"a.keras": BAD})
    run("baseline", "write")
    written = lines()
    broken = tuple(
        replace(rule, check=crash) if rule.code == "KC101" else rule
        for rule in all_rules()
    )
    monkeypatch.setattr(
        "kerascheck.suppress.rule_selection.all_rules", lambda _: broken
    )
    assert [f["code"] for f in findings(run(".", "--output-format", "json"))] == [
        "KC000"
    ]
    assert run("baseline", "prune").code == 0
    assert lines() == written


def test_a_fixed_finding_is_noted_and_fails_only_under_strict(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write")
    saved({"a.keras": GOOD})
    ran = run(".", "--output-format", "json")
    assert ran.code == 0
    (noted,) = findings(ran)
    assert (noted["code"], noted["severity"]) == ("KC009", "note")
    assert "it is fixed" in noted["message"]
    assert run(".", "--strict").code == 1


def test_an_entry_whose_model_is_gone_is_noted(saved, run):
    home = saved({"a.keras": BAD, "b.keras": GOOD})
    run("baseline", "write")
    (home / "a.keras").unlink()
    (noted,) = findings(run(".", "--output-format", "json"))
    assert "the model is gone" in noted["message"]


def test_nothing_is_said_of_entries_that_a_run_could_not_judge(saved, run):
    saved({"a.keras": BAD, "b.keras": GOOD})
    run("baseline", "write")
    assert "KC009" not in run("b.keras").out
    assert "KC009" not in run(".", "--select", "KC301").out
    undecided = kit.classifier("unknown", "bce", labels=kit.labels("binary"))
    saved({"a.keras": undecided, "b.keras": GOOD})
    assert "KC009" not in run(".").out


def test_after_its_last_day_an_entry_hides_nothing_and_is_a_warning(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write", "--until", "2020-01-31")
    ran = run(".", "--output-format", "json")
    assert ran.code == 1
    assert {f["code"] for f in findings(ran)} == {"KC009", "KC101"}


def test_prune_takes_out_what_is_not_needed_and_keeps_the_rest(saved, run):
    saved({"a.keras": BAD, "b.keras": BAD})
    run("baseline", "write", "--reason", "old")
    saved({"a.keras": GOOD, "b.keras": BAD})
    assert run("baseline", "prune").out == "1 entry removed, 1 left\n"
    (entry,) = load(FILE).entries
    assert (entry.model, entry.reason) == ("b.keras", "old")


def test_writing_again_keeps_reasons_and_dates(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write", "--reason", "old", "--until", "2099-12-31")
    saved({"a.keras": BAD, "b.keras": BAD})
    run("baseline", "write", "--reason", "new")
    first, second = load(FILE).entries
    assert (first.reason, first.until) == ("old", "2099-12-31")
    assert (second.reason, second.until) == ("new", None)


def test_show_lists_the_entries(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write", "--reason", "old", "--until", "2020-01-31")
    shown = run("baseline", "show").out
    assert "a.keras: KC101" in shown
    assert "until 2020-01-31 (over); old" in shown


@pytest.mark.parametrize("command", ["write", "prune"])
def test_nothing_is_written_in_ci(saved, run, monkeypatch, command):
    home = saved({"a.keras": BAD})
    monkeypatch.setenv("CI", "true")
    assert run("baseline", command).code == 2
    assert not (home / FILE).exists()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("git-lfs-pointer", "KC002"),
        ("dvc-pointer", "KC026"),
        ("git-annex-pointer", "KC026"),
    ],
)
def test_what_can_not_be_read_never_becomes_known(saved, run, kind, code):
    saved({"a.keras": UnreadableModel(kind, "a pointer"), "b.keras": BAD})
    ran = run("baseline", "write")
    assert ran.code == 1
    assert f"not written: {code}" in ran.err
    assert run(".").code == 1


def test_without_any_model_no_baseline_is_written(saved, run):
    home = saved({})
    assert run("baseline", "write").code == 2
    assert not (home / FILE).exists()


def test_an_empty_baseline_over_no_models_is_no_success(saved, run):
    home = saved({})
    (home / FILE).write_text(text([]))
    assert run(".").code == 3


def test_a_baseline_that_is_asked_for_must_be_there(saved, run):
    saved({"a.keras": BAD})
    assert run(".", "--baseline", "nowhere.json").code == 2


def test_no_baseline_shows_what_is_known(saved, run):
    saved({"a.keras": BAD})
    run("baseline", "write")
    assert run(".", "--no-baseline").code == 1


def test_the_configuration_names_the_baseline(saved, run):
    home = saved({"a.keras": BAD})
    run("baseline", "write", "--file", "known.json")
    assert run(".").code == 1
    (home / "kerascheck.toml").write_text('baseline = "known.json"')
    assert run(".").code == 0


def test_what_is_written_is_read_back(tmp_path):
    entries = (
        Entry("0" * 16, "KC101", "a.keras", "out", 3, "a reason", "2099-01-01"),
        Entry("1" * 16, "KC102", 'b"\u2028.keras'),
    )
    path = tmp_path / FILE
    path.write_text(text(entries), encoding="utf-8")
    assert load(str(path)).entries == entries


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{",
        b"\xff",
        b'{"version": 2, "entries": []}',
        b'{"version": 1, "entries": {}}',
        b'{"version": 1, "entries": [{}]}',
        b'{"version": 1, "entries": [{"fingerprint": "0", "code": "KC101", '
        b'"model": "a", "count": true}]}',
        b'{"version": 1, "entries": [{"fingerprint": "0", "code": "KC101", '
        b'"model": "a", "until": "soon"}]}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_baseline_is_a_usage_error(tmp_path, content):
    path = tmp_path / FILE
    path.write_bytes(content)
    with pytest.raises(UsageError):
        load(str(path))


def test_a_right_model_needs_no_entry(repository, run):
    repository.add("right", RIGHT)
    assert run("baseline", "write").out.startswith("0 known findings")


@pytest.mark.parametrize(
    "form", ["json", "sarif", "junit", "github", "gitlab", "markdown", "html", "text"]
)
def test_every_format_tells_of_an_entry_whose_day_is_over(saved, run, form):
    saved({"a.keras": BAD})
    run("baseline", "write", "--until", "2020-01-31")
    assert "KC009" in run(".", "--output-format", form).out


def test_a_baseline_of_too_many_entries_is_refused(tmp_path):
    line = '{"fingerprint": "a", "code": "KC101", "model": "m.keras"}'
    path = tmp_path / "b.json"
    path.write_text(f'{{"version": 1, "entries": [{line}{f",{line}" * 25_000}]}}')
    with pytest.raises(UsageError, match=r"at most 25000 entries. Received: 25001"):
        load(str(path))


def test_a_baseline_that_takes_too_much_to_parse_is_refused(tmp_path):
    path = tmp_path / "b.json"
    path.write_text(f'{{"version": 1, "entries": [{"{}," * 1_000_000}null]}}')
    with pytest.raises(UsageError, match=r"too much to parse: .* bytes of memory"):
        load(str(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("command", ["write", "prune", "show"])
def test_a_pipe_under_the_name_of_the_baseline_is_not_waited_for(saved, run, command):
    saved({"a.keras": BAD})
    os.mkfifo(FILE)
    ran = run("baseline", command)
    assert (ran.code, "is not a regular file" in ran.err) == (2, True)


def test_baseline_without_a_command_names_its_commands(run):
    ran = run("baseline")
    assert ran.code == 2
    assert ran.err == (
        "kerascheck: baseline: Expected a command, one of write, prune, show.\n"
    )
