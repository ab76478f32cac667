"""Backend, versions and device, as every result names them.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import contextlib
import platform
from contextlib import AbstractContextManager
from importlib import import_module

import keras
import numpy as np

from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Device


def environment(device: Device = "auto") -> dict[str, str]:
    """Return backend, versions and device in words.

    Raises:
        RuntimeError: `device` is "gpu" and the backend sees none.
    """
    backend = keras.backend.backend()
    return {
        "backend": backend,
        "keras": keras.__version__,
        backend: str(import_module(backend).__version__),
        "numpy": np.__version__,
        "python": platform.python_version(),
        **_device(backend, device),
    }


def device_scope(device: Device) -> AbstractContextManager[Any]:
    """Return the scope in which to build and train; "auto" leaves it to the backend."""
    if device == "auto":
        return contextlib.nullcontext()
    scope: AbstractContextManager[Any] = keras.device(f"{device}:0")
    return scope


def _device(backend: str, device: Device) -> dict[str, str]:
    gpu = _gpu(backend)
    if device == "gpu" and gpu is None:
        raise RuntimeError(
            f"there is no GPU that {backend} can use (--device auto trains on the CPU)"
        )
    if device == "cpu" or gpu is None:
        return {"device": "cpu", "device_name": platform.machine() or "cpu"}
    return {"device": "gpu", "device_name": gpu}


def _gpu(backend: str) -> str | None:
    """Return the name of the first GPU, None without one."""
    module = import_module(backend)
    if backend == "jax":
        first = module.devices()[0]
        return None if first.platform == "cpu" else str(first.device_kind)
    if backend == "torch":
        cuda = module.cuda
        return str(cuda.get_device_name(0)) if cuda.is_available() else None
    found = module.config.list_physical_devices("GPU")
    if not found:
        return None
    details = module.config.experimental.get_device_details(found[0])
    return str(details.get("device_name", "gpu"))
