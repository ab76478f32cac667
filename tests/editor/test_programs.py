"""Real editors: Neovim in a terminal, and the extension for Visual Studio Code.

They need programs that pip does not install, and fail without them.
"""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools.editor_picture import ROOT, neovim

pytestmark = pytest.mark.system

VSCODE = ROOT / "editors" / "vscode"


def test_a_session_in_neovim():
    with neovim(ROOT) as screen:
        screen.wait("softmax over")
        screen.type("O", "import os, (", "Escape")
        screen.wait("E   7")  # it is broken, and the finding moved with its line
        screen.type("u")
        screen.wait("E   6")
        screen.type("6G", " a")
        screen.wait("2: KC103: suppress here by a comment")
        screen.type("1", "Enter")
        screen.wait('Dense(1, activation="sigmoid")')
        screen.wait("softmax", gone=True)


def test_the_extension_is_packaged(tmp_path):
    folder = shutil.copytree(
        VSCODE, tmp_path / "vscode", ignore=shutil.ignore_patterns("node_modules")
    )
    for command in (["install", "--no-audit", "--no-fund"], ["run", "package"]):
        done = subprocess.run(
            [shutil.which("npm") or "npm", *command],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(Path(folder) / "kerascheck.vsix") as package:
        names = package.namelist()
    assert "extension/out/extension.js" in names
    assert any("vscode-languageclient" in name for name in names)
    assert not any(os.path.basename(name) == "package-lock.json" for name in names)
