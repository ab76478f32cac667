"""The public address of the repository, wherever it is written.

Without one, nothing links to it: the page of the package index has no pictures, and
its relative links are plain text. With one, both lead to the tag of the release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w.-]+){2}")
"""Host, owner and name, as GitHub and GitLab have them."""

_PART = re.compile(
    r"(?<=^# address: `python -m tools address URL` writes these lines\n)"
    r".*?(?=^# end$)",
    re.MULTILINE | re.DOTALL,
)
_IMAGE = r"<img src=\"(?!https?:)([^\"]+)\""
_LINK = r"\]\((?!https?:|#)([^)]*)\)"


def written(root: Path, address: str | None) -> Mapping[Path, str]:
    """Return each file that holds the address, with what it should be.

    Args:
        root: Folder of the repository.
        address: "https://github.com/OWNER/NAME"; None if there is none yet.

    Raises:
        ValueError: It is no such address.
    """
    if address is not None and not ADDRESS.fullmatch(address):
        raise ValueError(f"Expected https://HOST/OWNER/NAME. Received: {address!r}.")
    found = {}
    for name, lines in _FILES.items():
        path = root / name
        text = path.read_text(encoding="utf-8")
        part = lines(address)
        found[path] = _PART.sub(lambda _, part=part: part, text)  # type: ignore[misc]
    return found


def _project(address: str | None) -> str:
    if address is None:
        return _substitutions(
            (r"<img [^>]*>\n*", ""), (r"\[([^]]+)\]\((?!https?:|#)[^)]*\)", r"\1")
        )
    tag = "v$HFPR_VERSION"
    rules = (
        (_IMAGE, f'<img src="{address}/raw/{tag}/\\1"'),
        (_LINK, f"]({address}/blob/{tag}/\\1)"),
    )
    urls = {
        "Homepage": address,
        "Documentation": f"{address}/blob/main/docs/index.md",
        "Source": address,
        "Issues": f"{address}/issues",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
    }
    lines = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    return f"[project.urls]\n{lines}\n{_substitutions(*rules)}"


def _substitutions(*rules: tuple[str, str]) -> str:
    head = "[[tool.hatch.metadata.hooks.fancy-pypi-readme.substitutions]]\n"
    return "\n".join(
        f"{head}pattern = '{pattern}'\nreplacement = '{replacement}'\n"
        for pattern, replacement in rules
    )


def _citation(address: str | None) -> str:
    return "" if address is None else f"repository-code: {address}\n"


def _recipe(address: str | None) -> str:
    return "" if address is None else f"  homepage: {address}\n"


_FILES: dict[str, Callable[[str | None], str]] = {
    "pyproject.toml": _project,
    "CITATION.cff": _citation,
    "packaging/conda/recipe.yaml": _recipe,
}
