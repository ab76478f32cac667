"""What two other linters of logs say of the stored ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.training_logs.stored import as_csv, shows, stored

HOME = Path(__file__).resolve().parents[1] / "measured" / "log_peers.json"

_BIN = Path(sys.executable).parent


def _losslint(path: Path) -> bool:
    done = _run(str(_BIN / "losslint"), "check", "--format", "json", str(path))
    findings = json.loads(done)["findings"]
    return any(finding["severity"] != "info" for finding in findings)


def _trainproof(path: Path) -> bool:
    done = _run(str(_BIN / "trainproof"), "doctor", "--json", str(path))
    reports = json.loads(done)["reports"]
    return any(report["verdict"] in ("WARN", "FAIL") for report in reports)


PEERS: Mapping[str, Callable[[Path], bool]] = {
    "losslint": _losslint,
    "trainproof": _trainproof,
}
"""Name on the package index -> whether it warns of the log in a file."""


def measure(say: Callable[[str], None]) -> str:
    """Run both on the history of each judged log, and return the counts as JSON."""
    logs = [log for log in stored().values() if log.side == "judged" and log.history]
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


def _run(*command: str) -> str:
    done: Sequence[str] = command
    return subprocess.run(done, capture_output=True, text=True, check=False).stdout
