"""The exit code of an interrupted run."""

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count."""
