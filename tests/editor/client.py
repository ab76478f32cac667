"""A real client of the protocol, that starts a server in a process of its own."""

import asyncio
import contextlib
import os
import sys
from time import perf_counter

from lsprotocol import types
from pygls.lsp.client import LanguageClient

SECONDS = 10
"""After which an answer does not come any more."""

DOCUMENT_CHANGES = types.WorkspaceClientCapabilities(
    workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
)


class Editor:
    """An editor with one workspace folder."""

    def __init__(self, folder):
        self.folder = folder
        self.client = LanguageClient("test", "1")
        self.published = {}  # URI -> every list of diagnostics, in order
        self.versions = {}
        self.said = []
        self.configuration = None
        self._news = None

        def publish(params):
            self.published.setdefault(params.uri, []).append(params.diagnostics)
            self.versions[params.uri] = params.version
            self._news.set()

        def configuration(params):
            return [self.configuration for _ in params.items]

        def say(params):
            self.said.append(params.message)
            self._news.set()

        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)
        self.client.feature(types.WORKSPACE_CONFIGURATION)(configuration)
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(say)

    async def start(self, workspace=DOCUMENT_CHANGES, options=None, env=None):
        self._news = asyncio.Event()
        await self.client.start_io(
            sys.executable,
            *("-m", "kerascheck", "server"),
            cwd=self.folder,
            env={**os.environ, **(env or {})},
        )
        answer = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    workspace=workspace,
                    notebook_document=types.NotebookDocumentClientCapabilities(
                        types.NotebookDocumentSyncClientCapabilities()
                    ),
                ),
                workspace_folders=[
                    types.WorkspaceFolder(self.folder.as_uri(), "project")
                ],
                initialization_options=options,
            )
        )
        self.client.initialized(types.InitializedParams())
        return answer

    async def stop(self):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.client.shutdown_async(None), SECONDS)
        self.client.exit(None)
        await self.client.stop()

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, name, text):
        item = types.TextDocumentItem(self.uri(name), "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name, text, version=2):
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, self.uri(name)),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def seen(self, uri):
        """Return how many times something was shown of a text."""
        return len(self.published.get(uri, ()))

    async def until(self, holds):
        """Wait until something holds of what was published and said."""
        end = perf_counter() + SECONDS
        while not holds():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), max(end - perf_counter(), 0.01))

    async def shown(self, name, codes=None):
        """Return what is shown of a file, once it has these codes if they are named."""
        uri = name if "://" in str(name) or ":" in str(name) else self.uri(name)
        if codes is None:
            before = self.seen(uri)
            await self.until(lambda: self.seen(uri) > before or before)
        else:
            await self.until(
                lambda: (
                    self.seen(uri)
                    and sorted(d.code for d in self.published[uri][-1]) == sorted(codes)
                )
            )
        return self.published[uri][-1]

    async def actions(self, name, line, only=None):
        uri = name if ":" in name else self.uri(name)
        here = types.Range(types.Position(line, 0), types.Position(line, 0))
        return await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri),
                here,
                types.CodeActionContext(self.published.get(uri, [[]])[-1], only),
            )
        )

    async def hover(self, name, line):
        uri = name if ":" in name else self.uri(name)
        return await self.client.text_document_hover_async(
            types.HoverParams(
                types.TextDocumentIdentifier(uri), types.Position(line, 4)
            )
        )
