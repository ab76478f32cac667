"""kerascheck mlflow: write verdicts to the versions of a registry."""

from __future__ import annotations

from itertools import islice

import click

from kerascheck.cli.bundles import SettingsOptions
from kerascheck.cli.exit_codes import FOUND, code_without_findings
from kerascheck.cli.locked_mode import refuse_when_locked
from kerascheck.cli.options import (
    BASELINE,
    GATE,
    MODEL,
    OWN_RULES,
    RULES,
    settings_options,
)
from kerascheck.cli.output import output_options
from kerascheck.cli.writing import Output
from kerascheck.model.errors import UsageError
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings

VERDICT = "kerascheck.verdict"
"""The tag that a gate asks for: passed, failed or not-checked."""


@click.group("mlflow", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Work with an MLflow model registry."""
    if ctx.invoked_subcommand is None:
        raise UsageError("mlflow: Expected a command: tag.")


@command.command("tag", short_help="Write the verdict to a model version, as tags.")
@click.argument("version", metavar="ADDRESS")
@settings_options(MODEL, OWN_RULES, RULES, BASELINE, GATE)
@output_options
def tag(*, version: str, options: SettingsOptions, output: Output) -> int:
    """Check one version of a registered model, and write the verdict to it as tags.

    ADDRESS is models:/NAME/VERSION or models:/NAME@ALIAS. The tags are
    kerascheck.verdict (passed, failed or not-checked), kerascheck.findings with the
    codes, kerascheck.undecided with the number of undecided rules, and
    kerascheck.version. Exit codes: 0 passed, 1 failed, 2 wrong usage, 3 not checked.
    """
    from kerascheck.api import check
    from kerascheck.model.errors import UnreadableModel
    from kerascheck.settings.file import with_baseline
    from kerascheck.stores.address import Address
    from kerascheck.stores.mlflow import MODELS, Registry

    if not version.startswith(MODELS) or version.startswith(f"{MODELS}m-"):
        raise UsageError(
            f"Expected models:/NAME/VERSION or models:/NAME@ALIAS. Received: "
            f"{Address(version)!r}."
        )
    refuse_when_locked(options)
    settings = options.settings([])
    if not options.no_baseline:
        settings = with_baseline(settings)
    writing = output.ready(settings.output_format)
    registry = Registry()
    try:
        found = [*islice(registry.find(Address(version)), 2)]
        if len(found) != 1:
            raise UsageError(f"{version!r} is not one version; name one")
        (model,) = found
        report = check([model.name], config=settings)
        code = _exit_code(report, settings)
        registry.tag(model, tags_of(report, code))
    except UnreadableModel as error:
        raise UsageError(f"{version}: {error}") from None
    writing.write(report)
    return 0 if code == FOUND and options.exit_zero else code


def _exit_code(report: Report, settings: Settings) -> int:
    if report.fails(
        settings.fail_on,
        max_warnings=settings.max_warnings,
        strict=settings.strict,
    ):
        return FOUND
    return code_without_findings(
        report, settings, no_models=lambda _: "no saved model of Keras was found"
    )


def tags_of(report: Report, code: int) -> dict[str, str]:
    """Return what is written to a version, all of it text."""
    from kerascheck.model.version import __version__

    verdict = {0: "passed", FOUND: "failed"}.get(code, "not-checked")
    codes = dict.fromkeys(sorted(finding.code for finding in report.findings))
    return {
        VERDICT: verdict,
        "kerascheck.findings": " ".join(codes),
        "kerascheck.undecided": str(len(report.not_run)),
        "kerascheck.version": __version__,
    }
