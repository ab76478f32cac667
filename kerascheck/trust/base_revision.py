"""Files of a Git revision, read without a word from the working tree.

A gate takes its configuration from the branch that a change goes to, which the change
cannot touch. Git is asked for names, sizes and bytes alone: no filter, hook, monitor,
pager or remote has a part in it, and a link is not followed.

The checkout is the one around the working folder, if that holds all that is checked;
else the outermost one around what is checked, as an inner one may be a submodule that
the change brings.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.trust.tree import Tree, is_within

MAX_SECONDS = 60
"""That one call of Git may take."""

BASE = "--base"

_MAX_NAME = 250
_LINK = "120000"
_FILES = ("100644", "100755", "100664")
_FATAL = "fatal: "
_HASH = re.compile(r"[0-9a-f]{40,64}")

_ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""Variables that lead Git to another repository; a hook sets some of them."""

_QUIET = {
    "GIT_ALLOW_PROTOCOL": "none",  # nothing is fetched
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),
)


class _Entry(NamedTuple):
    """One name of a commit; `size` in bytes, None: not a file."""

    mode: str
    hash: str
    size: int | None


class Revision(NamedTuple):
    """A commit, and the checkout whose files are read from it.

    Attributes:
        name: What the user calls it: a branch, a tag, a hash.
        commit: Its hash.
        top: The top folder of the checkout.
        git: The program.
        option: That names it, for messages.
    """

    name: str
    commit: str
    top: str
    git: str
    option: str = BASE

    def holds(self, path: str) -> bool:
        """Say whether a path is one of the checkout, by its text alone."""
        return is_within(os.path.abspath(path), self.top)

    def files(self, paths: Iterable[str], *, limit: int) -> Iterator[tuple[str, bytes]]:
        """Yield those of some paths of the checkout that are files, with their bytes.

        Args:
            paths: Where they would be in the working tree.
            limit: Bytes; a larger file is refused.

        Raises:
            UsageError: One is larger or a link, or Git fails.
        """
        paths = [path for path in paths if self.holds(path)]
        entries = self._entries(paths) if paths else {}
        for path in paths:
            entry = entries.get(self._place(path))
            if entry is not None and entry.mode in (*_FILES, _LINK):
                yield path, self._bytes(self.named(path), entry, limit)

    def blobs(self) -> Mapping[str, str]:
        """Return the hash of each file of the commit, by its path from the top."""
        listed = self._asked("ls-tree", "-r", "-z", "--full-tree", self.commit)
        found = {}
        for line in listed.split(b"\0")[:-1]:
            status, _, name = line.partition(b"\t")
            mode, _, sha = status.decode("ascii", "replace").split()
            if mode in _FILES:
                found[os.fsdecode(name)] = sha
        return found

    def named(self, path: str) -> str:
        """Return how messages call a file of this revision."""
        return f"{os.path.relpath(path).replace(os.sep, '/')} at {self.name}"

    def missing(self, path: str) -> UsageError:
        """Return the error for a file that the call names and this revision lacks."""
        return UsageError(
            f"{self.named(path)}: there is no such file (with --base, files of the "
            "checkout are read from that revision); commit it there first, or name a "
            "file outside the checkout"
        )

    def _place(self, path: str) -> str:
        return os.path.relpath(path, self.top).replace(os.sep, "/")

    def _entries(self, paths: Iterable[str]) -> Mapping[str, _Entry]:
        """Return what the commit has under these paths, by the path from the top."""
        listed = self._asked(
            *("ls-tree", "-z", "-l", "--full-tree", self.commit, "--"),
            *map(self._place, paths),
        )
        entries = {}
        for line in listed.split(b"\0")[:-1]:
            status, _, name = line.partition(b"\t")
            mode, _, sha, size = status.decode("ascii", "replace").split()
            number = int(size) if size.isdecimal() else None
            entries[os.fsdecode(name)] = _Entry(mode, sha, number)
        return entries

    def _bytes(self, shown: str, entry: _Entry, limit: int) -> bytes:
        if entry.mode == _LINK:
            raise UsageError(
                f"{shown}: a symbolic link, which is not followed in a revision. "
                "Expected a file."
            )
        if entry.size is None:  # of a partial clone
            raise UsageError(f"{shown}: its bytes are not in this clone; fetch them")
        if entry.size > limit:
            raise UsageError(f"{shown}: larger than {limit} bytes")
        return self._asked("cat-file", "blob", entry.hash)

    def _asked(self, *arguments: str) -> bytes:
        done = _run(self.git, self.top, *arguments, option=self.option)
        if done.returncode:
            raise UsageError(
                f"{self.option} {self.name}: git {arguments[0]} failed: {_why(done)} "
                "(a partial clone may lack its files)"
            )
        return done.stdout


