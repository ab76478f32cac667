"""Training in a process of its own: its output is captured, its end is bounded.

The parent writes one JSON line to the child's standard input and reads JSON lines from
its standard output: progress, then results. Whatever frameworks print goes to a file.
The pipe to standard input stays open as long as the parent lives, and the child ends
when it is closed, so that no training goes on alone. What the child starts itself is
short-lived (a library asks `uname` for the processor), so ending the child ends all.

Nothing of the tree that is checked is run there: `child_main` says how.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from glob import glob

from kerascheck.confirm import child_main
from kerascheck.confirm.options import Progress, TrainingOptions, working_tree
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.model.errors import KerascheckError
from kerascheck.model.typed import IO, Any
from kerascheck.trust.import_path import is_installed, safe_import_path, version_of
from kerascheck.trust.tree import Tree

GRACE = 60.0
"""Seconds on top of the budget: to import Keras, and for the child to end by itself."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder of kerascheck: the child loads it from the same place as its parent."""

_PATH_VARIABLES = frozenset({"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})
"""Variables that list the folders of programs and libraries."""

_CHILD_MAIN = os.path.abspath(child_main.__file__)

_GPUS = ("/dev/nvidia[0-9]*", "/dev/kfd", "/dev/dxg", "/dev/dri/renderD*")
"""Device files of GPUs on Linux, of which one is there if any GPU is."""

_running: set[subprocess.Popen[str]] = set()
"""Children that train now."""

BACKENDS = ("tensorflow", "jax", "torch")
"""Tried in this order if KERAS_BACKEND is not set."""


NEEDED = (
    "reference training needs Keras 3 and a backend: "
    "pip install 'kerascheck[tensorflow]'"
)


class TrainingUnavailable(KerascheckError):
    """Reference training cannot run here; the text says what to install."""


class TrainingFailed(KerascheckError):
    """The child ended without results; the text says how.

    Attributes:
        output: The last lines that it wrote.
    """

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class TrainingStopped(TrainingFailed):
    """The child was ended by `end_children`."""


def default_backend(tree: Tree | None = None) -> str:
    """Return the backend that training will use.

    Args:
        tree: Where nothing is looked for; by default that around the working folder.

    Raises:
        TrainingUnavailable: Keras 3 or its backend is not installed.
    """
    path = safe_import_path(tree or working_tree())
    chosen = os.environ.get("KERAS_BACKEND")
    found = [chosen] if chosen else [b for b in BACKENDS if is_installed(b, path)]
    if found and is_installed(found[0], path) and is_installed("keras", path):
        return found[0]
    raise TrainingUnavailable(NEEDED)


def missing_gpu(device: str) -> str | None:
    """Return a line if a GPU is asked for and this machine has none; None: it may.

    It takes no import of a framework, and is sure on Linux alone.
    """
    if device != "gpu" or sys.platform != "linux":
        return None
    if any(glob(pattern) for pattern in _GPUS):
        return None
    return "there is no GPU on this machine (--device auto trains on the CPU)"


def can_train(backend: str, tree: Tree) -> bool:
    """Say whether Keras and a backend are installed, without importing either."""
    path = safe_import_path(tree)
    return is_installed(backend, path) and is_installed("keras", path)


def installed_keras(tree: Tree) -> str | None:
    """Return the version of Keras that would train; None: it is not installed."""
    return version_of("keras", safe_import_path(tree))


def other_backends(tree: Tree) -> tuple[str, ...]:
    """Return the installed backends, apart from the one in use."""
    used, path = default_backend(tree), safe_import_path(tree)
    return tuple(b for b in BACKENDS if b != used and is_installed(b, path))


def train_in_child(
    setups: Sequence[Setup],
    options: TrainingOptions,
    *,
    backend: str | None = None,
    part: int | None = None,
) -> list[SetupResult]:
    """Train setups in a child process and return one result each, in order.

    Args:
        setups: What to train.
        options: How; its cache is not used.
        backend: By default the one that `default_backend` finds.
        part: Setups that train together; None: all.

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    request = {
        "setups": [setup.to_dict() for setup in setups],
        "seeds": options.seeds,
        "part": part or len(setups),
    }
    plain = run_in_child(
        "kerascheck.confirm.child_process", request, options, backend=backend
    )
    return [SetupResult.from_dict(one) for one in plain]


def run_in_child(
    module: str,
    request: Mapping[str, Any],
    options: TrainingOptions,
    *,
    backend: str | None = None,
) -> list[Any]:
    """Run a module in a child process and return the results that it sends.

    A child that outlives the budget and a grace period is killed.

    Args:
        module: Whose `main(request, reply)` runs there.
        request: What it is to do; budget and device are added.
        options: Its budget, device, tree and progress are used.
        backend: By default the one that `default_backend` finds.

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    message = {
        "python": child_main.python_state(safe_import_path(options.tree)),
        "package": _PACKAGE,
        "module": module,
        "request": {**request, "budget": options.budget, "device": options.device},
    }
    keras_backend = backend or default_backend(options.tree)
    with (
        tempfile.TemporaryFile("w+", errors="replace") as output,
        tempfile.TemporaryDirectory(
            prefix="kerascheck-", ignore_cleanup_errors=True
        ) as folder,
    ):
        child = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=folder,
            env=_environment(keras_backend, options, folder),
            text=True,
            start_new_session=True,
        )
        timer = threading.Timer(options.budget + GRACE, child.kill)
        timer.start()
        _running.add(child)
        try:
            results = _exchange(child, message, options.progress)
        finally:
            stopped = child not in _running
            _running.discard(child)
            timer.cancel()
            _end(child)
        if results is None and stopped:
            raise TrainingStopped("the training was stopped")
        if results is None:
            last_lines = _last_lines(output)
            raise TrainingFailed(_end_text(child, last_lines), last_lines)
    return results


def end_children() -> None:
    """Kill the children that other threads wait for; they raise `TrainingStopped`."""
    for child in tuple(_running):
        _running.discard(child)
        child.kill()


def unfinished_result(setup: Setup, reason: str) -> SetupResult:
    """Return the result of a setup that was not trained, with the reason."""
    return SetupResult(setup=setup, status=Status.UNFINISHED, reason=reason)


def _command() -> list[str]:
    """Return the command that starts Python in a child: isolated, without `site`."""
    return [os.path.abspath(sys.executable), "-I", "-S", "-u", _CHILD_MAIN]


def _environment(
    keras_backend: str, options: TrainingOptions, folder: str
) -> dict[str, str]:
    """Return the environment of a child that starts in an empty `folder`."""
    changes = {"KERAS_BACKEND": keras_backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if options.device == "cpu":
        changes |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    if options.tree.holds(_keras_home()):  # its keras.json sets the precision of floats
        changes["KERAS_HOME"] = folder
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    for name in _PATH_VARIABLES & variables.keys():
        variables[name] = _folders_outside(variables[name], options.tree)
    return {**variables, **changes}


def _folders_outside(paths: str, tree: Tree) -> str:
    """Return the folders of a variable that are absolute and not in the tree."""
    folders = paths.split(os.pathsep)
    return os.pathsep.join(f for f in folders if os.path.isabs(f) and not tree.holds(f))


def _keras_home() -> str:
    """Return the folder in which Keras looks for keras.json (Keras 3.15)."""
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return os.path.expanduser(home)


def _exchange(
    child: subprocess.Popen[str],
    message: Mapping[str, Any],
    progress: Progress | None,
) -> list[Any] | None:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps(message) + "\n")
        child.stdin.flush()
    results = None
    for reply in _replies(child.stdout):
        if "progress" in reply and progress is not None:
            progress(*reply["progress"])
        if "unavailable" in reply:
            raise TrainingUnavailable(reply["unavailable"])
        results = reply.get("results", results)
    child.wait()
    return results


def _replies(stream: IO[str]) -> Iterator[dict[str, Any]]:
    for line in stream:
        with suppress(ValueError):
            reply = json.loads(line)
            if isinstance(reply, dict):
                yield reply


def _end(child: subprocess.Popen[str]) -> None:
    """Kill a child, if it still runs, and wait until it is gone."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):  # unwritten data is of no use any more
                pipe.close()


def _end_text(child: subprocess.Popen[str], last_lines: str) -> str:
    if child.returncode and child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return f"the training process was ended by {name}, out of time or memory"
    last = last_lines.strip().rpartition("\n")[2][:200]
    text = f"the training process ended with exit code {child.returncode}"
    return f"{text}: {last}" if last else text


def _last_lines(stream: IO[str]) -> str:
    stream.seek(0)
    return "".join(stream.readlines()[-20:])


def main(request: Mapping[str, Any], reply: Callable[..., None]) -> None:
    """Train what is requested; the child's side of `train_in_child`.

    Args:
        request: As `train_in_child` writes it.
        reply: Called with progress=(work done, all of it) and, once, results=[...].
    """
    import time

    from kerascheck.confirm.environment import environment
    from kerascheck.confirm.train.training import train

    try:
        environment(request["device"])
    except RuntimeError as missing:
        reply(unavailable=str(missing))
        return
    setups = [Setup.from_dict(plain) for plain in request["setups"]]
    part, deadline = request["part"], time.monotonic() + request["budget"]
    results: list[SetupResult] = []
    for first in range(0, len(setups), part):
        some = setups[first : first + part]
        results += train(
            some,
            seeds=request["seeds"],
            deadline=deadline,
            progress=_progress(reply, first, len(some), len(setups)),
            device=request["device"],
        )
    reply(results=[result.to_dict() for result in results])


def _progress(
    reply: Callable[..., None], before: int, size: int, everything: int
) -> Progress:
    """Return the progress of some setups among all, in thousandths of one."""

    def report(done: int, total: int) -> None:
        share = 1000 * size * done // max(total, 1)
        reply(progress=[1000 * before + share, 1000 * everything])

    return report
