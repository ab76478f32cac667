"""Words that options and configuration share; imports nothing, for a quick --help."""

FAIL_ON = ("error", "warning", "note", "never")

LEVELS = ("error", "warning", "note", "off")

CONFIDENCES = ("low", "medium", "high")
"""From the lowest on."""

TASKS = ("binary", "multiclass", "multilabel", "ordinal", "regression")
"""What a model can be for."""

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
