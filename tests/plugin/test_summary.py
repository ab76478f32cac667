"""The last word on a run, and the first."""

import pytest

TITLE = "= kerascheck ="

CLEAN = 'def test_clean(kerascheck):\n    kerascheck.assert_clean("models/a.keras")\n'

LINE = "models/a.keras: KC101 error: CategoricalCrossentropy takes the logits of *"


def section(ran):
    """Return the lines between our title and the next."""
    lines = iter(ran.outlines)
    assert any(TITLE in line for line in lines)
    told = []
    for line in lines:
        if line.startswith("="):
            break
        told.append(line)
    return told


def test_findings_are_listed_once(wrong):
    wrong.test(CLEAN)
    (line, counts) = section(wrong.run("--kerascheck"))
    assert line.startswith(LINE.removesuffix("*"))
    assert counts == "1 model: 1 finding"


def test_what_was_not_checked_is_listed_with_the_reason(right):
    right.add("models/b.keras", "file-uncompiled")
    assert section(right.run("--kerascheck"))[0] == (
        "not checked: models/b.keras: the model is not compiled"
    )


def test_findings_that_do_not_fail_are_told(wrong):
    ran = wrong.run("--kerascheck", "--kerascheck-fail-on", "never")
    assert ran.ret == 0
    ran.stdout.fnmatch_lines([LINE])


@pytest.mark.parametrize("options", [[], ["--kerascheck"], ["-v"]])
def test_there_is_none_without_anything_to_say(right, options):
    right.test(CLEAN)
    assert TITLE not in right.run(*options).stdout.str()


def test_a_run_that_checked_nothing_says_so(project):
    project.test("def test_other(): pass")
    ran = project.run("--kerascheck")
    ran.stdout.fnmatch_lines(["kerascheck: no model was checked"])
    assert TITLE not in ran.stdout.str()


@pytest.mark.parametrize("option", ["--collect-only", "--no-summary", "-qq"])
def test_there_is_none_where_none_is_wanted(wrong, option):
    assert TITLE not in wrong.run("--kerascheck", option).stdout.str()


def test_a_quiet_run_gets_a_line(wrong):
    ran = wrong.run("--kerascheck", "-q")
    assert TITLE not in ran.stdout.str()
    ran.stdout.fnmatch_lines(["kerascheck: 1 model: 1 finding"])


def test_a_verbose_run_lists_models(right):
    right.add("models/b.keras", "parabola-logits-as-probabilities")
    told = section(right.run("--kerascheck", "-v"))
    assert told[:2] == ["checked: models/a.keras", "checked: models/b.keras"]


def test_the_header_says_what_is_on(right):
    ran = right.run("--kerascheck", "--kerascheck-fit-warn")
    ran.stdout.fnmatch_lines(
        [
            "kerascheck *: saved models are collected; every fit is checked, "
            "findings are warnings"
        ]
    )


def test_the_header_says_nothing_where_nothing_is_on(right):
    right.test(CLEAN)
    ran = right.run("--kerascheck-fail-on", "error")
    assert not [line for line in ran.outlines if line.startswith("kerascheck")]


def test_the_line_of_a_failure_begins_with_the_codes(wrong):
    wrong.test(CLEAN)
    ran = wrong.run()
    ran.stdout.fnmatch_lines(["FAILED *::test_clean - KC101: Categorical*"])


def test_wrong_usage_shows_the_call_of_the_test_alone(wrong):
    wrong.test(
        "import kerascheck\n"
        "def test_live():\n    kerascheck.check('gone.keras')\n"
        "def test_fixture(kerascheck):\n    kerascheck('gone.keras')\n"
    )
    ran = wrong.run()
    assert "kerascheck/api.py" not in ran.stdout.str()
    assert "_named_identity" not in ran.stdout.str()
    ran.stdout.fnmatch_lines(["E *UsageError: *gone.keras*does not exist*"])