def revision(name: str, folder: str, tree: Tree, *, option: str = BASE) -> Revision:
    """Return a revision of the checkout that `folder` is in.

    Args:
        name: As `git rev-parse` understands it.
        folder: What all that is checked has in common, absolute.
        tree: What is checked; a program of this tree is not taken for Git.
        option: That names it, for messages.

    Raises:
        UsageError: Git is missing, there is no checkout, or no such revision.
    """
    if not name.isprintable() or not 0 < len(name) <= _MAX_NAME or name[0] == "-":
        raise UsageError(
            f"{option}: Expected a revision of Git, such as origin/main. "
            f"Received: {name[:_MAX_NAME]!r}."
        )
    git = _git_outside(tree, option)
    top = _top(git, f"{option} {name}", folder)
    commit_name = f"{name}^{{commit}}"
    done = _run(git, top, "rev-parse", "--verify", "--quiet", commit_name)
    commit = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not _HASH.fullmatch(commit):
        raise UsageError(
            f"{option} {name}: the checkout has no such commit; fetch it first, as in "
            "`git fetch origin main`, or check out the whole history"
        )
    return Revision(name, commit, top, git, option)


def _git_outside(tree: Tree, option: str) -> str:
    """Return the program Git, wherever the search path has it outside the tree."""
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if os.path.isabs(folder) and not tree.holds(folder)
    ]
    git = shutil.which("git", path=os.pathsep.join(folders)) if folders else None
    if git is None or not os.path.isabs(git) or tree.holds(git):
        raise UsageError(
            f"{option}: the program git was not found; install it, or remove the option"
        )
    return git


def _top(git: str, asked: str, folder: str) -> str:
    """Return the top folder of the checkout that a revision is looked up in.

    Raises:
        UsageError: There is none, or Git refuses it.
    """
    here = _run(git, os.curdir, "rev-parse", "--show-toplevel")
    top = os.path.normpath(os.fsdecode(here.stdout.rstrip(b"\r\n")) or os.devnull)
    if not here.returncode and is_within(folder, top):
        return top
    outermost = _outermost(folder)
    there = here if outermost is None else _run(git, outermost, *_WHERE)
    if outermost is None or there.returncode or there.stdout.strip():
        raise UsageError(f"{asked}: {os.path.relpath(folder)}: {_why(there)}")
    return outermost


_WHERE = ("rev-parse", "--show-cdup")
"""Prints nothing at the top of a checkout."""


def _outermost(folder: str) -> str | None:
    """Return the outermost folder from here up that is the top of a checkout."""
    found, at = None, folder
    while True:
        if os.path.lexists(os.path.join(at, ".git")):
            found = at
        if (parent := os.path.dirname(at)) == at:
            return found
        at = parent


def _run(
    git: str, folder: str, *arguments: str, option: str = BASE
) -> subprocess.CompletedProcess[bytes]:
    kept = {key: value for key, value in os.environ.items() if key not in _ELSEWHERE}
    try:
        return subprocess.run(
            [git, "-C", folder, *_OPTIONS, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**kept, **_QUIET},
            timeout=MAX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{option}: git failed: {type(error).__name__}") from None


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what Git says is fatal, or the last that it says; shortened."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    fatal = [line for line in lines if line.startswith(_FATAL)] or lines[-1:]
    why = fatal[0].removeprefix(_FATAL) if fatal else "not a Git checkout"
    return why[:_MAX_NAME]
