"""The configuration: [tool.kerascheck] or kerascheck.toml as a frozen value.

A configuration file is data from the tree that is checked: it is bounded in size,
nothing in it is run, and it names no other configuration. The file nearest to what is
checked wins alone; nothing is merged. One that is found names files of that tree alone;
one that the user names, or that lies outside, is the user's word.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from kerascheck.model.errors import UsageError
from kerascheck.model.vocabulary import CONFIDENCES, FAIL_ON, LEVELS, TASKS
from kerascheck.settings.expiry import is_day
from kerascheck.settings.globs import bare, excess, matcher

if TYPE_CHECKING:
    from kerascheck.trust.base_revision import Revision
    from kerascheck.trust.confinement import Named
    from kerascheck.trust.tree import Tree

FILES = (".kerascheck.toml", "kerascheck.toml", "pyproject.toml")
"""Names that are looked for in each directory, the first one wins."""

_GREATEST = 1e300  # of a class weight; a longer integer is no float

MAX_BYTES = 1_000_000
"""Bytes; a larger configuration file is refused."""

MAX_BASELINE = 20_000_000
"""Bytes; a larger baseline is refused. 25,000 entries have about 4 MB."""


class Ignore(NamedTuple):
    """Rules that are left out for the models that match one glob."""

    pattern: str
    codes: tuple[str, ...]  # codes, names or beginnings of codes
    reason: str | None = None
    until: str | None = None  # last day it counts: 2026-12-31


class ModelConfig(NamedTuple):
    """What the user tells about the models that match one glob."""

    pattern: str
    labels: str | None = None  # path of a label file
    task: str | None = None
    class_weight: tuple[tuple[int, float], ...] | None = None
    source: str | None = None  # file:line of the compile call, or the file alone


class Settings(NamedTuple):
    """One configuration file, or the defaults."""

    path: str | None = None  # the file; globs and paths in it start at its directory
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "warning"
    output_format: str = "text"
    labels: str | None = None  # path of a label file
    levels: tuple[tuple[str, str], ...] = ()  # code, name or prefix -> level
    per_model_ignores: tuple[Ignore, ...] = ()
    models: tuple[ModelConfig, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    min_confidence: str = "low"
    max_warnings: int | None = None
    strict: bool = False
    baseline: str | None = None  # path of a file of known findings
    own_rules: tuple[str, ...] = ()  # modules; only a call names them, never a file
    locked: bool = False  # nothing of the tree configures, weakens or runs anything
    isolated: bool = False  # no configuration or baseline is looked for
    base: Revision | None = None  # Git revision that file and baseline are read from
    baseline_data: bytes | None = None  # the baseline, where a revision holds it
    as_written: Settings | None = None  # what the file alone says; None: all of this

    def with_call(self, **changes: Any) -> Settings:
        """Return the configuration with what the call says in its place."""
        return self._replace(as_written=self.as_written or self, **changes)

    @property
    def home(self) -> str:
        """Directory that globs and paths start at; without a file the current one."""
        if self.path is None:
            return os.path.abspath(os.curdir)
        return os.path.dirname(os.path.abspath(self.path))

    @property
    def where(self) -> str:
        """The file for messages: its path, and the revision that it is read from."""
        if self.path is None:
            return ""
        return _shown(self.path) if self.base is None else self.base.named(self.path)

    @property
    def place(self) -> str:
        """Path of the file, for findings about it; POSIX."""
        return "" if self.path is None else _shown(self.path).replace(os.sep, "/")

    @property
    def looks_for_files(self) -> bool:
        """Say whether a configuration or a baseline that nobody names is obeyed."""
        return not (self.locked or self.isolated)

    @property
    def follows_links_out(self) -> bool:
        """Say whether labels that lie in the tree may really be a file elsewhere."""
        return not self.locked and self.base is None


def concerns(config: Settings, pattern: str, path: str) -> bool:
    """Say whether a glob of the configuration is about the model at `path`.

    A glob is matched against the path from the directory of the configuration and
    against the name alone; "*" crosses directories; a directory covers what is in it.
    """
    return matcher(pattern)(_place(path, config.path, os.getcwd()))


@lru_cache(maxsize=1024)
def _place(path: str, file: str | None, here: str) -> str:
    """Return a path from the directory of a configuration; many globs ask for one.

    Args:
        path: Of a model.
        file: The configuration, as `Config.path`.
        here: The current directory, which both may start at.
    """
    home = Settings(path=file).home
    return os.path.relpath(os.path.abspath(path), home).replace(os.sep, "/")


def apart(config: Settings) -> Callable[[str], frozenset[str]]:
    """Return what gives the globs of the configuration that are about a path.

    Links give a model several paths. What is excluded or ignored under one of them is
    not under the others, and what is said of labels counts for its path alone.
    """
    globs = _globs(config)
    return lambda path: frozenset(g for g in globs if concerns(config, g, path))


def region(config: Settings, pattern: str) -> str:
    """Return the file or directory that holds all a glob can be about."""
    parts = bare(pattern).split("/")
    if len(parts) == 1:  # a name, which may be anywhere
        return config.home
    fixed = takewhile(lambda part: not set(part) & set("*?["), parts)
    return os.path.normpath(os.path.join(config.home, *fixed))


def find(paths: Sequence[str]) -> str | None:
    """Return the configuration file nearest to what all `paths` have in common.

    The directories from there up to the root are looked into; of one directory
    .kerascheck.toml comes before kerascheck.toml before a pyproject.toml that has a
    table [tool.kerascheck].
    """
    for path in _places(common_directory(paths)):
        if os.path.isfile(path) and (not _shares(path) or _mentions_us(path)):
            return path
    return None


def found(paths: Sequence[str], *, given: Collection[str] = ()) -> Settings:
    """Return the configuration that `find` finds, or the defaults.

    Args:
        paths: What is checked.
        given: "labels" and "baseline", where the call says them in its place.

    Raises:
        UsageError: It can not be read, is wrong, or leads out of the tree: its own
            folder, the checked paths, the current folder, and the checkouts around.
    """
    path = find(paths)
    if path is None:
        return Settings()
    from kerascheck.trust.confinement import (
        require_inside,
        require_no_link_out,
        tree_around,
    )

    around = (os.path.dirname(path), *paths)
    if os.path.islink(path):
        require_no_link_out(tree_around(around), path)
    config = load(path)
    if files := list(named(config, but=given)):
        require_inside(tree_around(around), files, config.where)
    return config


def at_base(
    revision: Revision,
    paths: Sequence[str],
    tree: Tree,
    *,
    file: str | None = None,
    given: Collection[str] = (),
) -> Settings:
    """Return the configuration nearest to what `paths` have in common in a revision.

    Its globs and paths start where the file would lie in the working tree. A baseline
    that it names is read from the revision as well.

    Args:
        revision: The revision.
        paths: What is checked.
        tree: Where files that it names may lie.
        file: The configuration that the call names, a path of the checkout; by
            default the nearest one.
        given: As for `found`.

    Raises:
        UsageError: It can not be read, is wrong, or leads out of the tree.
    """
    from kerascheck.trust.confinement import require_inside, require_named_inside

    places = [file] if file is not None else _places(common_directory(paths))
    for path, data in revision.files(places, limit=MAX_BYTES):
        where = revision.named(path)
        if file is None and _shares(path) and not _has_our_table(path, data, where):
            continue
        config = _parsed(path, data, where)._replace(base=revision)
        # Labels that a link leads out are a finding of their model.
        require_named_inside(tree, named(config, but=("source", *given)), where)
        require_inside(tree, named(config, but=("labels", "baseline")), where)
        if config.baseline is None or "baseline" in given:
            return config
        return with_baseline_of(revision, config, config.baseline)
    if file is not None:
        raise revision.missing(file)
    return Settings(base=revision)


def with_baseline_of(revision: Revision, config: Settings, path: str) -> Settings:
    """Return the configuration with a baseline as the revision holds it.

    Raises:
        UsageError: The revision has no such file.
    """
    for _, data in revision.files([path], limit=MAX_BASELINE):
        return config._replace(baseline=path, baseline_data=data)
    raise revision.missing(path)


def named(config: Settings, *, but: Collection[str] = ()) -> Iterator[Named]:
    """Yield the files that a configuration names.

    Args:
        config: Its paths start at the current directory.
        but: Those to leave out: "labels", "source", "baseline".
    """
    from kerascheck.trust.confinement import Named

    files = [("labels", config.labels), ("baseline", config.baseline)]
    for model in config.models:
        files += [("labels", model.labels), ("source", _file_of(model.source))]
    for key, path in files:
        if path is not None and key not in but:
            yield Named(key, path)


def _file_of(source: str | None) -> str | None:
    """Return the file of FILE:LINE."""
    if source is None:
        return None
    file, _, line = source.rpartition(":")
    return file if line.isdecimal() else source


def _places(directory: str) -> Iterator[str]:
    """Yield where a configuration can lie, from a directory up to the root."""
    while True:
        yield from (os.path.join(directory, name) for name in FILES)
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


def _shares(path: str) -> bool:
    """Say whether a file holds the settings of other programs as well."""
    return os.path.basename(path) == FILES[-1]


def common_directory(paths: Sequence[str]) -> str:
    """Return the directory that all `paths` have in common, absolute."""
    try:
        common = os.path.commonpath([os.path.abspath(path) for path in paths or ["."]])
    except ValueError:  # on several drives of Windows
        common = os.path.abspath(".")
    return common if os.path.isdir(common) else os.path.dirname(common)


def _mentions_us(path: str) -> bool:
    """Say whether a pyproject.toml has our table; most need no parsing for that.

    Raises:
        UsageError: It has, and can not be parsed. One that is not about kerascheck may
            be broken or of any size.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return False
    return _has_our_table(path, data, _shown(path))


