"""Finding and reading the configuration."""

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.settings.file import find, load
from kerascheck.settings.settings import Ignore, ModelConfig, Settings


def written(tmp_path, text, name="kerascheck.toml"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def wrong(tmp_path, text):
    with pytest.raises(UsageError) as error:
        load(written(tmp_path, text))
    return str(error.value)


def test_an_empty_file_gives_the_defaults(tmp_path):
    path = written(tmp_path, "")
    assert load(path) == Settings(path=path)


def test_every_key_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = written(
        tmp_path,
        """
        select = ["KC1"]
        extend-select = ["KC2"]
        ignore = ["KC101"]
        fail-on = "error"
        output-format = "json"
        labels = "y.npy"
        exclude = ["old"]
        [levels]
        KC3 = "note"
        [per-model-ignores]
        "old/*" = ["KC102"]
        [models."a*.keras"]
        labels = "a.npy"
        task = "binary"
        class-weight = { 1 = 9, 0 = 1.0 }
        """,
    )
    assert load(path) == Settings(
        path=path,
        select=("KC1",),
        extend_select=("KC2",),
        ignore=("KC101",),
        fail_on="error",
        output_format="json",
        labels="y.npy",
        exclude=("old",),
        levels=(("KC3", "note"),),
        per_model_ignores=(Ignore("old/*", ("KC102",)),),
        models=(
            ModelConfig(
                pattern="a*.keras",
                labels="a.npy",
                task="binary",
                class_weight=((0, 1.0), (1, 9.0)),
            ),
        ),
    )


def test_an_ignore_may_have_a_reason_and_a_last_day(tmp_path):
    path = written(
        tmp_path,
        """
        [per-model-ignores]
        "a.keras" = { codes = ["KC1"], reason = "retired", until = 2026-12-31 }
        "b.keras" = [{ codes = ["KC2"] }, { codes = ["KC3"], until = "2027-01-01" }]
        """,
    )
    assert load(path).per_model_ignores == (
        Ignore("a.keras", ("KC1",), "retired", "2026-12-31"),
        Ignore("b.keras", ("KC2",)),
        Ignore("b.keras", ("KC3",), until="2027-01-01"),
    )


def test_an_unknown_key_of_an_ignore_is_told_with_its_place(tmp_path):
    message = wrong(tmp_path, 'per-model-ignores = { a = { code = ["KC1"] } }')
    assert "per-model-ignores.a: unknown key 'code'; did you mean 'codes'?" in message


def test_label_files_are_found_from_the_directory_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, 'labels = "y.npy"', "deep/kerascheck.toml")
    assert load(path).labels == "deep/y.npy"


def test_a_pyproject_holds_the_table_of_the_tool(tmp_path):
    path = written(tmp_path, '[tool.kerascheck]\nignore = ["KC1"]\n', "pyproject.toml")
    assert load(path).ignore == ("KC1",)


def test_a_pyproject_without_the_table_is_refused_when_named(tmp_path):
    path = written(tmp_path, "[project]\n", "pyproject.toml")
    with pytest.raises(UsageError, match="no table"):
        load(path)


def test_an_unknown_key_is_told_with_file_and_near_match(tmp_path):
    message = wrong(tmp_path, 'igonre = ["KC1"]')
    assert "kerascheck.toml: unknown key 'igonre'; did you mean 'ignore'?" in message


def test_an_unknown_key_of_a_model_is_told_with_its_place(tmp_path):
    message = wrong(tmp_path, '[models."a.keras"]\nlables = "y.npy"')
    assert "models.a.keras: unknown key 'lables'; did you mean 'labels'?" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select = 3", "select: Expected a list of strings. Received: 3."),
        ('select = "KC1"', "select: Expected a list of strings. Received: 'KC1'."),
        ("select = [1]", "select: Expected a list of strings."),
        ("labels = true", "labels: Expected a string. Received: True."),
        ('labels = "s3://b/y.npy"', "labels: Expected a file of this machine."),
        ('fail-on = "all"', "fail-on: Expected one of error, warning, note, never."),
        ("levels = []", "levels: Expected a table. Received: []."),
        ('levels = {KC1 = "bad"}', "levels.KC1: Expected one of"),
        ('per-model-ignores = {a = "KC1"}', "per-model-ignores.a: Expected a list"),
        ("per-model-ignores = {a = {}}", "per-model-ignores.a: Expected a table with"),
        ('per-model-ignores = {a = ["KC1", {}]}', "per-model-ignores.a: Expected a"),
        ('per-model-ignores = {a = {codes = "KC1"}}', "a.codes: Expected a list"),
        ('per-model-ignores = {a = {codes = [], reason = ""}}', "a.reason: Expected"),
        ("per-model-ignores = {a = {codes = [], until = 12:00:00}}", "Expected a date"),
        ("per-model-ignores = {a = {codes = [], until = 2026}}", "Expected a date"),
        (
            "per-model-ignores = {a = {codes = [], until = 2026-12-31T12:00:00}}",
            "a.until: Expected a date such as 2026-12-31. Received: datetime",
        ),
        (
            'per-model-ignores = {a = {codes = [], until = "20261231"}}',
            "a.until: Expected a date such as 2026-12-31. Received: '20261231'.",
        ),
        ('models = {a = {task = "x"}}', "models.a.task: Expected one of"),
        ("models = {a = {class-weight = {x = 1}}}", "Expected class ids"),
        ("models = {a = {class-weight = {0 = true}}}", "Expected class ids"),
    ],
)
def test_a_wrong_type_is_told_with_file_and_key(tmp_path, text, told):
    message = wrong(tmp_path, text)
    assert "kerascheck.toml: " in message
    assert told in message


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"select = [", "not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 100_000, "levels of nesting"),
        (b"#" * 2_000_000, "larger than"),
    ],
    ids=["broken", "no UTF-8", "deep", "huge"],
)
def test_a_hostile_file_is_refused_in_one_line(tmp_path, data, told):
    path = tmp_path / "kerascheck.toml"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=told):
        load(str(path))


