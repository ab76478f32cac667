"""The models that `keras_model_path` is, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir
from glob import glob
from pathlib import Path

import pytest

from kerascheck.checks.checking import why_excluded
from kerascheck.in_pytest.model_finder import ModelFinder, is_weights_only
from kerascheck.in_pytest.settings import PluginSettings, settings_of
from kerascheck.readers.search import FoundModel, find_models

SETTING = "kerascheck_models"

_MODELS = pytest.StashKey[list[str]]()


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each model that the setting names.

    Raises:
        CollectError: It names none: a test that never runs would look as if it passed.
    """
    config = metafunc.config
    if _MODELS not in config.stash:
        config.stash[_MODELS] = _models(config.getini(SETTING), settings_of(config))
    models = config.stash[_MODELS]
    metafunc.parametrize(
        "keras_model_path",
        [config.rootpath / model for model in models],
        ids=models,
        indirect=True,
    )


def _models(patterns: list[str], settings: PluginSettings) -> list[str]:
    """Return paths of models from the root, POSIX, sorted."""
    if not patterns:
        raise pytest.Collector.CollectError(
            f"keras_model_path: Expected globs of models as {SETTING} in the settings "
            "of pytest. Received: none."
        )
    models: set[str] = set()
    with chdir(settings.root):
        project = settings.project()
        for pattern in patterns:
            matched = {
                found.path
                for found in _matched(pattern, settings.root)
                if found.why_not_opened is None
                and why_excluded(found, project) is None
                and not is_weights_only(found.path)
            }
            if not matched:
                raise pytest.Collector.CollectError(
                    f"{SETTING}: no saved model matches {pattern!r}"
                )
            models |= matched
    return sorted(models)


def _matched(pattern: str, root: str) -> Iterator[FoundModel]:
    """Yield what a glob names, and what is in folders that it names."""
    finder = ModelFinder(root)
    for path in glob(pattern, recursive=True):
        if os.path.isdir(path):
            yield from find_models([path])
        elif found := finder.file(Path(path), named=True):
            yield found
