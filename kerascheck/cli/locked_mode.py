"""--locked: what it refuses, as nothing in the tree may run or be written."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.cli.bundles import SettingsOptions
from kerascheck.model.errors import UsageError


def refuse_when_locked(
    options: SettingsOptions, *, paths: Sequence[str] = (), fix: bool = False
) -> None:
    """Refuse what a locked run does not do.

    Args:
        options: Whether this is such a run, and modules with rules of the user.
        paths: What is to be checked.
        fix: Whether fixes are to be written.

    Raises:
        UsageError: One of these is asked for.
    """
    if not options.locked:
        return
    if options.rules:
        raise _refused(
            "imports nothing of the tree",
            "--rules (KERASCHECK_RULES)",
            "remove it, or install the rules as a package with an entry point",
        )
    if fix:
        raise _refused(
            "writes nothing into the tree", "--fix", "use --diff, which only shows it"
        )
    for path in paths:
        if ":" in path:
            _refuse_factory(path)


def refuse_run_when_locked(options: SettingsOptions) -> None:
    """Refuse to run a program.

    Raises:
        UsageError: The run is locked.
    """
    if options.locked:
        raise _refused(
            "runs nothing of the tree",
            "run",
            "check saved models with kerascheck check",
        )


def _refuse_factory(path: str) -> None:
    from kerascheck.live.factory import is_factory

    if is_factory(path):
        raise _refused(
            "imports nothing of the tree", repr(path), "check a saved model instead"
        )


def _refused(why: str, what: str, instead: str) -> UsageError:
    return UsageError(
        f"--locked (KERASCHECK_LOCKED) {why}, so {what} is refused; {instead}"
    )
