"""Where the labels of a model come from, and which head they go to."""

from dataclasses import replace

import numpy as np
import pytest

from kerascheck import kit
from kerascheck.api import check, describe
from kerascheck.labels.sources import LabelSources, entry_for, measure_values
from kerascheck.model.description import Problem
from kerascheck.model.errors import UsageError
from kerascheck.settings.settings import ModelConfig, Settings
from kerascheck.trust.tree import Tree

ONE = kit.classifier("sigmoid", "bce")
TWO = kit.with_head(ONE, kit.classifier("softmax", "scce", units=3))
BINARY = np.array([0, 1] * 50)
IDS = np.array([0, 1, 2] * 50)


TOLD = (("*.keras", "binary"), ("a.*", "multilabel"))


def named(name):
    (head,) = ONE.heads
    return replace(ONE, heads=(replace(head, name=name),))


def encodings(model):
    return [head.labels and str(head.labels.encoding) for head in model.heads]


def test_labels_beside_the_model_are_found(saved):
    home = saved({"a.keras": ONE})
    np.save(home / "labels.npy", BINARY)
    assert encodings(describe("a.keras")) == ["binary"]


def test_a_live_model_gets_no_labels_of_the_working_folder(saved):
    home = saved({})
    np.save(home / "labels.npy", BINARY)
    sources = LabelSources(Settings(), file=None)
    assert encodings(sources.attach(ONE, None)) == ["binary"]
    assert encodings(sources.attach(replace(ONE, format="live"), None)) == [None]


def test_label_files_beyond_three_that_are_not_used_are_counted(saved):
    home = saved({"a.keras": ONE})
    for name in ("a.labels", "labels", "y_true", "y_test", "y"):
        np.save(home / name, BINARY)
    (finding,) = [f for f in check("a.keras") if f.code == "KC027"]
    assert finding.message == (
        "labels are read from 'a.labels.npy', and 'labels.npy', 'y_true.npy', "
        "'y_test.npy' and 1 more are not used"
    )


def test_label_files_that_no_model_of_a_folder_uses_are_told_once(saved):
    home = saved({"a.keras": ONE, "b.keras": ONE})
    np.save(home / "labels.npy", BINARY)
    np.save(home / "y.npy", IDS)
    found = [f.model for f in check(".") if f.code == "KC027"]
    assert found == ["a.keras"]


def test_labels_are_told_by_the_path_they_came_from(saved):
    home = saved({"sub/a.keras": ONE})
    np.save(home / "sub/labels.npy", BINARY)
    assert describe("sub/a.keras").heads[0].labels.path == "sub/labels.npy"


def test_labels_that_are_given_come_before_those_beside_the_model(saved):
    home = saved({"a.keras": ONE})
    np.save(home / "labels.npy", IDS)
    np.save(home / "mine.npy", BINARY)
    assert encodings(describe("a.keras", labels="mine.npy")) == ["binary"]


def test_the_configuration_gives_labels_to_all_models(saved):
    home = saved({"a.keras": ONE})
    np.save(home / "mine.npy", BINARY)
    model = describe("a.keras", config=Settings(labels="mine.npy"))
    assert encodings(model) == ["binary"]


def test_the_configuration_gives_labels_to_one_model(saved):
    home = saved({"a.keras": ONE, "b.keras": ONE})
    np.save(home / "mine.npy", BINARY)
    told = ModelConfig(pattern="a.keras", labels="mine.npy")
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    report = check(".", config=config)
    assert [encodings(model) for model in report.models] == [["binary"], [None]]


def test_labels_of_the_call_come_before_those_of_the_configuration(saved):
    home = saved({"a.keras": ONE})
    np.save(home / "mine.npy", BINARY)
    np.save(home / "theirs.npy", IDS)
    told = ModelConfig(pattern="*", labels="theirs.npy")
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    model = describe("a.keras", labels="mine.npy", config=config)
    assert encodings(model) == ["binary"]


def test_of_what_the_configuration_tells_of_a_model_the_last_counts(saved):
    saved({"a.keras": ONE})
    told = [ModelConfig(pattern=p, task=t) for p, t in TOLD]
    config = Settings(models=tuple(told))
    assert [entry_for(config, p) for p in ("a.keras", "b.keras", "c.h5")] == [
        told[1],
        told[0],
        None,
    ]


def test_a_corrected_copy_is_told_of_as_its_model_unless_by_its_own_name(saved):
    saved({"a.fixed.keras": ONE})
    model = ModelConfig(pattern="a.keras", task="binary")
    copy = ModelConfig(pattern="a.fixed.keras", task="multilabel")
    assert entry_for(Settings(models=(model,)), "a.fixed.keras") == model
    assert entry_for(Settings(models=(copy, model)), "a.fixed.keras") == copy


def test_each_label_file_is_read_once(saved, monkeypatch):
    home = saved({f"{i}.keras": ONE for i in range(5)})
    np.save(home / "labels.npy", BINARY)
    from kerascheck.labels.files import load

    read = []
    real = load.load_labels
    monkeypatch.setattr(
        load, "load_labels", lambda path, **k: read.append(path) or real(path, **k)
    )
    check(".")
    assert len(read) == 1


