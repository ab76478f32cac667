"""check --watch, driven as a user does: edit, look, interrupt."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from kerascheck.cli.program import exit_code

ROOT = Path(__file__).parents[2]
KERASCHECK = Path(sys.executable).with_name("kerascheck")
WAITING = "kerascheck: watching for changes; Ctrl-C ends this"
PATIENCE = 60.0  # seconds, on a busy machine

PROGRAM = """import keras

import sizes

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(sizes.CLASSES)])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
FOUND = "KC101 error"


class Watching:
    """The command while it runs; what it prints, line by line."""

    def __init__(self, folder, *arguments):
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [KERASCHECK, "--watch", "--output-format", "concise", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def round(self):
        """Return what one check prints, up to the line that says it waits."""
        seen = []
        while True:
            try:
                line = self.lines.get(timeout=PATIENCE)
            except Empty:
                pytest.fail(f"no further line after {seen}")
            if line == WAITING:
                return "\n".join(seen)
            seen.append(line)

    def interrupt(self):
        """Do as Ctrl-C does; return the exit code and what is printed after it."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        rest = []
        while not self.lines.empty():
            rest.append(self.lines.get())
        return code, rest

    def cpu(self):
        """Return the seconds of computing so far, as Linux counts them."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "train.py").write_text(PROGRAM)
    (tmp_path / "sizes.py").write_text("CLASSES = 3\n")
    return tmp_path


@pytest.fixture
def watching(project):
    started = []

    def start(*arguments):
        started.append(Watching(project, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.process.stdout.close()


def right(text):
    return text.replace("CLASSES)", 'CLASSES, activation="softmax")')


def test_a_change_is_checked_and_ctrl_c_ends_it(project, watching):
    command = watching("train.py")
    assert FOUND in command.round()
    (project / "train.py").write_text(right(PROGRAM))
    fixed = command.round()
    assert fixed.startswith("kerascheck: train.py changed")
    assert FOUND not in fixed
    assert "1 model: no findings" in fixed
    assert command.interrupt() == (130, [""])


def test_a_file_that_an_editor_replaces_stays_watched(project, watching):
    command = watching("train.py")
    command.round()
    for text, wrong in ((right(PROGRAM), False), (PROGRAM, True)):
        (project / "train.new").write_text(text)
        (project / "train.new").replace(project / "train.py")
        assert (FOUND in command.round()) == wrong


def test_imported_files_labels_and_settings_matter(project, watching):
    command = watching("train.py")
    command.round()
    (project / "sizes.py").write_text("CLASSES = 4\n")
    assert "sizes.py changed" in command.round()
    (project / "kerascheck.toml").write_text('ignore = ["KC101"]\n')
    assert FOUND not in command.round()
    (project / "kerascheck.toml").write_text("ignore = 1\n")
    assert "kerascheck: kerascheck.toml: ignore" in command.round()
    (project / "kerascheck.toml").unlink()
    assert FOUND in command.round()


def test_a_folder_is_watched_with_all_below_and_reports_are_not(project, watching):
    command = watching(".", "--report", "json=report.json")
    assert FOUND in command.round()
    (project / "notes.txt").write_text("not for kerascheck")
    (project / "inner").mkdir()
    (project / "inner/new.py").write_text(PROGRAM.replace("sizes.CLASSES", "2"))
    seen = command.round()
    assert seen.startswith("kerascheck: inner")
    if "inner/new.py:6: KC101" not in seen:  # it saw the folder before the file
        seen = command.round()
    assert "inner/new.py:6: KC101" in seen


def test_waiting_costs_nothing(project, watching):
    for number in range(200):
        (project / f"data{number}").mkdir()
    command = watching(".")
    command.round()
    before = command.cpu()
    with pytest.raises(Empty):
        command.lines.get(timeout=1)
    assert command.cpu() - before < 0.05


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--fix", "train.py"], "only checks"),
        (["--diff", "train.py"], "only checks"),
        (["-"], "needs the names of files"),
        (["train:build"], "imported once"),
        (["s3://KEY:SECRET@bucket/m.keras"], "not 's3://bucket/m.keras'"),
        (["absent.py"], "does not exist"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    project, monkeypatch, capsys, arguments, why
):
    monkeypatch.chdir(project)
    assert exit_code(["--watch", *arguments]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "shown"), [("--show-files", "train.py"), ("--show-settings", '"select"')]
)
def test_what_is_only_shown_is_shown_once(project, monkeypatch, capsys, option, shown):
    monkeypatch.chdir(project)
    assert exit_code(["--watch", option, "train.py"]) == 0
    assert shown in capsys.readouterr().out


def test_without_watchfiles_the_extra_is_named(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert exit_code(["--watch", "train.py"]) == 2
    assert "pip install 'kerascheck[watch]'" in capsys.readouterr().err
