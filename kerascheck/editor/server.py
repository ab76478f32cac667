"""The Language Server Protocol over stdin and stdout, by pygls."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Sequence
from functools import partial

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from kerascheck.editor.documents import Document, notebook_text, with_changes
from kerascheck.editor.options import read_options
from kerascheck.editor.positions import units_of
from kerascheck.editor.session import Program, Session
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.model.version import __version__

if TYPE_CHECKING:
    from kerascheck.editor.actions import Workplace
    from kerascheck.editor.found import Found

__all__ = ["serve"]

FIX_ALL: Final = f"{types.CodeActionKind.SourceFixAll.value}.kerascheck"

_SECTION = "kerascheck"
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook="*", cells=[types.NotebookCellLanguage(language="python")]
        )
    ]
)


def serve() -> None:
    """Answer one client until it leaves."""
    logging.getLogger("pygls").setLevel(logging.ERROR)
    protocol = sys.stdout.buffer
    sys.stdout = sys.stderr  # what anything prints is not of the protocol
    KerascheckServer().server.start_io(sys.stdin.buffer, protocol)


class KerascheckServer:
    """What is done for each message of the client."""

    def __init__(self) -> None:
        self.server = LanguageServer(
            "kerascheck",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            notebook_document_sync=_NOTEBOOKS,
        )
        self._session = Session(self._publish, self._say)
        self._notebooks: dict[str, types.NotebookDocument] = {}
        self._cells: dict[str, str] = {}  # texts by URI
        self._register()

    def _register(self) -> None:
        plain = {
            types.INITIALIZE: self._initialize,
            types.INITIALIZED: self._initialized,
            types.TEXT_DOCUMENT_DID_OPEN: self._open,
            types.TEXT_DOCUMENT_DID_CHANGE: self._change,
            types.TEXT_DOCUMENT_DID_SAVE: self._save,
            types.TEXT_DOCUMENT_DID_CLOSE: self._close,
            types.NOTEBOOK_DOCUMENT_DID_OPEN: self._open_notebook,
            types.NOTEBOOK_DOCUMENT_DID_CHANGE: self._change_notebook,
            types.NOTEBOOK_DOCUMENT_DID_SAVE: self._save_notebook,
            types.NOTEBOOK_DOCUMENT_DID_CLOSE: self._close_notebook,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self._configure,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._files_changed,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._folders_changed,
            types.TEXT_DOCUMENT_HOVER: self._hover,
        }
        # pygls sets attributes of what it is given, which methods do not have
        for name, handler in plain.items():
            self.server.feature(name)(partial(handler))
        kinds = [types.CodeActionKind.QuickFix, FIX_ALL]
        offered = types.CodeActionOptions(code_action_kinds=kinds)
        offer = self.server.feature(types.TEXT_DOCUMENT_CODE_ACTION, offered)
        offer(partial(self._actions))

    # to the client

    def _publish(
        self, uri: str, version: int | None, found: Sequence[types.Diagnostic]
    ) -> None:
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, list(found), version)
        )

    def _say(self, line: str) -> None:
        message = types.ShowMessageParams(types.MessageType.Warning, line)
        self.server.window_show_message(message)

    # from the client: the session

    def _initialize(self, params: types.InitializeParams) -> None:
        encoding = self.server.workspace.position_encoding
        self._session.units = units_of(encoding)
        self._enter(params.workspace_folders, params.root_uri)
        self._set_options(params.initialization_options)

    def _enter(
        self, folders: Iterable[types.WorkspaceFolder] | None, root: str | None
    ) -> None:
        uris = [folder.uri for folder in folders or ()] or ([root] if root else [])
        paths = [path for uri in uris if (path := _path_of(uri))]
        self._session.enter(paths)

    async def _initialized(self, params: types.InitializedParams) -> None:
        await self._pull_options()

    async def _configure(self, params: types.DidChangeConfigurationParams) -> None:
        if not await self._pull_options():
            settings = params.settings
            own = settings.get(_SECTION) if isinstance(settings, dict) else None
            self._set_options(own)

    async def _pull_options(self) -> bool:
        """Ask the client for its settings; say whether it can be asked."""
        workspace = self.server.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return False
        items = [types.ConfigurationItem(section=_SECTION)]
        answer = await self.server.workspace_configuration_async(
            types.ConfigurationParams(items)
        )
        if answer and answer[0] is not None:
            self._set_options(answer[0])
        return True

    def _set_options(self, given: object) -> None:
        options, wrong = read_options(_plain(given))
        for line in wrong:
            self._session.say(line)
        self._session.configure(options)

    def _files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        self._session.check_all()

    def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        self._enter(self.server.workspace.folders.values(), None)
        self._session.check_all()

    # programs

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        self._put(document.uri, document.version, document.text)

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        known = self._session.program_of(document.uri)
        if known is not None:
            text = known.document.text
            text = with_changes(text, params.content_changes, self._session.units)
            self._put(document.uri, document.version, text)

    def _put(self, uri: str, version: int | None, text: str) -> None:
        path = _path_of(uri)
        if path:
            self._session.put(Document(uri, path, version, text))

    def _save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._session.save(params.text_document.uri)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._session.close(params.text_document.uri)

    # notebooks

    def _open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        notebook = params.notebook_document
        self._notebooks[notebook.uri] = notebook
        for cell in params.cell_text_documents:
            self._cells[cell.uri] = cell.text
        self._put_notebook(notebook)

    def _change_notebook(self, params: types.DidChangeNotebookDocumentParams) -> None:
        notebook = self._notebooks.get(params.notebook_document.uri)
        if notebook is None:
            return
        notebook.version = params.notebook_document.version
        changes = params.change.cells
        if changes is not None and changes.structure is not None:
            array, cells = changes.structure.array, list(notebook.cells)
            end = array.start + array.delete_count
            cells[array.start : end] = array.cells or ()
            notebook.cells = cells
            for cell in changes.structure.did_open or ():
                self._cells[cell.uri] = cell.text
        for text in () if changes is None else changes.text_content or ():
            uri = text.document.uri
            before, units = self._cells.get(uri, ""), self._session.units
            self._cells[uri] = with_changes(before, text.changes, units)
        self._put_notebook(notebook)

    def _put_notebook(self, notebook: types.NotebookDocument) -> None:
        path = _path_of(notebook.uri)
        if path:
            cells = [(c, self._cells.get(c.document, "")) for c in notebook.cells]
            texts = [(cell.document, text) for cell, text in cells]
            json = notebook_text(cells)
            self._session.put(
                Document(notebook.uri, path, notebook.version, json, texts)
            )

    def _save_notebook(self, params: types.DidSaveNotebookDocumentParams) -> None:
        self._session.save(params.notebook_document.uri)

    def _close_notebook(self, params: types.DidCloseNotebookDocumentParams) -> None:
        self._session.close(params.notebook_document.uri)
        self._notebooks.pop(params.notebook_document.uri, None)

    # questions

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        uri, line = params.text_document.uri, params.position.line
        if await self._session.settled(uri) is None:
            return None
        found = self._session.found_at(uri, line, line)
        if not found:
            return None
        from kerascheck.editor.hover import hover_text

        path = found[0][0].document.path
        home = next(iter(self._session.project_of(path)), os.path.dirname(path))
        report = found[0][0].report
        assert report is not None  # something was found
        findings = [one.finding for _, one in found]
        text = await self._session.in_worker(
            partial(hover_text, findings, report, home)
        )
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content)

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        from kerascheck.editor.actions import fix_all

        uri, wanted = params.text_document.uri, params.context.only
        program = await self._session.settled(uri)
        if program is None:
            return []
        actions: list[types.CodeAction] = []
        if _is_wanted(types.CodeActionKind.QuickFix, wanted):
            first, last = params.range.start.line, params.range.end.line
            for origin, found in self._session.found_at(uri, first, last):
                actions += await self._for_finding(origin, found, params)
        if program.is_current and (_is_wanted(FIX_ALL, wanted) if wanted else actions):
            edits = await self._session.in_worker(
                partial(fix_all, self._place(program))
            )
            if edits:
                actions.append(
                    types.CodeAction(
                        title="kerascheck: fix all",
                        kind=FIX_ALL,
                        edit=self._edit(edits),
                    )
                )
        return actions

    async def _for_finding(
        self, program: Program, found: Found, params: types.CodeActionParams
    ) -> list[types.CodeAction]:
        from kerascheck.editor.actions import fix_of, ignoring

        if not program.is_current:
            return []
        uri, code = found.at.uri, found.finding.code
        about = [d for d in params.context.diagnostics if d.code == code]
        action = partial(
            types.CodeAction, kind=types.CodeActionKind.QuickFix, diagnostics=about
        )
        place = self._place(program)
        fix = await self._session.in_worker(partial(fix_of, found.finding, place))
        actions = []
        if fix is not None:
            actions.append(
                action(
                    title=f"{code}: {fix.title}",
                    edit=self._edit(fix.edits),
                    is_preferred=fix.preferred,
                )
            )
        owner = self._session.program_of(uri)
        text = None if owner is None else owner.document.texts().get(uri)
        is_json = (
            owner is not None
            and owner.document.is_notebook
            and (not owner.document.cells)
        )
        if text is not None and not is_json:
            edit = ignoring(found, text, self._session.units)
            if edit is not None:
                title = f"{code}: suppress here by a comment"
                actions.append(action(title=title, edit=self._edit({uri: [edit]})))
        return actions

    def _place(self, program: Program) -> Workplace:
        from kerascheck.editor.actions import Workplace

        assert program.report is not None  # it is current
        return Workplace(
            document=program.document,
            report=program.report,
            opened=self._session.opened,
            project=self._session.project_of(program.document.path),
            units=self._session.units,
        )

    def _edit(self, edits: Any) -> types.WorkspaceEdit:
        """Return edits for the versions that they are of, if the client knows these."""
        workspace = self.server.client_capabilities.workspace
        knows = workspace and workspace.workspace_edit
        if not knows or not knows.document_changes:
            return types.WorkspaceEdit(changes={u: list(e) for u, e in edits.items()})
        changes = []
        for uri, each in edits.items():
            program = self._session.program_of(uri)
            whole = program is not None and not program.document.cells
            version = program.document.version if program and whole else None
            named = types.OptionalVersionedTextDocumentIdentifier(uri, version)
            changes.append(types.TextDocumentEdit(named, list(each)))
        return types.WorkspaceEdit(document_changes=changes)


def _path_of(uri: str) -> str | None:
    """Return the path that a URI names; None: no file can be there."""
    path = to_fs_path(uri)
    return None if path is None or "\0" in path else path


def _is_wanted(kind: str, wanted: Sequence[str] | None) -> bool:
    """Say whether actions of a kind are asked for; none named: all are."""
    return not wanted or any(
        kind == one or kind.startswith(f"{getattr(one, 'value', one)}.")
        for one in wanted
    )


def _plain(given: object) -> object:
    """Return settings as JSON has them: pygls makes objects of them."""
    as_dict = getattr(given, "_asdict", None)
    return as_dict() if as_dict is not None else given
