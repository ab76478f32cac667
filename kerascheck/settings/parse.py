"""The text of a configuration file as settings: which keys there are, what each holds.

A configuration file is data from the tree that is checked: it is bounded in size,
nothing in it is run, and it names no other configuration.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any
from kerascheck.model.vocabulary import CONFIDENCES, FAIL_ON, LEVELS, TASKS
from kerascheck.settings.expiry import is_day
from kerascheck.settings.globs import excess, globs_of
from kerascheck.settings.settings import (
    MAX_BYTES,
    SHARED_FILE,
    Ignore,
    ModelConfig,
    Settings,
    path_from_here,
)
from kerascheck.trust.tree import is_address

_MAX_WEIGHT = 1e300  # of a class; a longer integer does not fit a float

Reader = Callable[[Any, str], Any]
"""Reads one value of TOML; the text is its place, for messages."""


def parsed(path: str, data: bytes, where: str) -> Settings:
    """Return the settings in the bytes of a configuration file.

    Args:
        path: The file; labels, sources and the baseline start at its directory.
        data: What it holds.
        where: How messages call it.

    Raises:
        UsageError: It has an unknown key, or a value of a wrong type.
    """
    table = _our_table(path, data, where)
    if table is None:
        raise UsageError(f"{where}: there is no table [tool.kerascheck]")
    settings = Settings(path=path, **_values(_KEYS, table, where, between=": "))
    _require_few_globs(settings, where)
    return _at_home(settings, os.path.dirname(path))


def has_our_table(path: str, data: bytes, where: str) -> bool:
    """Say whether a pyproject.toml has our table; most need no parsing for that.

    Raises:
        UsageError: It has, and cannot be parsed. One that is not about kerascheck may
            be broken or of any size.
    """
    if b"kerascheck" not in data or not _may_have_table(data):
        return False
    try:
        return _our_table(path, data, where) is not None
    except UsageError:
        if _has_header(data):
            raise
        return False


def _has_header(data: bytes) -> bool:
    """Say whether a line begins a table [tool.kerascheck], or one inside it."""
    import re

    header = rb"""^[ \t]*+\[++[ \t]*+["']?tool["']?[ \t]*+\.[ \t]*+["']?kerascheck\b"""
    return re.search(header, data, re.MULTILINE) is not None


def _may_have_table(data: bytes) -> bool:
    """Say whether a TOML key tool.kerascheck may be in there: [tool], tool.kera…"""
    import re

    return bool(re.search(rb"""tool["']?\s*+(\]|\.\s*+["']?kerascheck)""", data))


def _our_table(path: str, data: bytes, where: str) -> dict[str, Any] | None:
    """Return our table of a configuration file; None: it has none.

    Raises:
        UsageError: It is too large, or not TOML.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path_from_here(path)}: larger than {MAX_BYTES} bytes")
    try:
        document = _document(data)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    if os.path.basename(path) != SHARED_FILE:
        return document
    tool = document.get("tool")
    table = tool.get("kerascheck") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


@lru_cache(maxsize=1)
def _document(data: bytes) -> dict[str, Any]:
    """Return what a text holds; that of a pyproject.toml is asked for twice.

    Raises:
        UsageError: It is not TOML, or more than is parsed.
    """
    import tomllib

    from kerascheck.trust.toml_limits import excess

    beyond = excess(data)
    if beyond is not None:
        raise UsageError(f"too much to parse: {beyond}")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError("not UTF-8") from None
    except (RecursionError, ValueError) as error:
        raise UsageError(f"not TOML: {error}") from None


def _require_few_globs(settings: Settings, where: str) -> None:
    beyond = excess(globs_of(settings))
    if beyond is not None:
        raise UsageError(f"{where}: too much to match: {beyond}")


def _at_home(settings: Settings, directory: str) -> Settings:
    """Return settings whose files are found from the directory of the configuration."""

    def located(path: str | None) -> str | None:
        if path is None:
            return None
        return path_from_here(os.path.join(directory, path)).replace(os.sep, "/")

    models = tuple(
        m._replace(labels=located(m.labels), source=located(m.source))
        for m in settings.models
    )
    return replace(
        settings,
        labels=located(settings.labels),
        baseline=located(settings.baseline),
        models=models,
    )


def _values(
    readers: Mapping[str, Reader], table: Any, where: str, *, between: str = "."
) -> dict[str, Any]:
    """Return what a table holds, its keys as Python spells them.

    Args:
        readers: One for each key that the table may have.
        table: From TOML.
        where: Place of the table, for messages.
        between: What separates that place from the name of a key.
    """
    return {
        key.replace("-", "_"): _reader(readers, key, where)(
            value, f"{where}{between}{key}"
        )
        for key, value in _items(table, where)
    }


def _reader(readers: Mapping[str, Reader], key: str, where: str) -> Reader:
    if key not in readers:
        from kerascheck.model.suggest import did_you_mean

        raise UsageError(
            f"{where}: unknown key {key!r}{did_you_mean(key, list(readers))}"
        )
    return readers[key]


def _expected(where: str, what: str, value: Any) -> UsageError:
    return UsageError(f"{where}: Expected {what}. Received: {value!r:.60}.")


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _expected(where, "a string", value)
    return value


def _label_file(value: Any, where: str) -> str:
    path = _string(value, where)
    if "://" in path and is_address(path):  # not printed: it may hold a secret
        raise UsageError(
            f"{where}: Expected a file of this machine. Only --labels takes addresses"
        )
    return path


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise _expected(where, "a list of strings", value)
    return tuple(value)


def _true_or_false(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _expected(where, "true or false", value)
    return value


def _number(value: Any, where: str) -> int:
    if type(value) is not int or value < 0:
        raise _expected(where, "a whole number from 0 on", value)
    return value


def _items(value: Any, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise _expected(where, "a table", value)
    return value.items()


def _one_of(words: Sequence[str]) -> Reader:
    def read(value: Any, where: str) -> str:
        if value not in words:
            raise _expected(where, f"one of {', '.join(words)}", value)
        return str(value)

    return read


def _levels(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    one = _one_of(LEVELS)
    return tuple((k, one(v, f"{where}.{k}")) for k, v in _items(value, where))


def _day(value: Any, where: str) -> str:
    """Return a date of TOML, or a string that is one, as 2026-12-31."""
    from datetime import date

    # An instant is a date as well, of a longer text.
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or not is_day(text):
        raise _expected(where, "a date such as 2026-12-31", value)
    return text


def _ignores(value: Any, where: str) -> tuple[Ignore, ...]:
    return tuple(
        ignore
        for pattern, entry in _items(value, where)
        for ignore in _ignores_of(pattern, entry, f"{where}.{pattern}")
    )


def _ignores_of(pattern: str, entry: Any, where: str) -> Iterator[Ignore]:
    """Yield the entries of one glob: codes, a table, or a list of tables."""
    tables = [entry] if isinstance(entry, dict) else entry
    if not isinstance(tables, list):
        raise _expected(where, "a list of strings, or a table with codes", entry)
    if not any(isinstance(table, dict) for table in tables):
        yield Ignore(pattern, _strings(tables, where))
        return
    for table in tables:
        values = _values(_IGNORE_KEYS, table, where)
        if "codes" not in values:
            raise _expected(where, "a table with codes", table)
        yield Ignore(pattern, **values)


def _models(value: Any, where: str) -> tuple[ModelConfig, ...]:
    return tuple(_model(k, v, f"{where}.{k}") for k, v in _items(value, where))


def _model(pattern: str, value: Any, where: str) -> ModelConfig:
    return ModelConfig(pattern=pattern, **_values(_MODEL_KEYS, value, where))


def _class_weight(value: Any, where: str) -> tuple[tuple[int, float], ...]:
    pairs = []
    for key, weight in _items(value, where):
        number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
        number = number and -_MAX_WEIGHT < weight < _MAX_WEIGHT  # NaN is neither
        if not (key.isascii() and key.isdigit() and len(key) < 10 and number):
            raise _expected(where, "class ids and their weights", {key: weight})
        pairs.append((int(key), float(weight)))
    return tuple(sorted(pairs))


_IGNORE_KEYS: dict[str, Reader] = {
    "codes": _strings,
    "reason": _string,
    "until": _day,
}

_MODEL_KEYS: dict[str, Reader] = {
    "labels": _label_file,
    "task": _one_of(TASKS),
    "class-weight": _class_weight,
    "source": _string,
}

_KEYS: dict[str, Reader] = {
    "select": _strings,
    "extend-select": _strings,
    "ignore": _strings,
    "fail-on": _one_of(FAIL_ON),
    "output-format": _string,
    "labels": _label_file,
    "levels": _levels,
    "per-model-ignores": _ignores,
    "models": _models,
    "exclude": _strings,
    "extend-exclude": _strings,
    "min-confidence": _one_of(CONFIDENCES),
    "max-warnings": _number,
    "strict": _true_or_false,
    "baseline": _string,
}
