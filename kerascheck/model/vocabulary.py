"""Words that options and configuration share; imports nothing, for a quick --help.

The types are for whoever checks the calls of a program; `tests/test_typed_calls.py`
holds them to the words.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes longer to import than all this

if TYPE_CHECKING:
    from typing import Literal

    Confidence = Literal["low", "medium", "high"]
    Device = Literal["auto", "cpu", "gpu"]
    FailOn = Literal["error", "warning", "note", "never"]
    Format = Literal[
        "concise",
        "github",
        "gitlab",
        "grouped",
        "html",
        "json",
        "jsonl",
        "junit",
        "markdown",
        "sarif",
        "summary",
        "text",
    ]
    Task = Literal["binary", "multiclass", "multilabel", "ordinal", "regression"]

FAIL_ON = ("error", "warning", "note", "never")

LEVELS = ("error", "warning", "note", "off")

CONFIDENCES = ("low", "medium", "high")
"""From the lowest on."""

TASKS = ("binary", "multiclass", "multilabel", "ordinal", "regression")
"""What a model can be for."""

DEVICES = ("auto", "cpu", "gpu")
"""Where --confirm trains."""

FIXED_SUFFIX = ".fixed"
"""In the name of a corrected copy, before its ending: NAME.fixed.keras."""

FAMILIES = {
    "0": "Files",
    "1": "Heads and losses",
    "2": "Labels",
    "3": "Metrics",
    "4": "The model as a whole",
    "9": "Your own rules",
}
"""First digit of a code -> subject of its rules."""
