"""CachedResults of reference training on disk, one small file each.

They are in the user's own cache folder and never in the tree that is checked: whoever
writes a result decides a verdict. A folder that another user owns, or may write to, is
not used, and neither is an entry with anything odd in it.

A result is used only if everything that matters is the same: setup, seeds, engine,
Keras, backend, their versions, and the device. Files are written under another name and
renamed, so two runs at once never see half of one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from stat import S_ISDIR, S_ISLNK, S_ISREG

from kerascheck.confirm.cached_result import read_result
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import Setup
from kerascheck.model.typed import Any, Final
from kerascheck.trust.import_path import safe_import_path, version_of
from kerascheck.trust.printable import count
from kerascheck.trust.replace_file import new_file, replace_file
from kerascheck.trust.tree import Tree, is_within

ENGINE = "4"
"""Increased by hand when the engine trains or measures in another way."""

FOLDER_VARIABLE = "KERASCHECK_CACHE_DIR"
"""Names a folder to use instead of the system's cache folder of this user."""

OLD_FOLDER = ".kerascheck_cache"
"""Where version 0.1 kept results: in the working folder, for anyone to write."""

MAX_ENTRY = 1 << 20
"""Bytes of a result; one of 100 seeds has 0.2 MB."""

MAX_FOLDER = 64 << 20
"""Bytes of all results; beyond it the oldest are deleted."""

Notice = Callable[[str], None]
"""Called with one line for the user."""

_TAG: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by kerascheck.\n"
_PREFIX: Final = ".kerascheck-"  # of a file that is being written
_OURS: Final = re.compile(rf"[0-9a-f]{{32}}\.json|{re.escape(_PREFIX)}.*")
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO would wait for a writer
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_OTHERS_MAY_WRITE: Final = 0o022


@contextmanager
def open_cache(tree: Tree, notice: Notice) -> Iterator[Cache | None]:
    """Yield the cache of this user; None if it must not be used.

    Args:
        tree: What is checked; a cache inside it is not used.
        notice: Called once with the reason if the cache, or an entry, is not used.
    """
    root = _root()
    why = _why_not_used(root, tree)
    for old in _old_folders(tree):
        now = "" if why else f"; the cache is now {root}"
        notice(f"{old} is ignored and can be deleted{now}")
    if why is not None:
        notice(f"the cache {root} is not used: {why}")
        yield None
        return
    cache = Cache(os.path.join(root, "confirm"), tree)
    try:
        yield cache
    finally:
        cache.close(notice)


class Cache:
    """A folder of results that only this user can write to."""

    def __init__(self, folder: str, tree: Tree) -> None:
        """Use a folder; if it does not exist, nothing is stored."""
        self.folder = folder
        self._path = safe_import_path(tree)
        self._ignored: list[str] = []
        self._has_written = False

    def results_of(self, *, backend: str, device: str, seeds: int) -> CachedResults:
        """Return the results of one backend and device."""
        conditions = {
            "engine": ENGINE,
            "backend": backend,
            "seeds": seeds,
            "device": device,
            "gpu": os.path.exists("/dev/nvidia0"),
            "versions": _versions(("keras", backend, "numpy"), self._path),
        }
        return CachedResults(self, conditions)

    def read(self, name: str) -> bytes | None:
        """Return the content of an entry; None if there is none that can be read."""
        try:
            return _read_regular(os.path.join(self.folder, name))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.ignore(name, getattr(error, "strerror", None) or str(error))
            return None

    def write(self, name: str, data: bytes) -> None:
        """Store an entry; one that cannot be written is dropped."""
        if len(data) > MAX_ENTRY:
            return
        with suppress(OSError):
            # A file with this name is replaced: a pipe would wait for a reader.
            with new_file(os.path.join(self.folder, name), mode=0o600) as file:
                file.write(data)
            self._has_written = True

    def ignore(self, name: str, why: str) -> None:
        """Note an entry that is ignored."""
        self._ignored.append(f"{name}: {why}")

    def close(self, notice: Notice) -> None:
        """Report what was ignored, in one line, and delete what is too much."""
        if self._ignored:
            ignored = count(len(self._ignored), "result")
            notice(
                f"{ignored} in the cache {self.folder} ignored and trained again: "
                f"{self._ignored[0]}"
            )
        if self._has_written:
            _shrink(self.folder)


