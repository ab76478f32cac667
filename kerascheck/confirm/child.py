"""Training in a process of its own: its chatter is captured, its end is bounded.

The parent writes one JSON line to the child's standard input and reads JSON lines from
its standard output: progress, then results. Whatever frameworks print goes to a file.
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

from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.core.errors import KerascheckError

GRACE = 60.0
"""Seconds beyond the budget for the child to import Keras and to end by itself."""

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


def backend() -> str:
    """Return the backend that training will use.

    Raises:
        TrainingUnavailable: Keras 3 or its backend is not installed.
    """
    from importlib.util import find_spec

    wanted = os.environ.get("KERAS_BACKEND")
    found = [name for name in (wanted,) if name] or [
        name for name in BACKENDS if find_spec(name) is not None
    ]
    if found and find_spec(found[0]) is not None and find_spec("keras") is not None:
        return found[0]
    raise TrainingUnavailable(
        "reference training needs Keras 3 and a backend: "
        "pip install 'kerascheck[tensorflow]'"
    )


def other_backends() -> tuple[str, ...]:
    """Return the backends that are installed besides the one in use."""
    from importlib.util import find_spec

    used = backend()
    return tuple(b for b in BACKENDS if b != used and find_spec(b) is not None)


def train_in_child(
    setups: Sequence[Setup],
    *,
    seeds: int,
    budget: float,
    device: str = "auto",
    on: str | None = None,
    progress: Progress | None = None,
) -> list[SetupResult]:
    """Train setups in a child process and return one result each, in order.

    Args:
        setups: What to train.
        seeds: How many starts of each.
        budget: Seconds of training; what is not done by then is unfinished.
        device: "auto", "cpu" or "gpu".
        on: Backend; by default the one that `backend` finds.
        progress: Called with (work done, all of it).

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    plain = ask(
        "kerascheck.confirm.child",
        {"setups": [setup.to_dict() for setup in setups], "seeds": seeds},
        budget=budget,
        device=device,
        on=on,
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
    progress: Progress | None = None,
) -> list[Any]:
    """Run a module in a child process and return the results that it tells.

    Args:
        module: Whose main function begins with `order_and_tell`.
        order: What it is to do; budget and device are added.
        budget: Seconds after which, and a grace to end by itself, it is killed.
        device: "auto", "cpu" or "gpu".
        on: Backend; by default the one that `backend` finds.
        progress: Called with (work done, all of it).

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The child was killed, or crashed.
        KeyboardInterrupt: Passed on once the child is gone.
    """
    order = {**order, "budget": budget, "device": device}
    with tempfile.TemporaryFile("w+", errors="replace") as chatter:
        child = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=chatter,
            env=_environment(on or backend(), device),
            text=True,
            start_new_session=True,
        )
        timer = threading.Timer(budget + GRACE, _kill, [child])
        timer.start()
        try:
            found = _conversation(child, order, progress)
        finally:
            timer.cancel()
            _kill(child)
        if found is None:
            words = _last_lines(chatter)
            raise TrainingFailed(_ending(child, words), words)
    return found


def unfinished(setup: Setup, reason: str) -> SetupResult:
    """Return the result of a setup that was never trained, and why."""
    return SetupResult(setup=setup, status=Status.UNFINISHED, reason=reason)


def _environment(keras_backend: str, device: str) -> dict[str, str]:
    quiet = {
        "KERAS_BACKEND": keras_backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }
    if device == "cpu":
        quiet |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    # The child finds the same kerascheck, wherever the parent was started.
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [home, os.environ.get("PYTHONPATH", "")]
    quiet["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return {**os.environ, **quiet}


def _conversation(
    child: subprocess.Popen[str], order: Mapping[str, Any], progress: Progress | None
) -> list[Any] | None:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps(order))
        child.stdin.close()
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


def _kill(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


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


def order_and_tell() -> tuple[dict[str, Any], Callable[..., None]]:
    """Return what the parent asked for, and how to answer; the child's side of `ask`.

    Answers are progress=(work done, all of it) and, once, results=[...].
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print to standard output joins their chatter

    def tell(**message: object) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    return json.loads(sys.stdin.read()), tell


def main() -> None:
    """Train what standard input asks for; the child's side of `train_in_child`."""
    order, tell = order_and_tell()

    import time

    from kerascheck.confirm.training import train

    results = train(
        [Setup.from_dict(plain) for plain in order["setups"]],
        seeds=order["seeds"],
        deadline=time.monotonic() + order["budget"],
        progress=lambda done, of: tell(progress=[done, of]),
        device=order["device"],
    )
    tell(results=[result.to_dict() for result in results])


if __name__ == "__main__":
    main()
