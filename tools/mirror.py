"""The repository that pre-commit clones: hooks and one dependency, without fixtures.

It has a tag for each release, of the same name, so that `rev: v0.2.0` installs 0.2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "kerascheck-pre-commit"
version = "0"
dependencies = ["kerascheck=={version}"]

[tool.hatch.build.targets.wheel]
bypass-selection = true
"""

_README = """\
# Hooks of kerascheck for pre-commit

The tag `v{version}` installs kerascheck {version} from the package index. Everything
here is written by `python -m tools mirror` in the repository of kerascheck.
"""


def mirror(root: Path, version: str) -> Mapping[str, str]:
    """Return the files of the mirror for one release, by name.

    Args:
        root: Folder of the repository.
        version: The release.
    """
    hooks = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    return {
        ".pre-commit-hooks.yaml": hooks,
        "LICENSE": (root / "LICENSE").read_text(encoding="utf-8"),
        "README.md": _README.format(version=version),
        "pyproject.toml": _PROJECT.format(version=version),
    }
