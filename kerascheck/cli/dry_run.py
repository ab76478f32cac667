"""check --show-files and --show-settings: what would be done, without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.cli.exit_codes import NOTHING_TO_CHECK
from kerascheck.cli.streams import complain, show
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.settings.settings import Settings
from kerascheck.trust.printable import printable
from kerascheck.trust.tree import is_address

if TYPE_CHECKING:
    from kerascheck.readers.search import FoundModel

_SHOWN = (
    *("path", "select", "extend_select", "ignore", "fail_on", "output_format"),
    *("labels", "levels", "per_model_ignores", "models", "exclude", "extend_exclude"),
    *("min_confidence", "max_warnings", "strict", "baseline", "own_rules", "locked"),
    *("isolated", "base"),
)
"""Fields of `Settings`, in the order in which they are shown."""


def show_files(paths: Sequence[str], settings: Settings) -> int:
    """Show a model a line on stdout; what is passed over, and why, on stderr.

    Returns:
        0, or 3 if no model was found.
    """
    from kerascheck.checks.checking import why_excluded

    models = 0
    for found in _found(paths, settings):
        why = why_excluded(found, settings) or found.why_not_opened
        if why is None:
            models += 1
            show(printable(found.path) + "\n")
        else:
            complain(f"passed over {found.path}: {why}")
    return 0 if models else NOTHING_TO_CHECK


def _found(paths: Sequence[str], settings: Settings) -> Iterator[FoundModel]:
    """Yield what would be checked, of this machine and then of stores."""
    from kerascheck.readers.search import find_models
    from kerascheck.settings.globs import globs_about

    addresses = [path for path in paths if is_address(path)]
    yield from find_models(
        [path for path in paths if not is_address(path)],
        locked=settings.locked,
        only_models=settings.only_models,
        programs=not settings.no_programs,
        path_key=globs_about(settings),
    )
    if addresses:
        from kerascheck.readers.remote.find import find_remote
        from kerascheck.stores.address import Address

        for model in find_remote(map(Address, addresses), locked=settings.locked):
            yield model.found


def show_settings(settings: Settings) -> int:
    """Show the settings in force, and the codes of the rules that run."""
    from kerascheck.report.document import ascii_json
    from kerascheck.suppress.rule_selection import select_rules

    values = {name: getattr(settings, name) for name in _SHOWN}
    values["path"] = settings.where or None
    values["base"] = settings.base and settings.base.name
    for name in ("models", "per_model_ignores"):
        values[name] = [one._asdict() for one in values[name]]
    document = {name.replace("_", "-"): value for name, value in values.items()}
    rules = [rule.code for rule in select_rules(settings).rules]
    show(ascii_json({**document, "rules": rules}))
    return 0