def test_several_heads_get_labels_by_name(saved):
    home = saved({"a.keras": TWO})
    np.savez(home / "labels.npz", out=BINARY, second=IDS)
    assert encodings(describe("a.keras")) == ["binary", "class-ids"]


def test_one_file_serves_models_with_other_names_of_heads(saved):
    columns = "first,second\n" + "0,2\n1,1\n1,0\n" * 20
    heads = [named("first"), named("second")]
    home = saved({"a.keras": heads[0], "b.keras": heads[1]})
    (home / "labels.csv").write_text(columns)
    found = [encodings(model) for model in check(".").models]
    assert found == [["binary"], ["class-ids"]]


def test_one_array_for_several_heads_is_a_finding(saved):
    home = saved({"a.keras": TWO})
    np.save(home / "labels.npy", BINARY)
    (finding,) = [f for f in check("a.keras") if f.code == "KC015"]
    assert "heads are 'out', 'second'" in finding.message


def test_labels_of_unknown_heads_are_a_finding(saved):
    saved({"a.keras": TWO})
    report = check("a.keras", {"out": BINARY, "secnod": IDS})
    (finding,) = [f for f in report if f.code == "KC015"]
    assert "'secnod'" in finding.message


def test_labels_that_can_not_be_read_are_a_finding(saved):
    home = saved({"a.keras": ONE})
    (home / "labels.npy").write_bytes(b"\x93NUMPY\x01\x00")
    codes = [finding.code for finding in check("a.keras")]
    assert "KC008" in codes


def test_a_label_file_that_is_not_there_is_a_usage_error(saved):
    saved({"a.keras": ONE})
    with pytest.raises(UsageError, match=r"'nowhere\.npy'"):
        check("a.keras", labels="nowhere.npy")


def test_a_configured_label_file_that_is_not_there_is_a_usage_error(saved):
    home = saved({"a.keras": ONE})
    told = ModelConfig(pattern="*", labels="nowhere.npy")
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    with pytest.raises(UsageError, match=r"'nowhere\.npy'"):
        check("a.keras", config=config)


def test_labels_may_be_given_as_values(saved):
    saved({"a.keras": ONE})
    assert encodings(check("a.keras", BINARY).models[0]) == ["binary"]


def test_a_list_of_numbers_is_one_array(saved):
    saved({"a.keras": ONE})
    assert encodings(check("a.keras", [0, 1] * 20).models[0]) == ["binary"]


def test_a_list_of_arrays_goes_to_the_heads_in_order(saved):
    saved({"a.keras": TWO})
    model = check("a.keras", [BINARY, IDS]).models[0]
    assert encodings(model) == ["binary", "class-ids"]


def test_too_few_arrays_for_the_heads_are_found(saved):
    saved({"a.keras": TWO})
    assert "KC015" in [f.code for f in check("a.keras", [BINARY])]


def test_values_that_are_not_labels_are_found(saved):
    saved({"a.keras": ONE})
    assert "KC008" in [f.code for f in check("a.keras", np.zeros((0,)))]


def test_what_is_no_file_is_named_as_not_used(saved):
    home = saved({"a.keras": ONE})
    (home / "labels.npy").mkdir()
    model = LabelSources(Settings(), file=None).attach(
        replace(ONE, path="a.keras"), None
    )
    assert model.problems == (
        Problem(
            kind="label-file-not-used",
            message="labels are not read from 'labels.npy': not a regular file",
        ),
    )


@pytest.mark.parametrize(
    ("config", "told", "entry"),
    [
        (Settings(), {"file": "mine.npy"}, None),
        (Settings(), {"file": None, "y": BINARY}, None),
        (Settings(labels="mine.npy"), {"file": None}, None),
        (
            Settings(),
            {"file": None},
            ModelConfig(pattern="a.keras", labels="mine.npy"),
        ),
    ],
    ids=["file", "values", "configuration", "entry"],
)
def test_nothing_is_said_of_label_files_if_labels_are_given(saved, config, told, entry):
    home = saved({"a.keras": ONE})
    np.save(home / "mine.npy", BINARY)
    np.save(home / "labels.npy", IDS)
    np.save(home / "y.npy", IDS)
    model = LabelSources(config, **told).attach(replace(ONE, path="a.keras"), entry)
    assert (encodings(model), model.problems) == (["binary"], ())


@pytest.mark.parametrize(
    ("target", "found", "problems"),
    [("tree/in.npy", "binary", []), ("out.npy", None, ["unreadable-labels"])],
)
def test_configured_labels_are_opened_unless_a_link_leads_out_of_the_tree(
    saved, target, found, problems
):
    home = saved({"tree/a.keras": ONE})
    np.save(home / target, BINARY)
    (home / "tree/link.npy").symlink_to(home / target)
    config = Settings(labels="tree/link.npy")
    sources = LabelSources(config, file=None, tree=Tree([str(home / "tree")]))
    model = sources.attach(replace(ONE, path="tree/a.keras"), None)
    assert encodings(model) == [found]
    assert [problem.kind for problem in model.problems] == problems


def test_labels_of_no_head_that_cannot_be_measured_are_one_problem():
    heads = kit.classifier("sigmoid", "bce").heads
    labels, problems = measure_values(dict.fromkeys("abcdef", 1.0), heads)
    assert (labels, len(problems)) == ({}, 1)
