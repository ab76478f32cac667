"""Files that represent a model that is stored elsewhere: those of DVC and git-annex.

A pointer of Git LFS, or one that git-annex puts in the place of a file, is recognized
by its first bytes when it is opened as a model. Here are those that have a name of
their own, and links into the store of git-annex.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.trust.regular_file import RegularFile

DVC_ENDING: Final = ".dvc"
DVC_LOCK: Final = "dvc.lock"

MAX_POINTER_BYTES: Final = 1_000_000
"""Bytes; a larger file of DVC is not read. `dvc.lock` of 1,000 stages has 0.4 MB."""

MAX_PLACES: Final = 100_000
"""Outputs of one file times the folders that they may start at: each is looked for."""

MAX_NAMES: Final = 3
"""Models of one pointer that its message names."""

_ANNEX: Final = f".git{os.sep}annex{os.sep}objects{os.sep}"
"""git-annex manual, "internals": where links of a repository lead."""

_ESCAPE: Final = r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U000([0-9a-fA-F]{5})|(.))"
"""Of a double-quoted scalar, YAML 1.2.2 section 5.7, as far as names need them."""

_INDICATORS: Final = frozenset(">|!&*%@`?#")
"""How a scalar begins that goes on below, has a tag, or refers to another (5.3)."""


class Refusal(NamedTuple):
    """Why a model is reported without being opened; as of an `UnreadableModel`."""

    kind: str
    message: str


def is_dvc(name: str) -> bool:
    """Say whether a file of this name is one of DVC that may point to models."""
    return name.lower().endswith(DVC_ENDING) or name == DVC_LOCK


def outputs(path: str) -> Iterator[str]:
    """Yield the paths of what a `.dvc` or `dvc.lock` file points to.

    They start at the folder of the file. Only the lines that DVC writes are
    understood; a `.dvc` file without any points to the file that it is named after.

    Raises:
        UnreadableModel: It is not a regular file, larger than the bound, or has a path
            in a form of YAML that DVC reads and does not write.
        OSError: As `os.open` raises it.
    """
    name = os.path.basename(path)
    found = False
    for output in _outputs(_text(path)):
        found = True
        yield output
    if not found and name.lower().endswith(DVC_ENDING):
        yield name[: -len(DVC_ENDING)]


def _text(path: str) -> str:
    with RegularFile(path) as file:
        if file.size > MAX_POINTER_BYTES:
            raise UnreadableModel(
                "over-budget",
                f"a DVC file of {file.size} bytes, more than {MAX_POINTER_BYTES}",
            )
        return file.read(0, file.size).decode("utf-8", "replace")


def _outputs(text: str) -> Iterator[str]:
    section = before = ""
    for line in text.splitlines():
        line = line.strip().removeprefix("- ")
        if before == "path" and section == "outs" and _goes_on_in(line):
            raise _not_of_dvc(line)
        if section == "outs" and line.startswith(("{", "[", "?")):
            yield from _in_flow_style(line)
            continue
        key, colon, value = line.partition(":")
        before = key = _scalar(key)
        value = value.strip()
        if not colon:
            continue
        if key in ("outs", "deps", "params"):
            section = key
            if section == "outs" and "path" in value:
                yield from _in_flow_style(value)
        elif key == "path" and section == "outs":
            yield _plain(value)


def _in_flow_style(value: str) -> Iterator[str]:
    """Yield the paths in `[{path: a, md5: b}, {path: c}]`."""
    for part in re.split(r"[\[\]{},]", value):
        key, colon, path = part.partition(":")
        if colon and _scalar(key) == "path":
            yield _plain(path)
    goes_on = any(value.count(a) != value.count(b) for a, b in ("{}", "[]"))
    if goes_on or value.startswith("?"):
        raise _not_of_dvc(value)


def _plain(text: str) -> str:
    """Return a scalar that begins and ends on this line.

    Raises:
        UnreadableModel: It may go on below, or say something of another place.
    """
    text = text.strip()
    quote = text[:1] if text[:1] in ("'", '"') else ""
    if not text or text[0] in _INDICATORS or (quote and not _is_closed(text, quote)):
        raise _not_of_dvc(text)
    return _scalar(text)


def _goes_on_in(line: str) -> bool:
    """Say whether a line has no key, and so more of the scalar above it."""
    is_else = line.startswith("#") or line in ("", "---", "...")
    return not is_else and re.search(r":(\s|$)", line) is None


def _is_closed(text: str, quote: str) -> bool:
    return len(text) > 1 and text[-1] == quote


def _not_of_dvc(text: str) -> UnreadableModel:
    return UnreadableModel("not-text", f"a path that DVC does not write: {text!r:.60}")


def _scalar(text: str) -> str:
    """Return a plain or quoted scalar of YAML on one line."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(_ESCAPE, _character, text[1:-1])
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text.partition(" #")[0].rstrip()


def _character(escape: re.Match[str]) -> str:
    *codes, other = escape.groups()
    return other if other is not None else chr(int(next(filter(None, codes)), 16))


def working_folders(folder: str) -> Iterator[str]:
    """Yield the folders that paths of a `dvc.lock` may start at: its own first."""
    yield folder
    path = os.path.join(folder, "dvc.yaml")
    if os.path.islink(path):
        return
    try:
        lines = _text(path).splitlines()
    except (OSError, UnreadableModel, ValueError):
        return
    for line in lines:
        key, _, value = line.strip().partition(":")
        if key == "wdir" and value.strip():
            yield os.path.join(folder, _scalar(value))


def without_model(models: list[str]) -> Refusal:
    """Return what is said of a file of DVC whose models are not in the tree."""
    named = ", ".join(map(repr, models[:MAX_NAMES]))
    more = len(models) - MAX_NAMES
    if more > 0:
        named += f" and {more} more"
    what = "model" if len(models) == 1 else "models"
    was = "was" if len(models) == 1 else "were"
    return Refusal(
        "dvc-pointer",
        f"a DVC pointer: the {what} {named} {was} never fetched; run `dvc pull`",
    )


def annex_target(link: str) -> Refusal | None:
    """Return what is said of a link into the store of git-annex; None: another link.

    Args:
        link: Path of a link that leads nowhere.
    """
    try:
        target = os.readlink(link)
    except OSError:
        return None
    return GIT_ANNEX if _ANNEX in target.replace("/", os.sep) else None


GIT_ANNEX: Final = Refusal(
    "git-annex-pointer",
    "a git-annex pointer: the model was never fetched; run `git annex get`",
)