def _has_our_table(path: str, data: bytes, where: str) -> bool:
    if b"kerascheck" not in data or not _may_have_table(data):
        return False
    try:
        return _table(path, _bounded(path, data), where) is not None
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


def load(path: str) -> Settings:
    """Read one configuration file.

    Raises:
        UsageError: It can not be read, has an unknown key, or a value of a wrong type.
    """
    return _parsed(path, _bytes(path), _shown(path))


def _parsed(path: str, data: bytes, where: str) -> Settings:
    """Return what the bytes of a configuration file say; `where` is for messages."""
    table = _table(path, data, where)
    if table is None:
        raise UsageError(f"{where}: there is no table [tool.kerascheck]")
    config = Settings(path=path, **_values(_KEYS, table, where, between=": "))
    _require_few_globs(config, where)
    return _at_home(config, os.path.dirname(path))


def _require_few_globs(config: Settings, where: str) -> None:
    beyond = excess(_globs(config))
    if beyond is not None:
        raise UsageError(f"{where}: too much to match: {beyond}")


def _globs(config: Settings) -> set[str]:
    globs = {*config.exclude, *config.extend_exclude}
    globs.update(ignore.pattern for ignore in config.per_model_ignores)
    globs.update(model.pattern for model in config.models)
    return globs


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{_shown(path)}: reading it failed: {reason}") from None
    return _bounded(path, data)


