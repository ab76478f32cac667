"""What two other linters of logs say of the stored ones."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from importlib.metadata import entry_points, version
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tools.training_logs.stored import as_csv, shows, stored

HOME = Path(__file__).resolve().parents[1] / "measured" / "log_peers.json"


def _losslint(path: Path) -> bool:
    findings = json.loads(_printed("losslint", "check", "--format", "json", path))
    return any(one["severity"] != "info" for one in findings["findings"])


def _trainproof(path: Path) -> bool:
    report = json.loads(_printed("trainproof", "doctor", "--json", path))
    return any(one["verdict"] in ("WARN", "FAIL") for one in report["reports"])


PEERS: Mapping[str, Callable[[Path], bool]] = {
    "losslint": _losslint,
    "trainproof": _trainproof,
}
"""Name on the package index -> whether it warns of the log in a file."""


def measure(say: Callable[[str], None]) -> str:
    """Run both on each history that no sign was set on; return the counts as JSON."""
    logs = [log for log in stored().values() if log.side != "tuned" and log.history]
    wrong = [log for log in logs if log.fault and shows(log)]
    right = [log for log in logs if not log.fault]
    found = {}
    with TemporaryDirectory() as folder:
        for name, warns in PEERS.items():
            counts = {"version": version(name)}
            for kind, chosen in (("wrong", wrong), ("right", right)):
                warned = 0
                for log in chosen:
                    path = Path(folder) / "training.csv"
                    path.write_text(as_csv(log.history), "utf-8")
                    warned += warns(path)
                counts[kind] = str(len(chosen))
                counts[f"warned_of_{kind}"] = str(warned)
                say(f"{name}: warns of {warned} of {len(chosen)} {kind} ones")
            found[name] = counts
    return json.dumps(found, indent=2) + "\n"


def _printed(program: str, *arguments: str | Path) -> str:
    """Return what a command prints; it runs in this process, which saves minutes."""
    (command,) = entry_points(group="console_scripts", name=program)
    out = io.StringIO()
    with (
        patch.object(sys, "argv", [program, *map(str, arguments)]),
        redirect_stdout(out),
        suppress(SystemExit),
    ):
        command.load()()
    return out.getvalue()
