"""Saved models and programs under the paths that a user gave.

Models are recognized by their names first: only `.json` files, files of DVC and folders
with a `config.json` are looked into, a few kilobytes deep. Programs are files of Python
and notebooks whose bytes may compile a model of Keras. What has the name of a model
and is not looked at is reported with the reason: silence must not mean "did not look".

The search goes three times over what it meets, so that the path of a model does not
depend on the order of the arguments: first files and folders as they are, then links,
then the folders that tools hide from people, where models are only counted. Programs
are not looked for there: they are not the user's own.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from kerascheck.engine.skipped import (
    DVC_POINTER,
    ENVIRONMENT,
    LINK_AGAIN,
    LINK_NOWHERE,
    LINK_OUT,
    LINK_UP,
    NO_PERMISSION,
    NOT_SUPPORTED,
    POINTERS,
    PROGRAM,
    TOO_DEEP,
    VANISHED,
)
from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers import pointers
from kerascheck.readers.containers import folder as folders
from kerascheck.readers.containers.keras_json import looks_like_model, may_be_model
from kerascheck.readers.containers.limits import LIMITS
from kerascheck.readers.model_folders import (
    MAIN_FILES,
    SNIFF_BYTES,
    Identity,
    file_opens_outside,
    folder_kinds,
    holds_model,
    identify_folder,
    identities_of,
    identity,
    join,
    opens_outside,
    own_files,
)
from kerascheck.readers.pointers import Refusal
from kerascheck.readers.surroundings import (
    GIT,
    interpreter,
    is_environment,
    is_resource_fork,
    why_not_entered,
)
from kerascheck.trust.links import Links
from kerascheck.trust.regular_file import RegularFile
from kerascheck.trust.tree import Tree, is_within, local

_HDF5: Final = (".h5", ".hdf5")
_SUFFIXES: Final = (".keras", *_HDF5)
_JSON: Final = ".json"
_CANDIDATES: Final = (*_SUFFIXES, _JSON, pointers.DVC_ENDING, pointers.DVC_LOCK)
_PROGRAMS: Final = (".py", ".pyw", ".ipynb")
_WEIGHTS_SUFFIX: Final = ".weights.h5"

_LINK_OUT_OF_TREE: Final = Refusal(
    "link-out-of-tree",
    "a link out of the tree, which is not opened; name what it leads to",
)
_MEMBER_OUT_OF_TREE: Final = Refusal(
    "link-out-of-tree",
    "a file of this model is a link out of the tree, so the model is not opened",
)

MAX_REVISITED: Final = 100_000
"""Entries of folders that are searched again, under the names that links give them."""

_Entries = list[os.DirEntry[str]]

PathKey = Callable[[str], frozenset[str]]
"""Returns what distinguishes a path from other paths to the same model."""


class FoundModel(Frozen):
    """A saved model, or something that was passed over.

    Attributes:
        path: The path as the user gave it plus what was found below it; POSIX, not
            escaped. What is found in "." has no "./" in front, but for a folder
            that is called as an address begins.
        named: Whether the user named this very model.
        skipped: Why it was passed over; None: it is to be checked.
        refusal: Why it must not be opened; it is to be reported as unreadable.
        program: Whether it is a program, which may compile any number of models.
    """

    path: str
    named: bool = False
    skipped: str | None = None
    refusal: Refusal | None = None
    program: bool = False

    @property
    def why_not_opened(self) -> str | None:
        """Why it is not read; None: it is to be."""
        return self.skipped or (self.refusal and self.refusal.message)


def find_models(
    paths: Sequence[str | os.PathLike[str]],
    *,
    locked: bool = False,
    only_models: bool = False,
    programs: bool = False,
    path_key: PathKey | None = None,
) -> Iterator[FoundModel]:
    """Yield each saved model under `paths` once: files of a folder, then its folders.

    A link to a file is followed, and one to a folder if it leads into the tree that
    `paths` are in. A named file of DVC is replaced by its models, if those are there.

    Args:
        paths: Model files, SavedModel folders, unzipped Keras folders, or folders to
            search. Any other file that is named is taken for a model too.
        locked: No link is followed out of the tree, not even one that is named.
        only_models: A named file that a search would not take for a model is
            skipped, and a named file of a model's folder means the folder.
        programs: Programs are yielded as well.
        path_key: A model is yielded once for each key of its paths, so that settings
            of one path do not hide another; by default once.

    Raises:
        UsageError: A path does not exist; nothing has been yielded then.
    """
    roots = [_posix(os.fsdecode(path)) for path in paths]
    named = {_named_identity(root, may_dangle=only_models) for root in roots}
    # What a link leads to does not belong to the tree because the link is named.
    inside = [_before_links(root) if locked else root for root in roots]
    links = Links(lambda: Tree.of(inside), locked=locked)
    search = _Search(named, links, path_key, programs=programs)
    return search.run(roots, only_models=only_models)


def models_in(
    folder: str | os.PathLike[str], *, named: bool = False, tree: Tree | None = None
) -> Iterator[FoundModel]:
    """Yield the saved models that are in one folder, and the folder if it is one.

    As `find_models`, which would go on with the folders below.

    Args:
        folder: Path of a folder that exists.
        named: The user names this very folder.
        tree: What models of pointers may be in; by default this folder.
    """
    root = _posix(os.fsdecode(folder))
    named_ones = {_named_identity(root)} if named else set()
    followed = Links(lambda: tree or Tree.of([root]), locked=False)
    return _Search(named_ones, followed).one(root)


class _Place(NamedTuple):
    """A folder to search, or a link to follow.

    Attributes:
        path: Its path.
        why: Why models in it are only counted; None: they are to be checked.
        identities: Of the model that the folder is, if it is made of links.
        revisit: Whether it may have been searched under another name.
    """

    path: str
    why: str | None = None
    identities: tuple[Identity, ...] = ()
    revisit: bool = False


class _Search:
    """One search: what was named, and what has been met so far."""

    __slots__ = (
        "_folders",
        "_folders_of_keys",
        "_followed",
        "_interpreter",
        "_links",
        "_met_links",
        "_models",
        "_named",
        "_not_entered",
        "_path_key",
        "_programs",
        "_revisits_left",
        "_with_own_key",
    )

    def __init__(
        self,
        named: set[Identity | None],
        followed: Links,
        path_key: PathKey | None = None,
        *,
        programs: bool = False,
    ) -> None:
        self._programs = _PROGRAMS if programs else ()
        self._named = named
        self._followed = followed
        self._path_key = path_key or (lambda _: frozenset())
        self._revisits_left = MAX_REVISITED
        self._met_links: set[Identity] = set()
        self._folders_of_keys: set[str] = set()
        self._with_own_key: set[Identity] = set()  # folders around paths with a key
        self._interpreter = interpreter()
        self._models: set[tuple[Identity, frozenset[str]]] = set()
        self._folders: set[Identity] = set()
        self._links: list[_Place] = []
        self._not_entered: list[_Place] = []

    def run(self, roots: Iterable[str], *, only_models: bool) -> Iterator[FoundModel]:
        """Yield what is found under the paths that are named."""
        for root in roots:
            yield from self._root(root, only_models=only_models)
        while self._links:
            links, self._links = sorted(self._links), []
            for link in links:
                yield from self._follow(link)
        for place in self._not_entered:
            yield from self._walk([place])

    def one(self, folder: str) -> Iterator[FoundModel]:
        """Yield what is found in one folder, by links to files as well."""
        yield from self._folder(_Place(folder), [])
        for link in sorted(self._links):
            if link.identities or not os.path.isdir(link.path):
                yield from self._follow(link)

    def _root(self, root: str, *, only_models: bool) -> Iterator[FoundModel]:
        name = os.path.basename(root)
        if os.path.islink(root) and not os.path.exists(root):
            yield from self._broken_link(root, name)
        elif self._followed.named_leads_out(root):
            yield FoundModel(path=root, named=True, refusal=_LINK_OUT_OF_TREE)
        elif os.path.isdir(root):
            yield from self._walk([_Place(root)])
        elif pointers.is_dvc(name):
            found = list(self._pointer(root, name, None, named=True))
            yield from found
            if not found and not only_models:
                yield FoundModel(path=root, named=True)
        elif name.lower().endswith(_PROGRAMS):
            yield from self._named_program(root, only_models=only_models)
        elif only_models:
            yield from self._named_model(root, name)
        else:
            yield from self._named_file(root)

    def _named_program(self, path: str, *, only_models: bool) -> Iterator[FoundModel]:
        if not self._programs:
            if not only_models:
                yield FoundModel(path=path, named=True, skipped=PROGRAM)
        elif only_models:
            yield from self._program(path)
        else:
            for found in self._model(path, None, *identities_of(path), named=True):
                yield replace(found, program=True)

    def _named_file(self, path: str) -> Iterator[FoundModel]:
        if file_opens_outside(path, self._followed):
            yield FoundModel(path=path, named=True, refusal=_MEMBER_OUT_OF_TREE)
            return
        yield from self._model(
            path, None, *identities_of(_model_path(path)), named=True
        )

    def _named_model(self, path: str, name: str) -> Iterator[FoundModel]:
        """Yield the model that a named file is or belongs to, if any."""
        if name in folders.MEMBERS or folders.is_weights(name):
            folder = _folder_of(path)
            names = _names_in(folder)
            kinds = folder_kinds(folder, names, self._followed)
            yield from self._folder_models(_Place(folder), kinds, names)
            if name in own_files(folder, kinds, names, self._followed):
                return
        is_weights = name.lower().endswith(_WEIGHTS_SUFFIX)
        if not is_weights or holds_model(path, doubtful=True):
            yield from self._file(path, name, None)

    def _walk(self, waiting: list[_Place]) -> Iterator[FoundModel]:
        while waiting:
            yield from self._folder(waiting.pop(), waiting)

    def _folder(self, place: _Place, waiting: list[_Place]) -> Iterator[FoundModel]:
        """Yield what is found in one folder, and put those below into `waiting`."""
        folder = place.path
        try:
            here = identity(folder)
            is_named = here in self._named
            if here in self._folders and not (
                place.revisit and here in self._with_own_key
            ):
                return  # a second argument, or a bind mount
            is_revisit = here in self._folders
            self._folders.add(here)
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
            self._revisits_left -= len(inside) if is_revisit else 0
        except OSError as error:
            yield FoundModel(path=folder, skipped=_reason(error))
            return
        names = frozenset(entry.name for entry in inside)
        is_tools = here == self._interpreter or is_environment(folder, names)
        if place.why is None and not is_named and is_tools:
            self._folders.remove(here)
            self._not_entered.append(_Place(folder, ENVIRONMENT))
            return
        kinds = folder_kinds(folder, names, self._followed)
        yield from self._folder_models(place, kinds, names)
        own = own_files(folder, kinds, names, self._followed)
        yield from self._entries(place, inside, own, waiting)

    def _entries(
        self, place: _Place, inside: _Entries, own: Set[str], waiting: list[_Place]
    ) -> Iterator[FoundModel]:
        """Yield the models that are files; `own` belong to the folder's own model."""
        below = []
        for entry in inside:
            name = entry.name
            if name in own and not entry.is_dir():
                continue
            if entry.is_symlink():
                yield from self._link(join(place.path, name), name, place.why)
            elif not entry.is_dir(follow_symlinks=False):
                lower = name.lower()
                if lower.endswith(_CANDIDATES):
                    yield from self._file(join(place.path, name), name, place.why)
                elif place.why is None and lower.endswith(self._programs):
                    yield from self._program(join(place.path, name))
            elif name not in GIT:
                path = join(place.path, name)
                why = None if place.why else why_not_entered(name)
                if why is None:
                    below.append(_Place(path, place.why, revisit=place.revisit))
                else:
                    self._not_entered.append(_Place(path, why))
        waiting += reversed(below)

    def _link(self, path: str, name: str, why: str | None) -> Iterator[FoundModel]:
        if why is None:
            endings = (*_CANDIDATES, *self._programs)
            looked_at = name.lower().endswith(endings) or name in MAIN_FILES
            if looked_at or os.path.isdir(path):
                self._links.append(_Place(path))
        elif _is_model(name) and not os.path.isdir(path):
            yield from self._model(path, why, *identities_of(path))

    def _follow(self, link: _Place) -> Iterator[FoundModel]:
        """Yield what a link leads to."""
        path, name = link.path, os.path.basename(link.path)
        if link.identities:
            yield from self._model(path, None, *link.identities)
        elif not os.path.exists(path):
            yield from self._broken_link(path, name)
        elif os.path.isdir(path):
            yield from self._linked_folder(path)
        elif self._followed.leads_out(path):
            yield FoundModel(path=path, skipped=LINK_OUT)
        elif name.lower().endswith(_PROGRAMS):
            yield from self._program(path)
        else:
            yield from self._file(path, name, None)

    def _linked_folder(self, path: str) -> Iterator[FoundModel]:
        target = os.path.realpath(path)
        if not self._followed.tree.holds(path):
            yield FoundModel(path=path, skipped=LINK_OUT)
        elif not is_within(os.path.realpath(_folder_of(path)), target):
            yield from self._search_link(path)
        elif self._folders.isdisjoint(identities_of(path)):
            yield FoundModel(path=path, skipped=LINK_UP)

    def _search_link(self, path: str) -> Iterator[FoundModel]:
        """Search the folder that a link leads to, once for each link.

        A path in it may have a key under one name of the folder and none under another.
        """
        status = os.lstat(path)
        link = status.st_dev, status.st_ino
        if link in self._met_links:
            return
        self._met_links.add(link)
        if self._revisits_left < 0 and not self._with_own_key.isdisjoint(
            identities_of(path)
        ):
            yield FoundModel(path=path, skipped=LINK_AGAIN)
        else:
            yield from self._walk([_Place(path, revisit=True)])

    def _broken_link(self, path: str, name: str) -> Iterator[FoundModel]:
        """Yield what there is to say of a link that cannot be followed."""
        refusal = pointers.annex_target(path)
        is_model = _is_model(name) or name in MAIN_FILES
        if refusal is not None and is_model:
            yield FoundModel(path=path, refusal=refusal)
        elif refusal is not None and name.lower().endswith(_JSON):
            yield FoundModel(path=path, skipped=POINTERS[refusal.kind])
        elif is_model:
            yield FoundModel(path=path, skipped=LINK_NOWHERE)

    def _file(self, path: str, name: str, why: str | None) -> Iterator[FoundModel]:
        """Yield the model that a file is by its name, or by its first bytes."""
        lower = name.lower()
        try:
            if is_resource_fork(path, name) and not holds_model(path, doubtful=False):
                return
            if _is_model(name):
                if why is None:
                    is_data = _is_foreign(path, lower)
                else:
                    is_data = _is_data(path, lower)
                if not is_data:
                    yield from self._model(path, why, identity(path))
            elif pointers.is_dvc(name):
                yield from self._pointer(path, name, why)
            elif lower.endswith(_JSON):
                yield from self._json(path, why)
        except OSError as error:
            yield FoundModel(path=path, skipped=_reason(error))

    def _program(self, path: str) -> Iterator[FoundModel]:
        """Yield a program that may compile a model, by its bytes."""
        from kerascheck.readers.source.prefilter import may_compile

        try:
            if not may_compile(path):
                return
            here = identity(path)
        except OSError as error:
            yield FoundModel(path=path, skipped=_reason(error))
            return
        for found in self._model(path, None, here):
            yield replace(found, program=True)

    def _json(self, path: str, why: str | None) -> Iterator[FoundModel]:
        try:
            with RegularFile(path) as file:
                head = file.head[:SNIFF_BYTES]
                # Real configs begin at once; blanks may push the rest out of sight.
                is_model = looks_like_model(head) or (
                    len(head.lstrip()) < len(head) // 2 and may_be_model(file, LIMITS)
                )
        except UnreadableModel as error:
            is_pointer = error.kind in POINTERS
            # Reading a model that changes meanwhile will say so.
            is_model = error.kind == "changed" or (
                is_pointer and path.endswith(folders.CONFIG)
            )
            if is_pointer and not is_model:
                yield FoundModel(path=path, skipped=why or POINTERS[error.kind])
        if is_model:
            yield from self._model(path, why, identity(path))

    def _pointer(
        self, path: str, name: str, why: str | None, *, named: bool = False
    ) -> Iterator[FoundModel]:
        """Yield a file of DVC whose models are absent; if named, those that are not."""
        folder = _folder_of(path)
        starts = [folder]
        if name == pointers.DVC_LOCK:
            starts = list(dict.fromkeys(pointers.working_folders(folder)))
        try:
            outputs = list(pointers.outputs(path))
            if len(outputs) * len(starts) > pointers.MAX_PLACES:
                raise UnreadableModel("over-budget", "too many places to look in")
        except (UnreadableModel, OSError):
            yield FoundModel(path=path, named=named, skipped=why or DVC_POINTER)
            return
        absent = []
        for output in outputs:
            is_model = _is_model(output)
            place = self._place(output, starts) if is_model or named else None
            if place is None:
                absent += [output] if is_model else []
            elif named and (is_model or self._is_folder_inside(place)):
                yield from self._root(place, only_models=False)
        if absent and why is not None:
            yield FoundModel(path=path, skipped=why)
        elif absent:
            refusal = pointers.without_model(absent)
            yield FoundModel(path=path, named=named, refusal=refusal)

    def _is_folder_inside(self, path: str) -> bool:
        return os.path.isdir(path) and self._followed.tree.holds(path)

    def _place(self, output: str, starts: Iterable[str]) -> str | None:
        """Return where an output of a pointer is in the tree; None: nowhere."""
        for start in starts:
            path = _posix(os.path.normpath(join(start, output)))
            if os.path.exists(path) and self._followed.tree.holds(_folder_of(path)):
                return path
        return None

    def _model(
        self, path: str, why: str | None, *identities: Identity, named: bool = False
    ) -> Iterator[FoundModel]:
        """Yield a model once, by device and inode where those are known."""
        key = self._path_key(path)
        if key:
            self._remember_folders(path)
        met = {(one, key) for one in identities}
        if not self._models.isdisjoint(met):
            return
        self._models |= met
        if why is None:
            named = named or not self._named.isdisjoint(identities)
            yield FoundModel(path=path, named=named)
        else:
            yield FoundModel(path=path, skipped=why)

    def _remember_folders(self, path: str) -> None:
        """Remember the folders around a path that has a key."""
        folder = _folder_of(path)
        while folder not in self._folders_of_keys:
            self._folders_of_keys.add(folder)
            self._with_own_key.update(identities_of(folder))
            folder = _folder_of(folder)

    def _folder_models(
        self, place: _Place, kinds: Sequence[folders.Kind], names: Set[str]
    ) -> Iterator[FoundModel]:
        """Yield the models that a folder is as a whole."""
        for kind in kinds:
            path, identities = identify_folder(place.path, kind, names)
            is_named = not self._named.isdisjoint(identities_of(place.path))
            is_part = len(kinds) > 1 or any(map(_is_model, names))
            if kind == "orbax" and (is_part or not is_named):
                yield FoundModel(path=place.path, skipped=place.why or NOT_SUPPORTED)
            elif place.why is not None:
                yield from self._model(path, place.why, *identities)
            elif opens_outside(place.path, kind, self._followed):
                yield FoundModel(path=path, named=is_named, refusal=_MEMBER_OUT_OF_TREE)
            elif len(identities) > 1 and not is_named:
                self._links.append(_Place(path, identities=identities))
            else:
                yield from self._model(path, None, *identities, named=is_named)