def _bounded(path: str, data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise UsageError(f"{_shown(path)}: larger than {MAX_BYTES} bytes")
    return data


def _table(path: str, data: bytes, where: str) -> dict[str, Any] | None:
    try:
        document = _document(data)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    if os.path.basename(path) != FILES[-1]:
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


def _shown(path: str) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive of Windows
        return path


def _at_home(config: Settings, directory: str) -> Settings:
    """Return `config` with its label files found from its own directory."""

    def located(path: str | None) -> str | None:
        if path is None:
            return None
        return _shown(os.path.join(directory, path)).replace(os.sep, "/")

    models = tuple(
        m._replace(labels=located(m.labels), source=located(m.source))
        for m in config.models
    )
    return config._replace(
        labels=located(config.labels),
        baseline=located(config.baseline),
        models=models,
    )


Reader = Callable[[Any, str], Any]


def _values(
    readers: Mapping[str, Reader], table: Any, where: str, *, between: str = "."
) -> dict[str, Any]:
    """Return what a table holds, its keys as Python spells them.

    Args:
        readers: One for each key that the table may have.
        table: From TOML.
        where: Place of the table, for messages.
        between: Stands between that place and the name of a key.
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
    """Yield what stands under one glob: codes, a table, or a list of tables."""
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
        number = number and -_GREATEST < weight < _GREATEST  # NaN is neither
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
    "labels": _string,
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
    "labels": _string,
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
