"""Sessions of an editor.

Modules here import pygls, which only the extra test-editor brings; so they are only
looked into if their tests are asked for, and then fail without it.
"""

import asyncio

import pytest

NEEDS_PYGLS = ("test_server.py", "test_texts.py", "test_bench.py")


def pytest_ignore_collect(collection_path, config):
    asked = config.option.markexpr == "editor"
    return True if collection_path.name in NEEDS_PYGLS and not asked else None


@pytest.fixture
def edit(tmp_path):
    """Return what runs a session of an editor, from its start to its end."""
    from tests.editor.client import Editor

    def edit(session, **how):
        async def whole():
            editor = Editor(tmp_path)
            await editor.start(**how)
            try:
                await session(editor)
            finally:
                await editor.stop()

        asyncio.run(whole())

    return edit
