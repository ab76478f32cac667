"""A check inside `fit`: of the model and of the labels that really arrive.

model.fit(x, y, callbacks=[kerascheck.callback()])
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module

from kerascheck.api import check
from kerascheck.labels.batches import FitSample
from kerascheck.live.first_batch import as_arrays, at_first_step, split_batch
from kerascheck.model.errors import KerascheckError, UsageError
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.model.vocabulary import FAIL_ON
from kerascheck.report.formats import format_of
from kerascheck.report.report import Report
from kerascheck.trust.replace_file import replace_file

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import FailOn

__all__ = ["callback"]


def callback(
    fail_on: FailOn = "error",
    *,
    verbose: int | None = None,
    report_file: str | os.PathLike[str] | None = None,
) -> Any:
    """Return a Keras callback that checks the first batch before the first step.

    A finding at or above `fail_on` ends the run with `FindingsError` before a
    weight has changed; otherwise a short report is printed, and training goes on.

    Args:
        fail_on: "error", "warning", "note" or "never".
        verbose: 0 prints nothing; by default the `verbose` of `fit` decides.
        report_file: File to write the report to, next to the checkpoints of the run;
            its ending chooses the format: .html, .json, .md, .sarif, .txt or .xml.

    Returns:
        A callback of the Keras that is imported, Keras 3 or `tf_keras`; if both are,
        it serves models of both. Its `report` is that of the first batch.

    Raises:
        UsageError: No Keras is imported, or `fail_on` or the ending is unknown.
    """
    if fail_on not in FAIL_ON:
        raise UsageError(f"Expected one of {FAIL_ON}. Received: {fail_on!r}.")
    names = tuple(name for name in ("keras", "tf_keras") if name in sys.modules)
    if not names:
        raise UsageError("import keras or tf_keras before `kerascheck.callback()`")
    file = None if report_file is None else os.fspath(report_file)
    if file is not None:
        format_of(file)
    return _made(names, fail_on, verbose, file)


def _made(
    names: tuple[str, ...],
    fail_on: FailOn,
    verbose: int | None,
    report_file: str | None,
) -> Any:
    """Return a callback for models of each Keras named, which is imported for it."""
    return _class(names)(fail_on, verbose, report_file)


@cache
def _class(names: tuple[str, ...]) -> Any:
    """Return the class, derived from `Callback` of each Keras named."""
    bases = tuple(import_module(name).callbacks.Callback for name in names)
    members = {"__doc__": _FirstBatch.__doc__, "keras_names": names}
    return type("Kerascheck", (_FirstBatch, *bases), members)


class _FirstBatch:
    """Checks a model and its labels at the first batch of `fit`."""

    keras_names: tuple[str, ...]
    model: Any
    params: Any

    def __init__(
        self, fail_on: FailOn, verbose: int | None, report_file: str | None
    ) -> None:
        super().__init__()
        self.fail_on = fail_on
        self.verbose = verbose
        self.report_file = report_file
        self.report: Report | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by the arguments, as no module holds the class."""
        arguments = (self.keras_names, self.fail_on, self.verbose, self.report_file)
        return _made, arguments, self.__dict__

    def on_train_begin(self, logs: Any = None) -> None:
        """Check the batch of the next call of the train function."""
        at_first_step(self.model, "train_function", self._check)

    def _check(self, batch: Any) -> None:
        x, y, weights = split_batch(batch)
        if y is None:
            return self._print("kerascheck: the batch holds no labels; nothing checked")
        data = FitSample(y=y, sample_weight=weights, watched=True)
        try:
            self.report = check(self.model, data, as_arrays(x))
        except KerascheckError as error:
            return self._print(f"kerascheck: not checked: {error}")
        if self.report_file is not None:
            self._write(self.report, self.report_file)
        self.report.raise_for_findings(self.fail_on)
        if self.report.findings:
            self._print(str(self.report))
        return None

    def _write(self, report: Report, path: str) -> None:
        try:
            os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
            replace_file(path, report.render(format_of(path)).encode())
        except OSError as error:
            self._print(f"kerascheck: writing {path!r} failed: {error.strerror}")

    def _print(self, text: str) -> None:
        verbose = self.params.get("verbose") if self.verbose is None else self.verbose
        if verbose != 0:
            sys.stdout.write(f"\n{text.rstrip()}\n")
