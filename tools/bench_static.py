"""How fast checking is, against loading the same models with Keras.

Cold: whole processes, from start to exit, the commands in turn so that noise meets all
alike. Warm: one process, all imported. Models are made on the spot: a small one as a
.keras archive and as HDF5, one whose weights are really there and really large, and a
folder of copies of the small one whose layers have names of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from kerascheck.model.frozen import Frozen

PACKAGE_PARENT = Path(__file__).resolve().parents[1]

COPIES = 1000
"""Models in the folder."""

_BUILD = """\
import sys
from tools import models
small = models.dense(8, "softmax", "sparse_categorical_crossentropy", units=10,
                     hidden=[(16, "relu")])
small.save(sys.argv[1])
small.save(sys.argv[2])
import keras
units = int(sys.argv[4]) * 250  # 4 bytes a weight, 1000 weights a unit
big = keras.Sequential([
    keras.Input((1000,)),
    keras.layers.Dense(units, kernel_initializer="ones", name="wide"),
    keras.layers.Dense(1, activation="sigmoid", name="output"),
])
big.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
big.save(sys.argv[3])
"""

REAL = ("ResNet50", "EfficientNetB7", "transformer")
"""Models of real size; the last has 12 layers of attention."""

REAL_COPIES = 20
"""Of each, in a folder; their heads differ in name."""

_BUILD_REAL = """\
import json, sys
import keras
from keras import layers
def transformer():
    x = inputs = keras.Input((128,), dtype="int32")
    x = layers.Embedding(1000, 64)(x)
    for _ in range(12):
        attended = layers.MultiHeadAttention(4, 16)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, attended]))
        wide = layers.Dense(128, activation="gelu")(x)
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(64)(wide)]))
    x = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, outputs)
for name in sys.argv[2:]:
    made = getattr(keras.applications, name, None)
    model = made(weights=None) if made else transformer()
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    config = keras.saving.serialize_keras_object(model)
    with open(f"{sys.argv[1]}/{name}.json", "w") as file:
        json.dump(config, file)
"""

_LOAD = "import sys, keras; keras.models.load_model(sys.argv[1])"

_LOAD_WARM = """\
import sys, time, keras
keras.models.load_model(sys.argv[1])
runs, start = int(sys.argv[2]), time.perf_counter()
for _ in range(runs):
    keras.models.load_model(sys.argv[1])
print(runs / (time.perf_counter() - start))
"""


class Effort(Frozen):
    """How much to measure."""

    runs: int = 15  # of each quick command
    loads: int = 3  # of each command that loads a model with Keras
    slices: int = 7  # of each warm loop, of which the median counts
    seconds: float = 0.5  # of each slice
    megabytes: int = 500  # of the large model's weights


def bench(effort: Effort, say: Callable[[str], None]) -> None:
    """Measure everything and say it: a line a figure, at the end one line of JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        say(f"building models; {effort.megabytes} MB of weights take a while")
        files = _files(folder, effort.megabytes)
        cold = _cold(files, effort)
        warm = _warm(files, effort)
        real, split = _warm_real(_real(folder), effort)
    figures = {
        "benchmark": "static",
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "command": "script" if _script() else "module",
        "cold_seconds": {name: round(value, 5) for name, value in cold.items()},
        "warm_models_per_second": {
            name: round(value, 1) for name, value in {**warm, **real}.items()
        },
        "share_of_configs_split_between_layers": round(split, 3),
        "ratios": {
            name: round(value, 2) for name, value in _ratios(cold, warm).items()
        },
    }
    for line in _lines(figures):
        say(line)
    say(json.dumps(figures))


def _files(folder: Path, megabytes: int) -> dict[str, Path]:
    files = {
        "small.keras": folder / "small.keras",
        "small.h5": folder / "small.h5",
        "large.keras": folder / "large.keras",
    }
    made = [str(path) for path in files.values()]
    order = [made[0], made[1], made[2], str(megabytes)]
    subprocess.run(
        [sys.executable, "-c", _BUILD, *order],
        check=True,
        env=usual_environment(),
        stderr=subprocess.DEVNULL,
    )
    files["folder"] = folder / "many"
    _copy(files["small.keras"], files["folder"])
    return files


def _real(folder: Path) -> dict[str, Path]:
    """Write folders of models of real size, without weights, which are not read."""
    from zipfile import ZipFile

    build = [sys.executable, "-c", _BUILD_REAL, str(folder), *REAL]
    subprocess.run(
        build, check=True, env=usual_environment(), stderr=subprocess.DEVNULL
    )
    found = {}
    for name in REAL:
        config = (folder / f"{name}.json").read_text()
        found[name] = folder / name
        found[name].mkdir()
        for number in range(REAL_COPIES):
            with ZipFile(found[name] / f"{number}.keras", "w") as archive:
                renamed = config.replace('"predictions"', f'"predictions_{number}"')
                archive.writestr("config.json", renamed)
                archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
    return found


def _copy(small: Path, folder: Path) -> None:
    """Write copies of an archive whose layers are called otherwise in each."""
    from zipfile import ZipFile

    with ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = members.pop("config.json").decode()
    folder.mkdir()
    for number in range(COPIES):
        with ZipFile(folder / f"model_{number:04}.keras", "w") as archive:
            renamed = config.replace('"output"', f'"output_{number}"')
            archive.writestr("config.json", renamed)
            for name, data in members.items():
                archive.writestr(name, data)


