"""What checking models in a store costs: requests, bytes and seconds.

Against a store on loopback that answers after a set latency and at a set bandwidth:
each model by ranges, and whole; many models at once; the same over Dask workers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Final
from urllib.request import urlopen

from kerascheck.api import check
from kerascheck.model.frozen import Frozen
from kerascheck.readers.remote.open import read_object
from kerascheck.settings.settings import Settings
from kerascheck.stores.address import Address
from kerascheck.stores.open import open_store
from kerascheck.stores.store import Entry

ROOT: Final = Path(__file__).resolve().parents[1]
MANY: Final = "small.keras"
MILLION: Final = 1_000_000

GET_PRICE: Final = 0.4
"""Dollars for a million GET requests, list price of Amazon S3 in its first region."""

LIST_PRICE: Final = 5.0
"""Dollars for a million LIST requests, each of 1,000 names."""

_BUILD: Final = """
import sys, keras
folder, names = sys.argv[1], sys.argv[2:]
small = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"),
                          keras.layers.Dense(1, "sigmoid")])
build = {
    "small": lambda: (small, "binary_crossentropy"),
    "resnet50": lambda: (keras.applications.ResNet50(weights=None, classes=10),
                         "sparse_categorical_crossentropy"),
    "efficientnetb7": lambda: (
        keras.applications.EfficientNetB7(weights=None, classes=10),
        "sparse_categorical_crossentropy"),
}
for name in names:
    model, loss = build[name]()
    model.compile("adam", loss, metrics=["accuracy"])
    model.save(f"{folder}/{name}.keras")
    model.save(f"{folder}/{name}.h5")
"""


class Effort(Frozen):
    """How much to measure."""

    names: tuple[str, ...] = ("small", "resnet50", "efficientnetb7")
    models: int = 3000  # read at once
    latency: float = 0.03  # seconds
    bandwidth: float = 50e6  # bytes a second
    workers: tuple[int, ...] = (1, 2)


def bench(effort: Effort, say: Callable[[str], None]) -> None:
    """Measure and say it: a line a figure, at the end one line of JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _build(folder, effort.names)
        with _store(folder, effort) as url:
            single = {
                path.name: _single(f"{url}/{path.name}", path)
                for path in sorted(folder.glob("*.*"))
            }
            many = _many(f"{url}/many/{effort.models}/", effort)
    figures = {
        **_about("remote", effort),
        "models": single,
        "many": many,
        "a million models": _million(single[MANY], many["models a second"]),
    }
    for name, one in single.items():
        say(
            f"{name:22} {one['requests']} requests, {one['bytes']:>9,} bytes "
            f"({one['beyond config']:>6,} beyond the config), {one['seconds']:.3f} s; "
            f"whole {one['whole bytes']:>11,} bytes, {one['whole seconds']:.3f} s; "
            f"ratio {one['bytes'] / one['whole bytes']:.4f} of the bytes, "
            f"{one['seconds'] / one['whole seconds']:.2f} of the time"
        )
    busy = many["milliseconds of this process a model"]
    say(
        f"many at once: {many['models a second']} models a second, "
        f"{busy} ms of processor time a model"
    )
    say(json.dumps(figures))


def bench_cluster(effort: Effort, say: Callable[[str], None]) -> None:
    """Measure models a second with and without a cluster on this machine."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _build(folder, ["small"])
        with _store(folder, effort) as url:
            address = f"{url}/many/{effort.models}/"
            speeds = {"one process": _many(address, effort)["models a second"]}
            for number in effort.workers:
                with _cluster(folder, number) as scheduler:
                    check(f"{url}/many/256/", config=Settings(scheduler=scheduler))
                    found = _many(address, effort, scheduler)
                speeds[f"{number} workers"] = found["models a second"]
    for name, speed in speeds.items():
        ratio = speed / speeds["one process"]
        say(f"{name:12} {speed} models a second, {ratio:.2f} of one process")
    say(json.dumps({**_about("cluster", effort), "models a second": speeds}))


def _about(name: str, effort: Effort) -> dict[str, Any]:
    return {
        "benchmark": name,
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "latency": effort.latency,
        "bandwidth": effort.bandwidth,
    }


def _build(folder: Path, names: Any) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", _BUILD, str(folder), *names]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _single(url: str, path: Path) -> dict[str, Any]:
    store = open_store(Address(url))
    # a connection that is there, as among many models
    store.fetch(Entry(url, path.name, None, False), 0, 1)
    store.traffic.ranges = store.traffic.bytes = 0
    started = perf_counter()
    read_object(store, store.look_at(url))
    seconds = perf_counter() - started
    started = perf_counter()
    with urlopen(url) as answer:
        whole = len(answer.read())
    return {
        "requests": store.traffic.ranges,
        "bytes": store.traffic.bytes,
        "beyond config": store.traffic.bytes - _config_size(path),
        "seconds": round(seconds, 3),
        "whole bytes": whole,
        "whole seconds": round(perf_counter() - started, 3),
        "size": path.stat().st_size,
    }


def _config_size(path: Path) -> int:
    """Return the bytes of the config that a saved model holds."""
    if path.suffix == ".keras":
        import zipfile

        with zipfile.ZipFile(path) as archive:
            return archive.getinfo("config.json").compress_size
    import h5py

    with h5py.File(path) as file:
        return len(file.attrs["model_config"].encode())


def _many(address: str, effort: Effort, scheduler: str | None = None) -> dict[str, Any]:
    started, busy = perf_counter(), process_time()
    report = check(address, config=Settings(scheduler=scheduler))
    seconds, busy = perf_counter() - started, process_time() - busy
    if len(report.models) != effort.models:
        raise RuntimeError(f"{len(report.models)} models were checked")
    return {
        "seconds": round(seconds, 2),
        "models a second": round(effort.models / seconds),
        "milliseconds of this process a model": round(1000 * busy / effort.models, 2),
    }


def _million(one: dict[str, Any], speed: int) -> dict[str, Any]:
    """Return what a nightly scan of a million small models costs, at that speed."""
    requests = one["requests"] * MILLION
    listings = MILLION // 1000
    dollars = requests / 1e6 * GET_PRICE + listings / 1e6 * LIST_PRICE
    return {
        "requests": requests,
        "listings": listings,
        "gigabytes": round(one["bytes"] * MILLION / 1e9, 1),
        "hours": round(MILLION / speed / 3600, 2),
        "dollars": round(dollars, 2),
    }


@contextmanager
def _store(folder: Path, effort: Effort) -> Iterator[str]:
    command = [sys.executable, "-m", "tools.bench_store", str(folder), MANY]
    command += [str(effort.latency), str(effort.bandwidth)]
    with _started(command) as process:
        if process.stdout is None:
            raise RuntimeError("the server says nothing")
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"


@contextmanager
def _cluster(folder: Path, workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one thread each, on loopback."""
    from distributed import Client

    file = folder / f"scheduler-{workers}.json"
    here = ["--no-dashboard", "--host", "127.0.0.1"]
    module = [sys.executable, "-m", "distributed.cli.dask_scheduler", *here]
    with _started([*module, "--port", "0", "--scheduler-file", str(file)]):
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", *here]
        worker += ["--scheduler-file", str(file), "--no-nanny", "--nthreads", "1"]
        with _all_started([worker] * workers):
            while not file.exists():
                pass
            address = str(json.loads(file.read_text())["address"])
            with Client(address, timeout="60s", set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=120)
            yield address


@contextmanager
def _all_started(commands: list[list[str]]) -> Iterator[None]:
    if not commands:
        yield
        return
    with _started(commands[0]), _all_started(commands[1:]):
        yield


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
