"""The names of the commands."""

from __future__ import annotations

COMMANDS = (
    "check",
    "run",
    "explain",
    "setup",
    "inspect",
    "rule",
    "baseline",
    "mlflow",
    "reference",
    "server",
)
"""Each is a module of this folder with a click command `command`."""