def _named_identity(path: str, *, may_dangle: bool = False) -> Identity | None:
    """Return what identifies a named model; None: it cannot be known.

    Raises:
        UsageError: There is nothing at `path`.
    """
    try:
        return identity(_model_path(path))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        if os.path.islink(path) and (may_dangle or pointers.annex_target(path)):
            return None
        raise UsageError(
            "Expected a saved model, a program or a folder to search. Received: "
            f"{path!r}, {_what_is_wrong(path)}"
        ) from None
    except OSError:
        return None


def _what_is_wrong(path: str) -> str:
    """Say why there is nothing at a path, and which path was meant."""
    if os.path.islink(path):
        return "a link to something that does not exist."
    from kerascheck.model.suggest import near_path

    return f"which does not exist{near_path(path) or '.'}"


def _model_path(path: str) -> str:
    """Return the folder that a named file of a model belongs to; else the path."""
    folder = folders.folder_of_member(path)
    if folder is None:
        return path
    is_other = os.path.basename(path) == folders.SAVED_MODEL and all(
        folders.holds(folder, name) for name in (folders.CONFIG, folders.METADATA)
    )
    return path if is_other else folder


def _is_model(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _before_links(path: str) -> str:
    """Return what comes before the first link of a named path; without one, all of it.

    Links that lead to the working folder, as a home folder may be one, do not count.
    """
    start = len(os.getcwd()) + 1 if is_within(path, os.getcwd()) else 0
    if os.path.isabs(path) and not start:
        start = len(path)
    ends = (end.start() for end in re.finditer("/|$", path) if end.start() >= start)
    first = next((path[:end] for end in ends if os.path.islink(path[:end])), None)
    return path if first is None else _folder_of(first)


def _is_data(path: str, lower: str) -> bool:
    """Say whether a file is HDF5 without layers, as packages bring it along."""
    if not lower.endswith(_HDF5):
        return False
    from kerascheck.readers.containers.open import open_container

    try:
        return open_container(path).architecture is None
    except UnreadableModel as error:
        return error.kind == "foreign-hdf5"


def _is_foreign(path: str, lower: str) -> bool:
    """Say whether a file is HDF5 that another program than Keras wrote."""
    if not lower.endswith(_HDF5):
        return False
    from kerascheck.readers.containers.hdf5 import is_foreign

    try:
        with RegularFile(path) as file:
            return is_foreign(file, lower, LIMITS)
    except UnreadableModel:
        return False


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return NO_PERMISSION
    if isinstance(error, FileNotFoundError):
        return VANISHED
    if error.errno == errno.ENAMETOOLONG:
        return TOO_DEEP
    return error.strerror or type(error).__name__


def _posix(path: str) -> str:
    """Return the path with forward slashes, none at its end, and as no address."""
    path = path.replace(os.sep, "/")
    return local(path.rstrip("/") or path[:1])


def _names_in(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _folder_of(path: str) -> str:
    return os.path.dirname(path) or os.curdir
