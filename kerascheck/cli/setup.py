"""kerascheck setup: what goes together for a task and its labels."""

from __future__ import annotations

import click

from kerascheck.cli import completion
from kerascheck.cli.streams import show, style_of_stdout
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.combinations.show import RuleText


@click.command("setup", short_help="Show which head, loss and metrics go with labels.")
@click.option(
    "--task",
    metavar="TASK",
    shell_complete=completion.tasks,
    help="What is to be learned: binary, multiclass, multilabel or regression.",
)
@click.option(
    "--labels",
    metavar="LABELS",
    shell_complete=completion.label_names,
    help="How labels are written, as one-hot; without --task the names are listed.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show what is wrong as well.")
@click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
)
def command(
    *, task: str | None, labels: str | None, verbose: bool, output_format: str
) -> int:
    """Show which head, loss and metrics go with labels, with measured figures.

    First the calls of compile() that are right, then what works by accident; with -v
    also what is wrong, and what it looks like in a log. The figures are those of the
    reference trainings that ship with kerascheck: nothing is trained.
    """
    from kerascheck.combinations.question import answer, choose
    from kerascheck.combinations.show import as_document, as_text, choices, overview

    found = None if task is None else answer(*choose(task, labels))
    if output_format == "json":
        from kerascheck.report.document import ascii_json

        show(ascii_json(choices() if found is None else as_document(found)))
    elif found is None:
        show(overview())
    else:
        show(as_text(found, _rules(), style_of_stdout(verbose=verbose)))
    return 0


def _rules() -> dict[str, RuleText]:
    from kerascheck.combinations.show import RuleText
    from kerascheck.report.rule_page import in_the_log
    from kerascheck.rules import our_rules

    return {card.code: RuleText(card.name, in_the_log(card)) for card in our_rules()}