class CachedResults:
    """The results of a cache for one backend, device and number of seeds."""

    def __init__(self, cache: Cache, conditions: Mapping[str, Any]) -> None:
        self._cache = cache
        self._conditions = conditions

    def get(self, setup: Setup) -> SetupResult | None:
        """Return the stored result of a setup; None if there is none."""
        name = self._name(setup)
        data = self._cache.read(name)
        if data is None:
            return None
        try:
            return self._result(data, setup)
        except (ValueError, RecursionError) as error:
            why = str(error) if type(error) is ValueError else "it is not sound JSON"
            self._cache.ignore(name, why)
            return None

    def put(self, result: SetupResult) -> None:
        """Store a result, unless it is unfinished or could not be read back."""
        if not result.ended:
            return
        with suppress(ValueError):
            data = _entry(self._key(result.setup), result.to_dict())
            self._result(data, result.setup)
            self._cache.write(self._name(result.setup), data)

    def _result(self, data: bytes, setup: Setup) -> SetupResult:
        """Return the result that an entry holds.

        Raises:
            ValueError: It is odd; the text says in which way.
        """
        entry = json.loads(data, parse_constant=_refuse)
        if not isinstance(entry, dict) or entry.keys() != {"key", "result", "digest"}:
            raise ValueError("it does not have the fields of an entry")
        if entry["digest"] != _digest(entry["key"], entry["result"]):
            raise ValueError("its digest does not match its content")
        if _canonical(entry["key"]) != _canonical(self._key(setup)):
            raise ValueError("it belongs to another setup")
        result = read_result(
            entry["result"], setup=setup, seeds=self._conditions["seeds"]
        )
        self._check_environment(result.environment)
        return result

    def _check_environment(self, environment: Mapping[str, str]) -> None:
        """Refuse what was not trained on the backend and device of this run."""
        device, backend = self._conditions["device"], self._conditions["backend"]
        if environment.get("backend") != backend:
            raise ValueError("it was trained on another backend")
        if environment.get("device") not in ("cpu", "gpu") or (
            device != "auto" and environment["device"] != device
        ):
            raise ValueError("it was trained on another device")

    def _key(self, setup: Setup) -> list[object]:
        return [setup.to_dict(), dict(self._conditions)]

    def _name(self, setup: Setup) -> str:
        return f"{_hash(self._key(setup))[:32]}.json"


def _root() -> str:
    """Return the folder for everything that kerascheck stores for this user."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return os.path.abspath(named)
    from platformdirs import user_cache_dir

    return os.path.abspath(user_cache_dir("kerascheck", appauthor=False))


def _why_not_used(root: str, tree: Tree) -> str | None:
    """Return why a cache is not used; None: it is used, and its folder was made.

    If the folder cannot be made, nothing is stored, which needs no message.
    """
    if tree.holds(root) or any(is_within(root, top) for top in tree.roots):
        return (
            "it is inside the tree that is checked; "
            f"{FOLDER_VARIABLE} can name another folder"
        )
    inside = os.path.join(root, "confirm")
    with suppress(OSError):
        os.makedirs(os.path.dirname(root), exist_ok=True)
        for folder in (root, inside):
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
    whys = (_why_not_trusted(folder) for folder in (root, inside))
    why = next(filter(None, whys), None)
    if why is None:
        _label(root)
    return why


def _why_not_trusted(folder: str) -> str | None:
    """Return why others may have written to a folder; None: only this user can."""
    try:
        found = os.lstat(folder)
    except OSError:
        return None
    if S_ISLNK(found.st_mode):
        return "it is a link"
    if not S_ISDIR(found.st_mode):
        return "it is not a folder"
    if (
        os.name != "posix"
    ):  # access lists say more than a mode, and are inherited from home
        return None
    if found.st_uid != os.geteuid():
        return "another user owns it"
    if found.st_mode & _OTHERS_MAY_WRITE:
        return f"other users may write to it; chmod 700 {folder}"
    return None


def _label(root: str) -> None:
    """Mark the folder as a cache, for backup programs."""
    path = os.path.join(root, "CACHEDIR.TAG")
    if not os.path.lexists(path):
        with suppress(OSError):
            replace_file(path, _TAG.encode())


def _old_folders(tree: Tree) -> list[str]:
    """Return the folders of results that version 0.1 left in the tree."""
    here = os.path.realpath(os.curdir)
    paths = [OLD_FOLDER]
    paths += [os.path.join(root, OLD_FOLDER) for root in tree.roots if root != here]
    return [path for path in paths if os.path.lexists(path)]


def _read_regular(path: str) -> bytes:
    """Return the content of a small regular file.

    Raises:
        ValueError: It is another kind of file, or a large one.
        OSError: It cannot be read; a link is not followed.
    """
    with open(os.open(path, _FLAGS), "rb") as file:
        found = os.fstat(file.fileno())
        if not S_ISREG(found.st_mode):
            raise ValueError("it is not a regular file")
        data = file.read(MAX_ENTRY + 1)
    if len(data) > MAX_ENTRY:
        raise ValueError(f"it is larger than {MAX_ENTRY} bytes")
    return data


def _entry(key: object, result: object) -> bytes:
    entry = {"key": key, "result": result, "digest": _digest(key, result)}
    return json.dumps(entry, allow_nan=False).encode()  # keeps the order of names


def _digest(key: object, result: object) -> str:
    return _hash([key, result])


def _hash(plain: object) -> str:
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def _canonical(plain: object) -> str:
    return json.dumps(plain, sort_keys=True, allow_nan=False)


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}")


def _shrink(folder: str) -> None:
    """Delete our oldest files until the rest fits."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(folder):
            if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime, status.st_size, entry.path))
    for path in _too_many(sorted(found, reverse=True)):
        with suppress(OSError):
            os.unlink(path)


def _too_many(newest_first: Iterable[tuple[float, int, str]]) -> Iterator[str]:
    total = 0
    for _, size, path in newest_first:
        total += size
        if total > MAX_FOLDER:
            yield path


def _versions(names: Iterable[str], path: list[str]) -> dict[str, str]:
    """Return the version of each distribution that is installed."""
    found = {}
    for name in names:
        for distribution in (name, f"{name}-cpu"):
            version = version_of(distribution, path)
            if version is not None:
                found[name] = version
                break
    return found
