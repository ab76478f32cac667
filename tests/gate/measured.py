"""What a command costs: the peak memory and the CPU time of the real process.

A process that is started from a large one inherits the large one's peak on Linux (the
peak of an address space outlives `exec`), so a small Python without site-packages
starts the command and reads what the kernel says of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

KERASCHECK = os.environ.get("KERASCHECK_COMMAND") or str(
    Path(sys.executable).with_name("kerascheck")
)

MIB = 2**20

_START = """
import json, os, resource, sys
cpu, files, command = int(sys.argv[1]), sys.argv[2:5], sys.argv[5:]
pid = os.fork()
if not pid:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(files[0], flags), 1)
        os.dup2(os.open(files[1], flags), 2)
        os.execv(command[0], command)
    finally:
        os._exit(127)
_, status, used = os.wait4(pid, 0)
with open(files[2], "w") as out:
    json.dump(
        [os.waitstatus_to_exitcode(status), used.ru_maxrss,
         used.ru_utime + used.ru_stime], out)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished command.

    Attributes:
        code: Exit code; negative: the signal that ended it.
        peak: Most memory at once, resident, in bytes.
        seconds: CPU time of user and system together.
        output: Standard output.
        errors: Standard error.
    """

    code: int
    peak: int
    seconds: float
    output: str
    errors: str


def measured(*arguments: str | Path, folder: Path, most_seconds: int = 60) -> Run:
    """Run the installed `kerascheck` in a folder and return what it took.

    Args:
        arguments: Of the command.
        folder: The working folder; output is kept beside it while it runs.
        most_seconds: CPU time after which the kernel ends it.
    """
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        files = [os.path.join(scratch, name) for name in ("out", "err", "used")]
        command = [KERASCHECK, *map(str, arguments)]
        subprocess.run(
            [sys.executable, "-ISc", _START, str(most_seconds), *files, *command],
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        output, errors = (Path(f).read_text(errors="replace") for f in files[:2])
        code, kilobytes, seconds = json.loads(Path(files[2]).read_text())
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(
        code=code,
        peak=kilobytes * scale,
        seconds=seconds,
        output=output,
        errors=errors,
    )
