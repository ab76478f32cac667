"""Ends the command line at each of many moments and looks at what it leaves.

    python -m tests.gate.killing SCENARIO COUNT SEED

runs in a scratch folder and prints a JSON list: for each run the signal, the moment,
how the process ended and what is wrong with what it left. A moment is a call of a
built-in function, so that the same seed ends the same runs at the same places, however
busy the machine is. Of three moments one lies anywhere, one after the first file was
opened for writing, and one is a call that the writer of files makes.
"""

import io
import json
import os
import random
import shutil
import signal
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from kerascheck.suppress.baseline import text

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "parabola-logits-as-probabilities"
TRAIN = """\
import keras

model = keras.Sequential([keras.layers.Dense(2, name="output")])
model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""
WRITER = f"{os.sep}replace_file.py"

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)

SCENARIOS = {
    "reports": (
        "check models --report json=a.json --report html=a.html --output-file t.txt",
        ("a.json", "a.html", "t.txt"),
    ),
    "baseline": ("baseline write models", ("kerascheck-baseline.json",)),
    "fix": (
        "check models --fix --unsafe-fixes --source train.py",
        ("train.py", "models/new.fixed.keras"),
    ),
}


def prepare(root, scenario, old):
    """Make the folder as it is before a run; `old`: files of an earlier run are there.

    Returns what each target may hold, None for a file that is absent.
    """
    shutil.rmtree(root, ignore_errors=True)
    (root / "models").mkdir(parents=True)
    shutil.copy(WRONG / "model.keras", root / "models" / "new.keras")
    for labels in WRONG.glob("labels.*"):
        shutil.copy(labels, root / "models" / f"new.labels{labels.suffix}")
    (root / "train.py").write_text(TRAIN)
    if old and scenario == "reports":
        for name in SCENARIOS[scenario][1]:
            (root / name).write_text("old\n" * 10_000)
    if old and scenario == "baseline":
        (root / "kerascheck-baseline.json").write_text(text(()))


def content(root, names):
    return {n: (root / n).read_bytes() if (root / n).exists() else None for n in names}


class Moment:
    """Counts calls of built-in functions, and does something at one."""

    def __init__(self, at=None, act=None):
        self.count, self.writing, self._at, self._act = 0, [], at, act

    def __call__(self, frame, event, _):
        if not event.startswith("c_"):
            return
        self.count += 1
        if frame.f_code.co_filename.endswith(WRITER):
            self.writing.append(self.count)
        if self.count == self._at:
            self._act()


def forked(arguments, root, moment, *, told=None):
    """Run the command line in a fork and return how it ended."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 99
    try:
        from kerascheck.cli.interrupt import INTERRUPTED
        from kerascheck.cli.program import exit_code

        os.chdir(root)
        said = os.open(root.parent / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        try:
            sys.setprofile(moment)
            code = exit_code(arguments)
            sys.setprofile(None)
        except KeyboardInterrupt:
            code = INTERRUPTED
        if told is not None:
            told.write_text(json.dumps([moment.count, moment.writing]))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def warm(arguments, root):
    """Run once in this process, so that the forks have nothing left to import."""
    from kerascheck.cli.program import exit_code

    here = os.getcwd()
    os.chdir(root)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        exit_code(arguments)
    os.chdir(here)


def trials(scenario, count, seed):
    command, names = SCENARIOS[scenario]
    arguments, chance = command.split(), random.Random(seed)
    scratch = Path.cwd()
    root, told = scratch / "tree", scratch / "told"
    prepare(root, scenario, old=False)
    warm(arguments, root)
    for number in range(count):
        old = bool(number % 2)
        prepare(root, scenario, old=old)
        forked(arguments, root, Moment(), told=told)
        last, writing = json.loads(told.read_text())
        new = content(root, names)
        prepare(root, scenario, old=old)
        before = content(root, names)
        anywhere, after = chance.randint(1, last), chance.randint(writing[0], last)
        at = (chance.choice(writing), after, anywhere)[number % 3]
        how = SIGNALS[number // 2 % len(SIGNALS)]
        moment = Moment(at, lambda how=how: os.kill(os.getpid(), how))
        code = forked(arguments, root, moment)
        after = content(root, names)
        wrong = [n for n in names if after[n] not in (before[n], new[n])]
        if how is signal.SIGINT:
            wrong += [str(p) for p in root.rglob(".kerascheck-*")]
        if b"Traceback" in (scratch / "said").read_bytes():
            wrong.append("a traceback")
        yield {"signal": how.name, "at": at, "of": last, "code": code, "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps(list(trials(sys.argv[1], int(sys.argv[2]), sys.argv[3]))))
