"""docs/audit.md: totals of a run, and the kinds that remain with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from tools.audit.accepted import reason
from tools.audit.kinds import Kind, disagreements, kinds
from tools.audit.table import totals

_PAGE = """\
# Rules against the truth

`python -m tools audit --write` makes random setups of every label encoding, rank, dtype
policy and weight, trains them, and compares what it measures with what the rules say.
It wrote this page.

{sections}
"""

_SECTION = """\
## On {backend}

{count} setups, seed {seed}, Keras {version}. Rows are what was measured, columns
the worst finding{again}.

```text
{totals}
```

{kinds}"""

_AGAIN = """ of today's rules: they were changed after these figures were
seen, so that a fresh seed may show more"""


def section(
    results: Sequence[Mapping[str, Any]],
    *,
    backend: str,
    seed: int,
    again: bool = False,
) -> str:
    """Return what the page says of one run.

    Args:
        results: Of the run.
        backend: Of Keras.
        seed: Of the random choice.
        again: Rules were changed after it was measured.
    """
    found = kinds([one for result in results for one in disagreements(result)])
    return _SECTION.format(
        backend={"tensorflow": "TensorFlow", "jax": "JAX"}[backend],
        count=len(results),
        seed=seed,
        version=version("keras"),
        again=_AGAIN if again else "",
        totals=totals(results),
        kinds=_table(found),
    )


def page(sections: Sequence[str]) -> str:
    """Return the page of one or several runs."""
    return _PAGE.format(sections="\n\n".join(sections))


def _table(found: Sequence[Kind]) -> str:
    """Return all kinds, also those without a reason."""
    if not found:
        return "No kind of disagreement remains.\n"
    rows = [
        f"| {kind.count} | {'silent harm' if kind.silent else 'finding without harm'} "
        f"| {kind.signature} | {reason(kind) or 'not explained yet'} |"
        for kind in found
    ]
    return "\n".join(["| setups | is | kind | reason |", "|---|---|---|---|", *rows])
