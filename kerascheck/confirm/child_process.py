"""Training in a process of its own: its chatter is captured, its end is bounded.

The parent writes one JSON line to the child's standard input and reads JSON lines from
its standard output: progress, then results. Whatever frameworks print goes to a file.
The pipe to standard input stays open as long as the parent lives, and the child ends
when it is closed, so that nothing trains on alone. What the child starts itself ends
at once (a library asks `uname` for the processor), so that ending it ends all.

Nothing of the tree that is checked is run there: `inside` says how.
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
from typing import IO, Any

from kerascheck.confirm import child_main as inside
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.model.errors import KerascheckError
from kerascheck.trust.import_path import is_installed, safe_import_path
from kerascheck.trust.tree import Tree

GRACE = 60.0
"""Seconds beyond the budget for the child to import Keras and to end by itself."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder of kerascheck, which the child loads from where its parent has it."""

_SEARCHED = frozenset({"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})
"""Variables with folders in which programs and libraries are looked for."""

_INSIDE = os.path.abspath(inside.__file__)

BACKENDS = ("tensorflow", "jax", "torch")
"""Looked for in this order where KERAS_BACKEND does not say."""

Progress = Callable[[int, int], None]


class TrainingUnavailable(KerascheckError):
    """Reference training can not run here; the text says what to install."""


class TrainingFailed(KerascheckError):
    """The child ended without results; the text says how.

    Attributes:
        chatter: The last lines that it wrote.
    """

    def __init__(self, message: str, chatter: str = "") -> None:
        super().__init__(message)
        self.chatter = chatter


def here() -> Tree:
    """Return the tree around the working folder, where no other is named."""
    return Tree.of((os.curdir,))


def backend(tree: Tree | None = None) -> str:
    """Return the backend that training will use.

    Args:
        tree: Where nothing is looked for; by default that around the working folder.

    Raises:
        TrainingUnavailable: Keras 3 or its backend is not installed.
    """
    path = safe_import_path(tree or here())
    chosen = os.environ.get("KERAS_BACKEND")
    found = [chosen] if chosen else [b for b in BACKENDS if is_installed(b, path)]
    if found and is_installed(found[0], path) and is_installed("keras", path):
        return found[0]
    raise TrainingUnavailable(
        "reference training needs Keras 3 and a backend: "
        "pip install 'kerascheck[tensorflow]'"
    )


def other_backends(tree: Tree | None = None) -> tuple[str, ...]:
    """Return the backends that are installed besides the one in use."""
    used, path = backend(tree), safe_import_path(tree or here())
    return tuple(b for b in BACKENDS if b != used and is_installed(b, path))


def train_in_child(
    setups: Sequence[Setup],
    *,
    seeds: int,
    budget: float,
    device: str = "auto",
    on: str | None = None,
    tree: Tree | None = None,
    progress: Progress | None = None,
) -> list[SetupResult]:
    """Train setups in a child process and return one result each, in order.

    Args:
        setups: What to train.
        seeds: How many starts of each.
        budget: Seconds of training; what is not done by then is unfinished.
        device: "auto", "cpu" or "gpu".
        on: Backend; by default the one that `backend` finds.
        tree: Of which nothing is run; by default that around the working folder.
        progress: Called with (work done, all of it).

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    plain = ask(
        "kerascheck.confirm.child_process",
        {"setups": [setup.to_dict() for setup in setups], "seeds": seeds},
        budget=budget,
        device=device,
        on=on,
        tree=tree,
        progress=progress,
    )
    return [SetupResult.from_dict(one) for one in plain]


def ask(
    module: str,
    order: Mapping[str, Any],
    *,
    budget: float,
    device: str = "auto",
    on: str | None = None,
    tree: Tree | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Run a module in a child process and return the results that it tells.

    Args:
        module: Whose `main(order, tell)` runs there.
        order: What it is to do; budget and device are added.
        budget: Seconds after which, and a grace to end by itself, it is killed.
        device: "auto", "cpu" or "gpu".
        on: Backend; by default the one that `backend` finds.
        tree: Of which nothing is run; by default that around the working folder.
        progress: Called with (work done, all of it).

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    tree = tree or here()
    orders = {
        "python": inside.python_here(safe_import_path(tree)),
        "package": _PACKAGE,
        "module": module,
        "order": {**order, "budget": budget, "device": device},
    }
    keras_backend = on or backend(tree)
    with (
        tempfile.TemporaryFile("w+", errors="replace") as chatter,
        tempfile.TemporaryDirectory(
            prefix="kerascheck-", ignore_cleanup_errors=True
        ) as folder,
    ):
        child = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=chatter,
            cwd=folder,
            env=_environment(keras_backend, device, tree, folder),
            text=True,
            start_new_session=True,
        )
        timer = threading.Timer(budget + GRACE, child.kill)
        timer.start()
        try:
            found = _conversation(child, orders, progress)
        finally:
            timer.cancel()
            _end(child)
        if found is None:
            words = _last_lines(chatter)
            raise TrainingFailed(_ending(child, words), words)
    return found


def unfinished(setup: Setup, reason: str) -> SetupResult:
    """Return the result of a setup that was never trained, and why."""
    return SetupResult(setup=setup, status=Status.UNFINISHED, reason=reason)


def _command() -> list[str]:
    """Return how Python starts in a child: isolated, without `site`."""
    return [os.path.abspath(sys.executable), "-I", "-S", "-u", _INSIDE]


def _environment(
    keras_backend: str, device: str, tree: Tree, folder: str
) -> dict[str, str]:
    """Return the environment of a child that starts in an empty `folder`."""
    quiet = {"KERAS_BACKEND": keras_backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if device == "cpu":
        quiet |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    if tree.holds(_keras_home()):  # its keras.json sets the precision of floats
        quiet["KERAS_HOME"] = folder
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    for name in _SEARCHED & kept.keys():
        kept[name] = _outside(kept[name], tree)
    return {**kept, **quiet}


def _outside(paths: str, tree: Tree) -> str:
    """Return those folders of a variable that are absolute and not in the tree."""
    folders = paths.split(os.pathsep)
    kept = [f for f in folders if os.path.isabs(f) and not tree.holds(f)]
    return os.pathsep.join(kept)


def _keras_home() -> str:
    """Return the folder in which Keras looks for keras.json (Keras 3.15)."""
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return os.path.expanduser(home)


def _conversation(
    child: subprocess.Popen[str],
    orders: Mapping[str, Any],
    progress: Progress | None,
) -> list[Any] | None:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps(orders) + "\n")
        child.stdin.flush()
    found = None
    for message in _messages(child.stdout):
        if "progress" in message and progress is not None:
            progress(*message["progress"])
        found = message.get("results", found)
    child.wait()
    return found


def _messages(stream: IO[str]) -> Iterator[dict[str, Any]]:
    for line in stream:
        with suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict):
                yield message


def _end(child: subprocess.Popen[str]) -> None:
    """End a child, however far it is, and wait until it is gone."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not written is of no use any more
                pipe.close()


def _ending(child: subprocess.Popen[str], words: str) -> str:
    if child.returncode and child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return f"the training process was ended by {name}, out of time or memory"
    last = words.strip().rpartition("\n")[2][:200]
    told = f"the training process ended with exit code {child.returncode}"
    return f"{told}: {last}" if last else told


def _last_lines(stream: IO[str]) -> str:
    stream.seek(0)
    return "".join(stream.readlines()[-20:])


def main(order: Mapping[str, Any], tell: Callable[..., None]) -> None:
    """Train what is ordered; the child's side of `train_in_child`.

    Args:
        order: As `train_in_child` writes it.
        tell: Answers with progress=(work done, all of it) and, once, results=[...].
    """
    import time

    from kerascheck.confirm.train.training import train

    results = train(
        [Setup.from_dict(plain) for plain in order["setups"]],
        seeds=order["seeds"],
        deadline=time.monotonic() + order["budget"],
        progress=lambda done, of: tell(progress=[done, of]),
        device=order["device"],
    )
    tell(results=[result.to_dict() for result in results])
