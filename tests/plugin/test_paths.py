"""`keras_model_path`: a test for each saved model that a setting names."""

import pytest

TEST = """
def test_clean(keras_model_path, kerascheck):
    kerascheck.assert_clean(keras_model_path)
"""


def settings(*globs):
    return "\n  ".join(["[pytest]\nkerascheck_models =", *globs])


def ids(ran):
    """Return what the test ran with; needs --collect-only -q."""
    found = [line for line in ran.outlines if "::test_clean" in line]
    return [line.partition("[")[2].removesuffix("]") for line in found]


@pytest.fixture
def several(project):
    """A project with four models, two of which are wrong."""
    project.add("models/b.keras", "parabola-right")
    project.add("models/a.keras", "parabola-logits-as-probabilities")
    project.add("old/deep/c.h5", "format-hdf5-right")
    project.add("old/whole", "format-folder-wrong")
    project.test(TEST)
    return project


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        (["models/*.keras"], ["models/a.keras", "models/b.keras"]),
        (["models/*"], ["models/a.keras", "models/b.keras"]),
        (["models"], ["models/a.keras", "models/b.keras"]),
        (["**/*.h5"], ["old/deep/c.h5"]),
        (["old/whole", "models/b.keras"], ["models/b.keras", "old/whole"]),
        (["old/*"], ["old/deep/c.h5", "old/whole"]),
        (["models/a*", "models/*"], ["models/a.keras", "models/b.keras"]),
    ],
)
def test_the_test_runs_for_each_model(several, globs, expected):
    several.file("pytest.ini", settings(*globs))
    assert ids(several.run("--collect-only", "-q")) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\nkerascheck_models = ["old/*"]'),
        ("pyproject.toml", '[tool.pytest]\nkerascheck_models = ["old/*"]'),
        ("pytest.toml", '[pytest]\nkerascheck_models = ["old/*"]'),
    ],
)
def test_settings_have_one_meaning_in_every_style(several, name, text):
    if pytest.version_tuple < (9,) and "ini_options" not in text:
        pytest.skip("pytest 8 does not know this style")
    several.file(name, text)
    ran = several.run("--collect-only", "-q", "--strict-config")
    assert ids(ran) == ["old/deep/c.h5", "old/whole"]


def test_wrong_models_fail_alone(several):
    several.file("pytest.ini", settings("models", "old"))
    several.run().assert_outcomes(passed=2, failed=2)


def test_the_path_is_whole(several):
    several.file("pytest.ini", settings("models"))
    several.test("def test_is(keras_model_path): assert keras_model_path.is_absolute()")
    several.run().assert_outcomes(passed=2)


def test_fixtures_of_a_module_may_ask_for_it(several):
    several.file("pytest.ini", settings("models"))
    several.test(
        """
import pytest

@pytest.fixture(scope="module")
def size(keras_model_path):
    return keras_model_path.stat().st_size

def test_size(size):
    assert size
"""
    )
    several.run().assert_outcomes(passed=2)


def test_models_are_found_from_another_folder(several, monkeypatch):
    several.file("pytest.ini", settings("models"))
    monkeypatch.chdir(several.path / "old")
    ran = several.run("--collect-only", "-q", "..")
    assert ids(ran) == ["models/a.keras", "models/b.keras"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (settings("modles/*"), "no saved model matches 'modles/[*]'"),
        (settings("models/*", "modles"), "no saved model matches 'modles'"),
        ("[pytest]", "keras_model_path: Expected globs of models as kerascheck_models"),
    ],
)
def test_no_model_is_an_error(several, text, says):
    several.file("pytest.ini", text)
    ran = several.run()
    assert ran.ret == pytest.ExitCode.INTERRUPTED
    ran.stdout.fnmatch_lines([f"*{says}*"])
    assert "Traceback" not in ran.stdout.str()
    assert "paths.py" not in ran.stdout.str()


@pytest.mark.parametrize("name", ["notes.txt", "labels.npy"])
def test_what_is_no_model_is_left_out(several, name):
    several.file(f"models/{name}", "")
    several.file("pytest.ini", settings("models/*"))
    assert "models/" + name not in ids(several.run("--collect-only", "-q"))


def test_a_file_of_weights_is_left_out(several):
    several.add("models/weights.h5", "file-weights-only")
    several.file("pytest.ini", settings("models/*"))
    ran = several.run("--collect-only", "-q")
    assert ids(ran) == ["models/a.keras", "models/b.keras"]


def test_what_lies_in_the_folder_of_a_model_is_no_model(several):
    several.file("pytest.ini", settings("old/whole/*"))
    ran = several.run()
    assert (several.path / "old/whole/model.weights.h5").exists()
    ran.stdout.fnmatch_lines(["*no saved model matches 'old/whole/[*]'"])


def test_what_the_configuration_excludes_is_left_out_of_folders(several):
    several.file("kerascheck.toml", 'exclude = ["*/a.keras"]')
    several.file("pytest.ini", settings("models"))
    assert ids(several.run("--collect-only", "-q")) == ["models/b.keras"]
