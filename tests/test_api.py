"""check() and describe() over descriptions that stand for files."""

from dataclasses import replace

import pytest

import kerascheck
from kerascheck import kit
from kerascheck.api import check
from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.settings.settings import Ignore, ModelConfig, Settings

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))


def codes(report):
    return [finding.code for finding in report]


def test_a_right_model_has_no_findings(saved):
    saved({"a.keras": GOOD})
    report = check("a.keras")
    assert report.ok
    assert report.decided > 5


def test_a_wrong_model_has_its_finding(saved):
    saved({"a.keras": BAD})
    assert codes(check("a.keras")) == ["KC101"]


def test_a_directory_is_searched(saved):
    saved({"models/a.keras": BAD, "models/deep/b.keras": GOOD})
    paths = [model.path for model in check("models").models]
    assert paths == ["models/a.keras", "models/deep/b.keras"]


def test_several_paths_may_be_given(saved):
    saved({"a.keras": BAD, "b.keras": GOOD})
    assert len(check(["a.keras", "b.keras"]).models) == 2


def test_what_is_no_path_is_a_usage_error():
    with pytest.raises(UsageError, match="Received: int"):
        check(3)


def test_inputs_with_a_path_are_a_usage_error(saved):
    saved({"a.keras": GOOD})
    with pytest.raises(UsageError, match="inputs"):
        check("a.keras", None, [1.0])


def test_an_unreadable_model_is_a_finding_and_the_others_are_checked(saved):
    saved({"a.keras": UnreadableModel("truncated", "it ends early"), "b.keras": BAD})
    report = check(["a.keras", "b.keras"])
    assert codes(report) == ["KC001", "KC101"]
    assert report.models[0].format is None
    assert report.unreadable == 1


def test_a_git_lfs_pointer_has_its_own_code_and_says_what_to_run(saved):
    saved({"a.keras": UnreadableModel("git-lfs-pointer", "it is a pointer")})
    (finding,) = check("a.keras")
    assert finding.code == "KC002"
    assert "git lfs pull" in finding.fix.title


def test_a_reader_that_crashes_is_a_finding_and_is_told(saved):
    saved({"a.keras": ZeroDivisionError("oops"), "b.keras": BAD})
    crashes = []
    report = check(
        ["a.keras", "b.keras"], on_crash=lambda *crash: crashes.append(crash)
    )
    assert codes(report) == ["KC001", "KC101"]
    assert crashes[0][0] == "a.keras"


@pytest.mark.parametrize(
    ("compiled", "why"),
    [(False, "not compiled"), (None, "no compile information")],
)
def test_without_compile_information_every_rule_is_not_run(saved, compiled, why):
    saved({"a.keras": replace(BAD, compiled=compiled)})
    report = check("a.keras")
    assert codes(report) == []
    assert report.decided == 0
    assert {item.head for item in report.not_run} == {None}
    assert len(report.not_run) == len({item.code for item in report.not_run}) > 5
    assert all(why in item.why for item in report.not_run)


def test_without_known_heads_every_rule_is_not_run(saved):
    saved({"a.keras": replace(GOOD, heads=(), opaque="the class Net is not Keras's")})
    report = check("a.keras")
    assert {item.why for item in report.not_run} == {"the class Net is not Keras's"}
    assert report.decided == 0


def test_what_a_reader_met_is_a_finding(saved):
    problem = Problem(kind="uncompiled", message="saved before compile()")
    saved({"a.keras": replace(GOOD, compiled=False, problems=(problem,))})
    assert codes(check("a.keras")) == ["KC005"]


def test_selecting_leaves_other_rules_out(saved):
    saved({"a.keras": BAD})
    assert codes(check("a.keras", select="KC2")) == []
    assert codes(check("a.keras", select=["KC2,KC101"])) == ["KC101"]


def test_ignoring_leaves_a_rule_out(saved):
    saved({"a.keras": BAD})
    report = check("a.keras", ignore="logits-scored-as-probabilities")
    assert codes(report) == []
    assert "KC101" not in {item.code for item in report.not_run}


def test_an_ignored_unreadable_model_still_shows_as_suppressed(saved):
    saved({"a.keras": UnreadableModel("truncated", "it ends early")})
    report = check("a.keras", ignore="KC001")
    assert codes(report) == []
    assert [item.by for item in report.suppressed] == ["configuration"]
    assert report.unreadable == 1


