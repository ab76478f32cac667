"""kerascheck explain: which rules a training log speaks for."""

from __future__ import annotations

import click

from kerascheck.cli.streams import show, style_of_stdout
from kerascheck.model.errors import UsageError
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.trust.printable import shown

if TYPE_CHECKING:
    from kerascheck.explain.show import RuleName

STDIN = "-"


@click.command("explain", short_help="Name the rules that a training log speaks for.")
@click.argument("log", metavar="FILE|-", type=click.Path(allow_dash=True))
@click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
)
def command(*, log: str, output_format: str) -> int:
    """Name the rules that a training log speaks for, with the lines that do.

    Reads the progress that fit prints, a CSVLogger file, a history as JSON, and
    TensorBoard events or their folder; "-" reads stdin. Nothing is run, and neither
    Keras nor TensorFlow is imported.
    """
    from kerascheck.explain.explanation import explain
    from kerascheck.explain.read import read, read_stdin
    from kerascheck.explain.show import as_document, as_text

    explanation = explain(read_stdin() if log == STDIN else read(log))
    if not explanation.log.epochs and not explanation.seen:
        raise UsageError(
            f"{'stdin' if log == STDIN else shown(log)} holds no training log: no "
            "figures of an epoch, and no known message"
        )
    rules = _rules()
    if output_format == "json":
        from kerascheck.report.document import ascii_json

        show(ascii_json(as_document(log, explanation, rules)))
    else:
        show(as_text(log, explanation, rules, style_of_stdout()))
    return 0


def _rules() -> dict[str, RuleName]:
    from kerascheck.explain.show import RuleName
    from kerascheck.rules import our_rules

    return {card.code: RuleName(card.name, card.summary) for card in our_rules()}
