"""What a report ends with: the options that show and write the fixes."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.model.description import InProgram
from kerascheck.report.hints import next_steps
from tests.report.formats import reports

(FOUND,) = reports.ONE.findings
SAFE = replace(FOUND, fix=replace(FOUND.fix, applicability=kit.Applicability.SAFE))
UNITS = replace(
    FOUND,
    fix=kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(kit.SetUnits(head="out", units=2),),
    ),
)
UNSURE = replace(FOUND, confidence=kit.Confidence.LOW)
PLAIN = "--diff shows the fix in your source, --fix writes it"
FLAGGED = (
    "--diff --unsafe-fixes shows the fix in your source, --fix --unsafe-fixes writes it"
)
SOME = "; --unsafe-fixes adds those that change training"
PROGRAM = InProgram(file="train.py", line=4, name="model")


@pytest.mark.parametrize(
    ("findings", "program", "said"),
    [
        ([SAFE], None, [PLAIN]),
        ([FOUND], None, [FLAGGED]),
        ([FOUND], PROGRAM, [PLAIN]),
        ([UNSURE], PROGRAM, [FLAGGED]),
        ([FOUND, UNSURE], PROGRAM, [PLAIN + SOME]),
        ([SAFE, FOUND], None, [PLAIN + SOME]),
        ([UNITS], PROGRAM, []),
        ([UNITS, FOUND], None, [FLAGGED]),
        ([], None, []),
    ],
)
def test_the_options_are_those_that_the_fixes_need(findings, program, said):
    (model,) = reports.ONE.models
    model = replace(model, source="train.py:4", program=program)
    report = replace(reports.ONE, models=(model,), findings=tuple(findings))
    assert list(next_steps(report)) == said


def test_once_fixes_are_written_only_another_check_is_left():
    said = list(next_steps(reports.ONE, corrected=True))
    assert said == ["found before the fixes were written: check again for what is left"]


def test_a_saved_model_needs_the_program_that_compiles_it():
    (model,) = reports.ONE.models
    model = replace(model, source=None, format="keras")
    (said,) = next_steps(replace(reports.ONE, models=(model,)))
    assert said.startswith("--diff --unsafe-fixes --source FILE shows the fix")
    assert said.endswith("--fix --unsafe-fixes writes it")
