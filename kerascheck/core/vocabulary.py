"""Words that options and configuration share; imports nothing, for a quick --help."""

FAIL_ON = ("error", "warning", "note", "never")

LEVELS = ("error", "warning", "note", "off")

TASKS = ("binary", "multiclass", "multilabel", "ordinal", "regression")
"""What a model can be said to be for."""