def usual_environment() -> dict[str, str]:
    """Return an environment with bytecode kept, as pip install leaves it."""
    ours = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(PACKAGE_PARENT)}
    return {**ours, **quiet}


_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def _script() -> Path | None:
    """Return the installed command of this environment, where there is one."""
    script = Path(sys.executable).with_name("kerascheck")
    return script if script.exists() else None


def kerascheck_command(path: Path) -> list[str]:
    """Return the command that checks one path."""
    script = _script()
    command = [str(script)] if script else [sys.executable, "-m", "kerascheck"]
    return [*command, "check", str(path)]


def _cold(files: Mapping[str, Path], effort: Effort) -> dict[str, float]:
    """Return the median seconds of each command, from start to exit."""
    quick = {
        "import click": [sys.executable, "-c", "import click"],
        **{f"check {name}": kerascheck_command(path) for name, path in files.items()},
    }
    slow = {
        f"load {name}": [sys.executable, "-c", _LOAD, str(path)]
        for name, path in files.items()
        if path.is_file()
    }
    return {**median_seconds(quick, effort.runs), **median_seconds(slow, effort.loads)}


def median_seconds(commands: Mapping[str, list[str]], runs: int) -> dict[str, float]:
    """Return the median seconds of each command, from start to exit, run in turn."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        _seconds(command)  # the first run fills the page cache and writes bytecode
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(_seconds(command))
    return {name: median(values) for name, values in times.items()}


def _seconds(command: list[str]) -> float:
    start = perf_counter()
    done = subprocess.run(command, env=usual_environment(), capture_output=True)
    seconds = perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr!r}")
    return seconds


def _warm(files: Mapping[str, Path], effort: Effort) -> dict[str, float]:
    """Return models a second, in this process and, for Keras, in another."""
    models = {name: 1 for name, path in files.items() if path.is_file()}
    rates = {
        f"check {name}": median(
            _rate(files[name], number, effort.seconds) for _ in range(effort.slices)
        )
        for name, number in {**models, "folder": COPIES}.items()
    }
    loaded = _load_rate(files["small.keras"], 10 * effort.loads)
    return {**rates, "load small.keras": loaded}


def _warm_real(
    folders: Mapping[str, Path], effort: Effort
) -> tuple[dict[str, float], float]:
    """Return models a second of real size, and which share of configs was split.

    Once in a folder of one architecture, and once with no layer known from others.
    """
    from kerascheck.readers.containers.known_layers import KNOWN

    rates = {}
    split, whole = KNOWN.split, KNOWN.whole
    for name, folder in folders.items():
        rates[f"check {name}, of one folder"] = median(
            _rate(folder, REAL_COPIES, effort.seconds) for _ in range(effort.slices)
        )
        rates[f"check {name}, the first"] = median(
            _rate(folder / "0.keras", 1, effort.seconds, KNOWN.forget)
            for _ in range(effort.slices)
        )
    split, whole = KNOWN.split - split, KNOWN.whole - whole
    return rates, split / (split + whole)


def _rate(
    path: Path,
    models: int,
    seconds: float,
    before: Callable[[], None] = lambda: None,
) -> float:
    """Return models a second of checking a path that holds `models`, over and over."""
    from kerascheck.api import check

    check(path)
    rounds, start = 0, perf_counter()
    while perf_counter() - start < seconds:
        before()
        check(path)
        rounds += 1
    return rounds * models / (perf_counter() - start)


def _load_rate(path: Path, runs: int) -> float:
    command = [sys.executable, "-c", _LOAD_WARM, str(path), str(runs)]
    done = subprocess.run(
        command, env=usual_environment(), capture_output=True, check=True
    )
    return float(done.stdout)


def _ratios(cold: Mapping[str, float], warm: Mapping[str, float]) -> dict[str, float]:
    faster = {
        f"cold, {name}: times faster than loading": cold[f"load {name}"]
        / cold[f"check {name}"]
        for name in ("small.keras", "small.h5", "large.keras")
    }
    return {
        **faster,
        "cold, small.keras: times import click": cold["check small.keras"]
        / cold["import click"],
        "cold, large.keras: times small.keras": cold["check large.keras"]
        / cold["check small.keras"],
        "warm, small.keras: times faster than loading": warm["check small.keras"]
        / warm["load small.keras"],
        "warm, large.keras: rate of small.keras": warm["check large.keras"]
        / warm["check small.keras"],
    }


def _lines(figures: Mapping[str, object]) -> Iterator[str]:
    for title in ("cold_seconds", "warm_models_per_second", "ratios"):
        yield title.replace("_", " ")
        rows = figures[title]
        assert isinstance(rows, dict)
        for name, value in rows.items():
            shown = (
                f"{value * 1000:.0f} ms" if title == "cold_seconds" else f"{value:,}"
            )
            yield f"  {name:<50}{shown:>12}"
    share = figures["share_of_configs_split_between_layers"]
    yield f"share of configs of real size that were split between their layers: {share}"
