"""What an option or a setting of pytest turns on."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from kerascheck.in_pytest.settings import PluginSettings, settings_of
from kerascheck.model.errors import KerascheckError
from kerascheck.model.version import __version__
from kerascheck.suppress.configuration_use import use_of
from kerascheck.trust.printable import shown

ACTIVE = "kerascheck.active"
"""Name of the plugin that says so."""


def activate(config: pytest.Config) -> None:
    """Register what the options and settings ask for.

    Raises:
        pytest.UsageError: An option or the configuration of the project is wrong.
    """
    settings = settings_of(config)
    try:
        sentence = use_of(settings.select_rules()).sentence
    except KerascheckError as error:
        raise pytest.UsageError(f"kerascheck: {error}") from None
    active = []
    if _is_on(config, "kerascheck"):
        _collect(config, settings)
        active.append("saved models are collected")
    warn = _is_on(config, "kerascheck_fit_warn")
    if warn or _is_on(config, "kerascheck_fit"):
        _watch(config, settings, warn=warn)
        active.append("every fit is checked" + (", findings are warnings" * warn))
    if active:
        config.pluginmanager.register(_Header(active, sentence), ACTIVE)


def _is_on(config: pytest.Config, name: str) -> bool:
    return bool(config.getoption(name) or config.getini(name))


def _collect(config: pytest.Config, settings: PluginSettings) -> None:
    from kerascheck.in_pytest.items import Collecting

    config.pluginmanager.register(Collecting(settings), "kerascheck.items")


def _watch(config: pytest.Config, settings: PluginSettings, *, warn: bool) -> None:
    """Watch from here to the end of the run: modules may train when imported."""
    from kerascheck.in_pytest.fits import Fits
    from kerascheck.live.fit_hook import check_on_fit

    fits = Fits(settings, warn=warn)
    config.pluginmanager.register(fits, "kerascheck.fits")
    stack = ExitStack()
    stack.enter_context(check_on_fit(fits.add, settings.check))
    config.add_cleanup(stack.close)


class _Header:
    """Says what is on, and what the configuration of the project turns off."""

    def __init__(self, active: list[str], sentence: str) -> None:
        self._lines = [f"kerascheck {__version__}: {'; '.join(active)}"]
        if sentence:
            self._lines.append(f"kerascheck: {shown(sentence)}")

    def pytest_report_header(self) -> list[str]:
        """Return these lines."""
        return self._lines
