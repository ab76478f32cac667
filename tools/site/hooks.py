"""What MkDocs calls while it builds the site: pages and data that are made then.

MkDocs loads this file by its path, from the root of the repository.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

_HOME = Path(__file__).parent
_WORKER = "assets/worker.js"
_WORKER_ELSEWHERE = "https://unpkg.com/iframe-worker/shim"
"""What the plugin `offline` would fetch from the network."""

_GUARDED = "drop.md"
"""The page that reads files of strangers."""

_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")
_IMAGE_OUTSIDE = re.compile(r"<img [^>]*src=\"\.\./[^>]*>")


def on_config(config: Any) -> Any:
    """List the pages of rules below their index."""
    from kerascheck.model.site import ADDRESS
    from kerascheck.model.vocabulary import FAMILIES

    config["site_url"] = f"{ADDRESS}/" if ADDRESS else ""
    names = sorted(path.name for path in (ROOT / "docs" / "rules").glob("KC*.md"))
    rules: list[Any] = ["rules/index.md"]
    for digit, title in FAMILIES.items():
        pages = [f"rules/{name}" for name in names if name[2] == digit]
        rules += [{title: pages}] if pages else []
    config["nav"] = [
        {"Rules": rules} if entry == {"Rules": "rules/"} else entry
        for entry in config["nav"]
    ]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add what is made for the site alone."""
    from tools.site.data import COMMAND_LINE, chooser_data, python_page
    from tools.site.drop_files import drop_files

    made = {
        "chooser/chooser.js": (_HOME / "chooser.js").read_text("utf-8"),
        "chooser/chooser.css": (_HOME / "chooser.css").read_text("utf-8"),
        "chooser/data.js": chooser_data(),
        _WORKER: (_HOME / "worker.js").read_text("utf-8"),
        "reference/command-line.md": COMMAND_LINE,
        "reference/python.md": python_page(),
    }
    for name, content in {**made, **drop_files()}.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Take links to files off pages that the site does not have."""
    return _IMAGE_OUTSIDE.sub("", _OUTSIDE.sub(r"\1", markdown))


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Take what the theme would fetch from elsewhere from the site itself."""
    from tools.site.policy import with_policy

    output = output.replace(_WORKER_ELSEWHERE, get_relative_url(_WORKER, page.url))
    return with_policy(output) if page.file.src_uri == _GUARDED else output


def on_post_template(output: str, **_: Any) -> str:
    """Do so on the page for what is not found, which has no place of its own."""
    return output.replace(_WORKER_ELSEWHERE, f"/{_WORKER}")


def on_page_content(html: str, **_: Any) -> str:
    """Leave the cell of a default empty where click has none."""
    return html.replace("<code>Sentinel.UNSET</code>", "")
