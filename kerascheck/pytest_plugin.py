"""The pytest plugin: its options and fixtures alone.

pytest imports this module in every run wherever kerascheck is installed, so it imports
pytest alone. What does the work, `kerascheck.in_pytest`, is imported when an option, a
setting or a fixture asks for it.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False  # as in typing, which would be one more import

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from kerascheck.in_pytest.fixture import Checks

__all__: list[str] = []

_PACKAGE = __name__.partition(".")[0]

_SETTINGS = ("kerascheck", "kerascheck_fit", "kerascheck_fit_warn")

_OPTIONS = (
    *_SETTINGS,
    "kerascheck_select",
    "kerascheck_ignore",
    "kerascheck_fail_on",
    "kerascheck_confirm",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options --kerascheck… and settings kerascheck…."""
    group = parser.getgroup("kerascheck", "Keras models")
    group.addoption(
        "--kerascheck",
        action="store_true",
        help="Collect saved models, an item for each model and rule.",
    )
    group.addoption(
        "--kerascheck-fit",
        action="store_true",
        help="Check every model that a test fits or evaluates, with its labels; "
        "findings fail the test.",
    )
    group.addoption(
        "--kerascheck-fit-warn",
        action="store_true",
        help="The same, but findings are warnings.",
    )
    for name, what in (("select", "run"), ("ignore", "skip")):
        group.addoption(
            f"--kerascheck-{name}",
            action="append",
            default=[],
            metavar="RULES",
            help=f"Rules to {what}: codes, names or beginnings of codes; "
            "comma-separated.",
        )
    group.addoption(
        "--kerascheck-fail-on",
        metavar="SEVERITY",
        help="Lowest severity that fails: error, warning, note or never.",
    )
    group.addoption(
        "--kerascheck-confirm",
        action="store_true",
        help="Prove findings by training small reference models before they count.",
    )
    for name in _SETTINGS:
        text = f"As --{name.replace('_', '-')}."
        parser.addini(name, text, type="bool", default=False)
    parser.addini(
        "kerascheck_models",
        "Globs, from the root, of the saved models of `keras_model_path`.",
        type="linelist",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and what was asked for."""
    config.addinivalue_line(
        "markers", "kerascheck: an item that holds a saved model against one rule"
    )
    if any(map(config.getoption, _OPTIONS)) or any(map(config.getini, _SETTINGS)):
        with _outside(config):
            from kerascheck.in_pytest.activate import activate

            activate(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses `keras_model_path` once for each model."""
    if "keras_model_path" in metafunc.fixturenames:
        with _outside(metafunc.config):
            from kerascheck.in_pytest.paths import parametrize

            parametrize(metafunc)


@pytest.fixture(scope="session")
def keras_model_path(request: pytest.FixtureRequest) -> Path:
    """Path of a saved model; the test runs for each that `kerascheck_models` gives."""
    path: Path = request.param
    return path


@pytest.fixture
def kerascheck(request: pytest.FixtureRequest) -> Checks:
    """Check a model: `kerascheck(model_or_path, y)`, or `kerascheck.assert_clean`."""
    with _outside(request.config):
        from kerascheck.in_pytest.fixture import Checks

        return Checks(request)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show errors of kerascheck where the test calls it, and codes in the summary."""
    error = call.excinfo.value if call.excinfo else None
    ours = type(error).__module__.partition(".")[0] == _PACKAGE
    if error is None or not ours:
        return (yield)
    if not hasattr(error, "report"):  # wrong usage: where it was noticed is our affair
        error.__traceback__ = _test_frames(error.__traceback__)
        call.excinfo = pytest.ExceptionInfo.from_exception(error)
    report = yield
    findings = getattr(getattr(error, "report", None), "findings", ())
    crash = getattr(report.longrepr, "reprcrash", None)
    if findings and crash is not None:
        codes = ", ".join(dict.fromkeys(finding.code for finding in findings))
        crash.message = f"{codes}: {findings[0].message}"
    return report


def _test_frames(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames of this package at its end."""
    if trace is None:
        return None
    inner = _test_frames(trace.tb_next)
    name = str(trace.tb_frame.f_globals.get("__name__"))
    if inner is None and name.partition(".")[0] == _PACKAGE:
        return None
    trace.tb_next = inner
    return trace


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the summary, if there is anything to report."""
    properties = [
        pair
        for reports in terminalreporter.stats.values()
        for report in reports
        for pair in getattr(report, "user_properties", ())
        if str(pair[0]).startswith("kerascheck.")
    ]
    plugins = terminalreporter.config.pluginmanager
    if properties or plugins.hasplugin("kerascheck.active"):
        with _outside(terminalreporter.config):
            from kerascheck.in_pytest.summary import summarise

            summarise(terminalreporter, properties)


def _outside(config: pytest.Config) -> AbstractContextManager[None]:
    """Return a context in which nothing is imported from the project."""
    from kerascheck.trust.imports_outside import imports_outside
    from kerascheck.trust.tree import Tree

    return imports_outside(Tree.of((config.rootpath, ".")))
