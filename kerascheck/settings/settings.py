"""The settings of one run: one frozen value, made once and then carried along.

A configuration file gives most of them (`file`), and a call, an option or a variable
of the environment overrides what the file says. Whoever makes settings calls
`Settings.override`; nobody else merges anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.trust.tree import is_address, local

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from kerascheck.model.vocabulary import Confidence, FailOn, Task
    from kerascheck.trust.base_revision import Revision

    class Overrides(TypedDict, total=False):
        """What a call may say; None, False or nothing keeps what the file says."""

        labels: str | None
        task: Task | None
        select: str | Iterable[str]
        extend_select: str | Iterable[str]
        ignore: str | Iterable[str]
        min_confidence: Confidence | None
        exclude: Iterable[str]
        extend_exclude: Iterable[str]
        force_exclude: bool
        only_models: bool
        no_programs: bool
        stdin_name: str | None
        baseline: str | None
        fail_on: FailOn | None
        max_warnings: int | None
        strict: bool
        own_rules: tuple[str, ...]
        sources: tuple[str, ...]
        scheduler: str | None
        root: str | None


SHARED_FILE = "pyproject.toml"
"""Holds the settings of other programs as well; ours are a table of it."""

MAX_BYTES = 1_000_000
"""Bytes; a larger configuration file is refused."""


class Ignore(NamedTuple):
    """Rules that are ignored for the models that match one glob."""

    pattern: str
    codes: tuple[str, ...]  # codes, names or beginnings of codes
    reason: str | None = None
    until: str | None = None  # last day it counts: 2026-12-31


class ModelConfig(NamedTuple):
    """What the user says about the models that match one glob."""

    pattern: str
    labels: str | None = None  # path of a label file
    task: Task | None = None
    class_weight: tuple[tuple[int, float], ...] | None = None
    source: str | None = None  # file:line of the compile call, or the file alone


class Selectors(NamedTuple):
    """Which rules a call asks for: codes, names or beginnings of codes."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Settings(Frozen):
    """What one run goes by: a configuration file or the defaults, and what overrides.

    `select`, `extend_select` and `ignore` are those of the file; what a call says of
    rules is a layer on top of them, `call`.
    """

    path: str | None = None  # the file; globs and paths in it start at its directory
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "warning"
    output_format: str = "text"
    labels: str | None = None  # path of a label file
    levels: tuple[tuple[str, str], ...] = ()  # code, name or prefix -> level
    per_model_ignores: tuple[Ignore, ...] = ()
    models: tuple[ModelConfig, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    min_confidence: Confidence = "low"
    max_warnings: int | None = None
    strict: bool = False
    baseline: str | None = None  # path of a file of known findings

    # what no file can say
    own_rules: tuple[str, ...] = ()  # modules
    locked: bool = False  # nothing of the tree configures, weakens or runs anything
    isolated: bool = False  # no configuration or baseline is looked for
    base: Revision | None = None  # Git revision that file and baseline are read from
    baseline_data: bytes | None = None  # the baseline, if a revision holds it
    call: Selectors = Selectors()
    task: Task | None = None  # of all models
    force_exclude: bool = False  # exclude even what is named
    only_models: bool = False  # skip named files that are not models
    changed_since: Revision | None = None  # judge what differs from it alone
    no_programs: bool = False  # leave programs out
    stdin_name: str | None = None  # of the program that is read from stdin
    sources: tuple[str, ...] = ()  # files that may hold the compile calls
    scheduler: str | None = None  # of a Dask cluster that reads models of stores
    root: str | None = None  # where paths start without a file; None: here
    overridden: frozenset[str] = frozenset()  # names of what a call says
    as_written: Settings | None = None  # what the file alone says; None: all of this

    def override(self, **given: Unpack[Overrides]) -> Settings:
        """Return the settings with what a call says in place of the configuration.

        Globs of a call start at the current directory, those of a file at its own.
        """
        said: dict[str, Any] = {
            name: value for name, value in given.items() if _says_something(value)
        }
        if not said:
            return self
        changes: dict[str, Any] = {}
        for name, value in said.items():
            if name in Selectors._fields:
                call = changes.get("call", self.call)
                changes["call"] = call._replace(**{name: split_selectors(value)})
            elif name == "labels" and is_address(value):
                from kerascheck.stores.address import Address

                changes[name] = Address(value)
            elif name == "exclude":
                changes[name] = self._globs_from_home(value)
            elif name == "extend_exclude":
                changes[name] = self.extend_exclude + self._globs_from_home(value)
            else:
                changes[name] = value
        if "baseline" in said:
            changes["baseline_data"] = None
        return replace(
            self,
            **changes,
            overridden=self.overridden.union(said),
            as_written=self.as_written or self,
        )

    def for_workers(self) -> Settings:
        """Return what a worker of a cluster needs to judge models of stores."""
        return replace(
            self,
            scheduler=None,
            changed_since=None,
            base=None,
            baseline=None,
            baseline_data=None,
            as_written=None,
        )

    def _globs_from_home(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """Return globs that start at the current directory as globs of the file."""
        return tuple(
            pattern
            if "/" not in pattern.rstrip("/")
            else os.path.relpath(pattern, self.home).replace(os.sep, "/")
            for pattern in patterns
        )

    @property
    def home(self) -> str:
        """Directory that globs and paths start at."""
        if self.path is not None:
            return os.path.dirname(os.path.abspath(self.path))
        return os.path.abspath(self.root or os.curdir)

    @property
    def fingerprint_home(self) -> str:
        """Directory that the places of models in fingerprints start at.

        It is that of the configuration; without one that of the baseline; without
        either the current one.
        """
        if self.path is None and self.root is None and self.baseline is not None:
            return os.path.dirname(os.path.abspath(self.baseline))
        return self.home

    @property
    def where(self) -> str:
        """The file for messages: its path, and the revision that it is read from."""
        if self.path is None:
            return ""
        if self.base is not None:
            return self.base.named(self.path)
        return path_from_here(self.path)

    @property
    def place(self) -> str:
        """Path of the file, for findings about it; POSIX."""
        if self.path is None:
            return ""
        return path_from_here(self.path).replace(os.sep, "/")

    @property
    def looks_for_files(self) -> bool:
        """Say whether a configuration or a baseline that nobody names is obeyed."""
        return not (self.locked or self.isolated)

    @property
    def follows_links_out(self) -> bool:
        """Say whether labels in the tree may really be a file elsewhere."""
        return not self.locked and self.base is None


def split_selectors(texts: str | Iterable[str]) -> tuple[str, ...]:
    """Return the selectors of texts; one text may hold several, comma-separated."""
    texts = [texts] if isinstance(texts, str) else texts
    parts = (part.strip() for text in texts for part in text.split(","))
    return tuple(part for part in parts if part)


def place_from(home: str) -> Callable[[str], str]:
    """Return what turns the path of a model into its path from `home`; POSIX."""

    def place(path: str) -> str:
        if is_address(path):
            return path
        try:
            from_home = os.path.relpath(path, home).replace(os.sep, "/")
        except ValueError:  # on another drive of Windows, or with a NUL
            return path
        for inside in ("/saved_model.pb", "/config.json"):
            from_home = from_home.removesuffix(inside)
        return from_home

    return place


def path_from_here(path: str) -> str:
    """Return a path from the current directory."""
    try:
        return local(os.path.relpath(path))
    except ValueError:  # on another drive of Windows
        return path


def _says_something(value: object) -> bool:
    """Say whether a call gives this option; 0 and "" are values as well."""
    return not (value is None or value is False or value == () or value == [])