def test_a_missing_file_is_refused():
    with pytest.raises(UsageError, match="No such file"):
        load("nowhere.toml")


def test_the_nearest_file_upwards_is_found(tmp_path):
    written(tmp_path, "")
    near = written(tmp_path, "", "deep/kerascheck.toml")
    (tmp_path / "deep/models").mkdir()
    assert find([str(tmp_path / "deep/models")]) == near


def test_paths_in_several_directories_share_what_lies_above_both(tmp_path):
    top = written(tmp_path, "")
    written(tmp_path, "", "a/kerascheck.toml")
    (tmp_path / "b").mkdir()
    assert find([str(tmp_path / "a"), str(tmp_path / "b")]) == top


def test_the_file_beside_a_model_file_is_found(tmp_path):
    path = written(tmp_path, "")
    model = written(tmp_path, "", "a.keras")
    assert find([model]) == path


def test_a_pyproject_without_the_table_is_passed_over(tmp_path):
    top = written(tmp_path, "")
    written(tmp_path, "[project]\nname = 'kerascheck-fan'\n", "deep/pyproject.toml")
    assert find([str(tmp_path / "deep")]) == top


def test_a_hidden_file_comes_before_the_others(tmp_path):
    written(tmp_path, "")
    hidden = written(tmp_path, "", ".kerascheck.toml")
    written(tmp_path, "[tool.kerascheck]\n", "pyproject.toml")
    assert find([str(tmp_path)]) == hidden


def test_finding_parses_no_pyproject_that_does_not_name_the_tool(tmp_path):
    written(tmp_path, "this is [ not TOML", "deep/pyproject.toml")
    top = written(tmp_path, "")
    assert find([str(tmp_path / "deep")]) == top


def beside(tmp_path, text):
    """Write a pyproject.toml that merely exists, and look for a configuration."""
    (tmp_path / "pyproject.toml").write_bytes(text)
    return find([str(tmp_path)])


@pytest.mark.parametrize(
    "text",
    [
        b'dependencies = ["kerascheck"]\n[tool]\nx = ' + b"[" * 100_000,
        b"# kerascheck\n[tool]\n" + b".".join([b"a"] * 20_000) + b" = 1\n",
        b"[tool]\nkerascheck-like = \n",
        b"[tool]\n# kerascheck\n" + b"#" * 2_000_000,
        b"\xff [tool] kerascheck",
    ],
    ids=["deep", "dotted", "broken", "huge", "no UTF-8"],
)
def test_a_pyproject_of_others_may_be_broken_or_hostile(tmp_path, text):
    assert beside(tmp_path, text) != str(tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[tool.kerascheck]\nignore = [", "not TOML"),
        (b"[tool.kerascheck]\n" + b".".join([b"a"] * 20_000) + b" = 1", "parts in one"),
        (b'[ "tool" . kerascheck.levels]\n' + b"#" * 2_000_000, "larger than"),
        (b"[[tool.kerascheck.x]]\na = " + b"[" * 1000, "levels of nesting"),
    ],
    ids=["broken", "dotted", "huge", "deep"],
)
def test_a_pyproject_with_our_table_is_not_passed_over(tmp_path, text, told):
    with pytest.raises(UsageError, match=told):
        beside(tmp_path, text)


@pytest.mark.parametrize("weight", ["1" + "0" * 400, "nan", "inf", "-inf"])
def test_a_class_weight_that_no_float_holds_is_refused(tmp_path, weight):
    text = f"models = {{a = {{class-weight = {{0 = {weight}}}}}}}"
    assert "Expected class ids" in wrong(tmp_path, text)
