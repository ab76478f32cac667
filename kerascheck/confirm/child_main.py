"""What runs first in a child process that trains: it lets in kerascheck and no tree.

Python starts this file by its path, isolated (-I) and without `site` (-S), in an empty
folder: no PYTHONPATH, no sitecustomize, no .pth file and nothing that lies around has
a say in what is imported. One line of JSON on standard input brings the import path,
and kerascheck is loaded from its own folder, whose parent may be the tree that is
checked and never stands on the path.

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
from typing import Any

GONE = 1
"""Exit code where the parent ends before its child."""


def main() -> None:
    """Do what the parent orders, and end when the parent ends."""
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):  # the parent was killed while it wrote
        sys.exit(GONE)
    orders = json.loads(line)
    threading.Thread(target=_end_with_parent, args=(os.getcwd(),), daemon=True).start()
    tell = _answers()
    _import_as(orders["python"])
    _load("kerascheck", orders["package"])
    import_module(orders["module"]).main(orders["order"], tell)


def python_here(path: list[str]) -> dict[str, object]:
    """Return what makes Python in the child as it is in this process.

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


def _import_as(python: Mapping[str, Any]) -> None:
    """Take over what `site` would have set: the path, and the virtual environment."""
    for name, value in python.items():
        setattr(sys, name, value)


def _load(name: str, folder: str) -> None:
    """Load a package from its folder, without a look at the folder around it."""
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


def _answers() -> Callable[..., None]:
    """Return how to answer the parent: progress=(done, of) and, once, results=[…].

    What libraries print to standard output joins their chatter on standard error.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def tell(**message: object) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    return tell


def _end_with_parent(folder: str) -> None:
    """Wait until the parent's end of the pipe is closed, which its death does as well.

    Then there is nobody to train for, nor to remove the empty folder.
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
