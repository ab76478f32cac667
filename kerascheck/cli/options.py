"""Options that several commands share, and the settings that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

import click

from kerascheck.cli import completion
from kerascheck.cli.bundles import SettingsOptions
from kerascheck.model.typed import Any
from kerascheck.model.vocabulary import CONFIDENCES, FAIL_ON, TASKS

Command = Callable[..., Any]
Option = Callable[[Command], Command]


def bundled(name: str, kind: type, *options: Option) -> Option:
    """Return a decorator that adds options and passes their values on as one.

    Args:
        name: Of the argument that the command gets.
        kind: A NamedTuple with a field for each option; fields without an option have
            a default.
        options: As `--help` lists them.
    """
    make: Callable[..., object] = kind
    fields = tuple(kind.__annotations__)

    def decorator(command: Command) -> Command:
        @wraps(command)
        def with_bundle(**given: object) -> object:
            values = {field: given.pop(field) for field in fields if field in given}
            return command(**{name: make(**values)}, **given)

        for option in reversed(options):
            option(with_bundle)
        return with_bundle

    return decorator


def settings_options(*options: Sequence[Option]) -> Option:
    """Return a decorator that adds groups of options; the command gets `options`."""
    flat = (option for group in options for option in group)
    return bundled("options", SettingsOptions, *flat)


def _import_own_rules(
    context: click.Context, option: click.Parameter, modules: tuple[str, ...]
) -> tuple[str, ...]:
    if modules:
        from kerascheck.cli.user_imports import import_from_here_too

        import_from_here_too()
    return modules


PLACE = (
    click.option(
        "--config",
        "config_file",
        metavar="FILE",
        shell_complete=completion.paths,
        envvar="KERASCHECK_CONFIG",
        help="Configuration file; by default the nearest one upwards.",
    ),
    click.option(
        "--isolated",
        is_flag=True,
        help="Look for no configuration file and no baseline.",
    ),
    click.option(
        "--locked",
        is_flag=True,
        envvar="KERASCHECK_LOCKED",
        help="For gates: ignore every configuration, baseline and cache of the checked "
        "tree, and run none of its code.",
    ),
)
"""Where the configuration is read from."""

TASK = (
    click.option("--task", type=click.Choice(TASKS), help="What the models are for."),
)

LABELS = (
    click.option(
        "--labels",
        metavar="FILE",
        shell_complete=completion.paths,
        envvar="KERASCHECK_LABELS",
        help="Sample labels (npy, npz, csv, json); by default such a file next to "
        "each model.",
    ),
)

MODEL = (*LABELS, *TASK, *PLACE)

BASE = (
    click.option(
        "--base",
        metavar="REV",
        envvar="KERASCHECK_BASE",
        help="Read configuration and baseline from this Git revision, not from the "
        "working tree.",
    ),
)

OWN_RULES = (
    click.option(
        "--rules",
        multiple=True,
        metavar="MODULE",
        envvar="KERASCHECK_RULES",
        callback=_import_own_rules,
        help="Module or package with rules of your own; may be repeated.",
    ),
)

RULES = (
    click.option(
        "--select",
        multiple=True,
        metavar="RULES",
        shell_complete=completion.rules,
        envvar="KERASCHECK_SELECT",
        help="Rules to run: codes, names, beginnings of codes, or ALL; "
        "comma-separated.",
    ),
    click.option(
        "--extend-select",
        multiple=True,
        metavar="RULES",
        shell_complete=completion.rules,
        help="Additional rules to run.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="RULES",
        shell_complete=completion.rules,
        envvar="KERASCHECK_IGNORE",
        help="Rules to skip.",
    ),
    click.option(
        "--min-confidence",
        type=click.Choice(CONFIDENCES),
        envvar="KERASCHECK_MIN_CONFIDENCE",
        help="Hide findings of less confidence.  [default: low]",
    ),
)

FILES = (
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        envvar="KERASCHECK_EXCLUDE",
        help="Paths to exclude; replaces `exclude` of the configuration.",
    ),
    click.option(
        "--extend-exclude",
        multiple=True,
        metavar="GLOB",
        help="Additional paths to exclude.",
    ),
    click.option(
        "--force-exclude",
        is_flag=True,
        help="Exclude these paths even if they are named.",
    ),
)

ONLY_MODELS = (
    click.option(
        "--only-models",
        is_flag=True,
        help="Skip named files that are not models; hooks name every file of a commit.",
    ),
)

PROGRAMS = (
    click.option(
        "--no-programs",
        is_flag=True,
        envvar="KERASCHECK_NO_PROGRAMS",
        help="Check no Python programs and notebooks.",
    ),
    click.option(
        "--stdin-filename",
        "stdin_name",
        metavar="NAME",
        help="Read a program from stdin for -, and call it by this name.",
    ),
    click.option(
        "--changed-since",
        metavar="REV",
        envvar="KERASCHECK_CHANGED_SINCE",
        help="Judge only models whose files, or imports in the project, differ from "
        "this Git revision.",
    ),
)

BASELINE = (
    click.option(
        "--baseline",
        metavar="FILE",
        shell_complete=completion.paths,
        envvar="KERASCHECK_BASELINE",
        help="Known findings, which do not fail.  [default: "
        "kerascheck-baseline.json next to the configuration, if there is one]",
    ),
    click.option("--no-baseline", is_flag=True, help="Report known findings as well."),
)

GATE = (
    click.option(
        "--fail-on",
        type=click.Choice(FAIL_ON),
        envvar="KERASCHECK_FAIL_ON",
        help="Lowest severity that makes the exit code 1.  [default: warning]",
    ),
    click.option(
        "--max-warnings",
        type=click.IntRange(min=0),
        metavar="NUMBER",
        envvar="KERASCHECK_MAX_WARNINGS",
        help="Allow this many warnings.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        envvar="KERASCHECK_STRICT",
        help="Also fail on undecided rules, unused suppressions, programs that are not "
        "understood, and models that were passed over.",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 despite findings."),
)
"""What makes the exit code 1."""
