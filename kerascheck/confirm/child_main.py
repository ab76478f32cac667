"""What runs first in a child process that trains: it imports nothing from the tree.

Python starts this file by its path, isolated (-I) and without `site` (-S), in an empty
folder, so no PYTHONPATH, sitecustomize or .pth file, nor any file nearby, decides what
is imported. One line of JSON on standard input brings the import path. kerascheck is
loaded from its own folder; the folder around that may be the tree that is checked, and
is never on the path.

Standard library only, and nothing of kerascheck before the path is set.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any  # here kerascheck cannot be imported yet

GONE = 1
"""Exit code when the parent ends before its child."""


def main() -> None:
    """Do what the parent requests, and end when the parent ends."""
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):  # the parent was killed while it wrote
        sys.exit(GONE)
    message = json.loads(line)
    threading.Thread(target=_end_with_parent, args=(os.getcwd(),), daemon=True).start()
    reply = _open_reply()
    _restore(message["python"])
    _load("kerascheck", message["package"])
    import_module(message["module"]).main(message["request"], reply)


def python_state(path: list[str]) -> dict[str, object]:
    """Return the settings that make the child's Python equal to this one.

    Args:
        path: What the child may import from.
    """
    return {
        "path": path,
        "prefix": sys.prefix,
        "exec_prefix": sys.exec_prefix,
        "dont_write_bytecode": sys.dont_write_bytecode,
        "pycache_prefix": sys.pycache_prefix,
    }


def _restore(python: Mapping[str, Any]) -> None:
    """Set what `site` would have set: the path, and the virtual environment."""
    for name, value in python.items():
        setattr(sys, name, value)


def _load(name: str, folder: str) -> None:
    """Load a package from its folder, without looking at the folder around it."""
    spec = spec_from_file_location(
        name,
        os.path.join(folder, "__init__.py"),
        submodule_search_locations=[folder],
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"there is no package in {folder}")
    package = module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)


def _open_reply() -> Callable[..., None]:
    """Return a function that answers the parent.

    It takes progress=(done, total) and, once, results=[…]. What libraries print to
    standard output goes to standard error instead.
    """
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(**message: object) -> None:
        pipe.write(json.dumps(message) + "\n")
        pipe.flush()

    return reply


def _end_with_parent(folder: str) -> None:
    """Exit once the parent's end of the pipe is closed, by its death as well.

    Then nobody is left to train for, or to remove the empty folder.
    """
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    with suppress(OSError):
        os.chdir(os.path.dirname(folder))
        os.rmdir(folder)
    os._exit(GONE)


if __name__ == "__main__":
    main()