def test_a_level_changes_the_severity(saved):
    saved({"a.keras": BAD})
    report = check("a.keras", config=Settings(levels=(("KC1", "note"),)))
    assert [finding.severity for finding in report] == ["note"]
    assert report.ok


def test_the_level_off_is_as_good_as_ignoring(saved):
    saved({"a.keras": BAD})
    assert codes(check("a.keras", config=Settings(levels=(("KC101", "off"),)))) == []


def test_per_model_ignores_set_findings_aside_for_matching_models(saved):
    home = saved({"old/a.keras": BAD, "new/a.keras": BAD})
    config = Settings(
        path=str(home / "kerascheck.toml"),
        per_model_ignores=(Ignore("old/*", ("KC101",)),),
    )
    report = check(".", config=config)
    assert [finding.model for finding in report] == ["new/a.keras"]
    assert [item.finding.model for item in report.suppressed] == ["old/a.keras"]


def test_what_followed_from_a_finding_set_aside_stands_on_its_own_again(saved):
    labels = kit.labels("class-ids", classes=10)
    model = kit.classifier("softmax", "sparse_categorical_crossentropy", labels=labels)
    home = saved({"a.keras": model})
    (alone,) = check("a.keras")
    followers = [finding.code for finding in alone.follows]
    assert followers
    config = Settings(
        path=str(home / "kerascheck.toml"),
        per_model_ignores=(Ignore("*", (alone.code,)),),
    )
    assert codes(check("a.keras", config=config)) == followers


def test_excluded_models_are_skipped_with_the_reason_unless_named(saved):
    home = saved({"old/a.keras": BAD})
    config = Settings(path=str(home / "kerascheck.toml"), exclude=("old",))
    assert check(".", config=config).skipped == (
        ("old/a.keras", "excluded by the configuration"),
    )
    assert codes(check("old/a.keras", config=config)) == ["KC101"]


def test_fingerprints_rest_on_code_model_head_and_location_alone(saved):
    saved({"a.keras": BAD})
    (one,) = check("a.keras")
    saved({"a.keras": replace(BAD, keras_version="3.0.0", optimizer="SGD")})
    (other,) = check("a.keras")
    assert one.fingerprint == other.fingerprint
    assert len(one.fingerprint) == 16


def test_equal_findings_get_different_fingerprints(saved):
    problem = Problem(kind="odd-value", message="units is 'three'")
    saved({"a.keras": replace(GOOD, problems=(problem, problem))})
    first, second = check("a.keras")
    assert second.fingerprint == f"{first.fingerprint}#2"


def test_a_task_is_told_to_the_rules(saved):
    saved({"a.keras": GOOD})
    assert check("a.keras", task="multilabel").models[0].task == "multilabel"


def test_an_unknown_task_is_a_usage_error(saved):
    saved({"a.keras": GOOD})
    with pytest.raises(UsageError, match="multilabel"):
        check("a.keras", task="multi")


def test_the_configuration_tells_task_and_class_weight_of_a_model(saved):
    home = saved({"a.keras": GOOD})
    told = ModelConfig(
        pattern="*.keras", task="binary", class_weight=((0, 1.0), (1, 9.0))
    )
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    (model,) = check("a.keras", config=config).models
    assert model.task == "binary"
    assert model.heads[0].class_weight == ((0, 1.0), (1, 9.0))


def test_the_task_of_the_call_comes_before_that_of_the_configuration(saved):
    home = saved({"a.keras": GOOD})
    told = ModelConfig(pattern="*.keras", task="multilabel")
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    (model,) = check("a.keras", task="binary", config=config).models
    assert model.task == "binary"


def test_class_weights_of_the_configuration_are_for_one_head_alone(saved):
    home = saved({"a.keras": kit.with_head(GOOD, GOOD)})
    told = ModelConfig(pattern="*.keras", class_weight=((0, 1.0), (1, 9.0)))
    config = Settings(path=str(home / "kerascheck.toml"), models=(told,))
    (model,) = check("a.keras", config=config).models
    assert [head.class_weight for head in model.heads] == [None, None]


def test_public_names_are_fetched_when_used():
    assert kerascheck.check is check
    assert {"check", "describe", "Report", "Finding"} <= set(dir(kerascheck))


def test_unheard_of_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        kerascheck.chekc  # noqa: B018


def test_every_public_name_is_there():
    for name in kerascheck.__all__:
        assert getattr(kerascheck, name) is not None
