"""kerascheck server, as a real client sees it."""

import pytest
from lsprotocol import types

from tests.editor.texts import applied

pytestmark = pytest.mark.editor

PROGRAM = """\
import keras

model = keras.Sequential([
    keras.Input((20,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="softmax"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
"""
RIGHT = PROGRAM.replace("softmax", "sigmoid")


def test_a_program_that_is_opened_is_checked_as_it_is_on_the_screen(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        (found,) = await editor.shown("train.py")
        assert (found.code, found.source) == ("KC103", "kerascheck")
        assert found.severity == types.DiagnosticSeverity.Error
        assert found.range.start == types.Position(5, 4)
        assert not (editor.folder / "train.py").exists()

    edit(session)


def test_a_correction_takes_the_finding_away(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        editor.change("train.py", RIGHT)
        await editor.shown("train.py", [])
        assert editor.versions[editor.uri("train.py")] == 2

    edit(session)


def test_a_broken_program_keeps_what_was_found_where_its_line_is_now(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        editor.change("train.py", f"import os\nos.path.join(\n{PROGRAM}")
        uri = editor.uri("train.py")
        await editor.until(lambda: editor.versions[uri] == 2)
        (found,) = editor.published[uri][-1]
        assert (found.code, found.range.start.line) == ("KC103", 7)
        assert not await editor.actions("train.py", 7)

    edit(session)


def test_while_one_types_only_some_versions_are_checked(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        for version in range(2, 42):
            editor.change("train.py", f"{PROGRAM}# {'x' * version}\n", version)
        editor.change("train.py", RIGHT, 42)
        await editor.shown("train.py", [])
        assert editor.seen(editor.uri("train.py")) <= 10

    edit(session, options={"delay": 400})


def test_hovering_shows_why_and_the_page_of_the_rule(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        text = (await editor.hover("train.py", 5)).contents.value
        assert "KC103 softmax-on-one-unit" in text
        assert "## When to ignore" in text
        assert 'activation="sigmoid"' in text
        assert await editor.hover("train.py", 0) is None

    edit(session)


def test_the_fix_is_the_one_of_the_command_line(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        fix, ignore, _ = await editor.actions("train.py", 5)
        assert fix.is_preferred
        assert fix.title.startswith("KC103: ")
        (change,) = fix.edit.document_changes
        assert change.text_document.version == 1
        assert applied(PROGRAM, change.edits) == RIGHT
        (change,) = ignore.edit.document_changes
        hidden = applied(PROGRAM, change.edits)
        assert '"softmax"),  # kerascheck: ignore[KC103]\n' in hidden
        editor.change("train.py", hidden)
        await editor.shown("train.py", [])

    edit(session)


def test_all_fixes_are_one_action(edit):
    async def session(editor):
        text = PROGRAM.replace('["accuracy"]', '["accuracy", "mse"]') + PROGRAM
        editor.open("train.py", text)
        await editor.shown("train.py")
        (action,) = await editor.actions("train.py", 0, ["source.fixAll"])
        assert action.kind == "source.fixAll.kerascheck"
        (change,) = action.edit.document_changes
        assert "softmax" not in applied(text, change.edits)

    edit(session)


def test_imports_see_what_is_not_saved(edit):
    nets = PROGRAM.replace('activation="softmax"', "activation=END")
    train = "from nets import model\n\nmodel.fit([[0.0] * 20], [0])\n"

    async def session(editor):
        (editor.folder / "nets.py").write_text(f'END = "sigmoid"\n{nets}')
        editor.open("train.py", train)
        await editor.shown("train.py", [])
        editor.open("nets.py", f'END = "softmax"\n{nets}')
        await editor.shown("nets.py", ["KC103"])
        editor.change("nets.py", f'END = "sigmoid"\n{nets}')
        await editor.shown("nets.py", [])

    edit(session)


def test_what_a_caller_passes_counts_in_the_file_that_compiles(edit):
    nets = """\
import keras

def build(end):
    model = keras.Sequential([
        keras.Input((20,)), keras.layers.Dense(1, activation=end)])
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return model
"""
    train = "from nets import build\n\nbuild('softmax').fit([[0.0] * 20], [0])\n"

    async def session(editor):
        (editor.folder / "nets.py").write_text(nets)
        editor.open("train.py", train)
        await editor.shown("nets.py", ["KC103"])
        editor.change("train.py", train.replace("softmax", "sigmoid"))
        await editor.shown("nets.py", [])

    edit(session)


def test_the_configuration_of_the_project_counts(edit):
    async def session(editor):
        (editor.folder / "kerascheck.toml").write_text('ignore = ["KC103"]\n')
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", [])
        (editor.folder / "kerascheck.toml").write_text("ignore = []\n")
        editor.client.text_document_did_save(
            types.DidSaveTextDocumentParams(
                types.TextDocumentIdentifier(editor.uri("train.py"))
            )
        )
        await editor.shown("train.py", ["KC103"])

    edit(session)


def test_a_wrong_configuration_is_said_once(edit):
    async def session(editor):
        (editor.folder / "kerascheck.toml").write_text("ignore = 3\n")
        editor.open("train.py", PROGRAM)
        await editor.until(lambda: editor.said)
        editor.change("train.py", RIGHT)
        await editor.hover("train.py", 5)
        assert len(editor.said) == 1
        assert "kerascheck.toml" in editor.said[0]

    edit(session)


@pytest.mark.parametrize("pulled", [True, False], ids=["asked for", "sent"])
def test_settings_of_the_editor_count(edit, pulled):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        editor.configuration = {"ignore": ["KC103"], "colour": "red", "delay": True}
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams(
                None if pulled else {"kerascheck": editor.configuration}
            )
        )
        await editor.shown("train.py", [])
        assert len(editor.said) == 2

    workspace = types.WorkspaceClientCapabilities(configuration=pulled)
    edit(session, workspace=workspace)


def test_a_program_may_be_checked_only_when_it_is_saved(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        editor.change("train.py", RIGHT)
        editor.open("other.py", PROGRAM)
        await editor.shown("other.py", ["KC103"])
        assert editor.seen(editor.uri("train.py")) == 1
        editor.client.text_document_did_save(
            types.DidSaveTextDocumentParams(
                types.TextDocumentIdentifier(editor.uri("train.py"))
            )
        )
        await editor.shown("train.py", [])

    edit(session, options={"run": "onSave"})


def test_closing_takes_all_away(edit):
    async def session(editor):
        editor.open("train.py", PROGRAM)
        await editor.shown("train.py", ["KC103"])
        editor.client.text_document_did_close(
            types.DidCloseTextDocumentParams(
                types.TextDocumentIdentifier(editor.uri("train.py"))
            )
        )
        await editor.shown("train.py", [])

    edit(session)


def test_a_name_that_no_file_has_is_left_alone(edit):
    async def session(editor):
        uri = f"{editor.folder.as_uri()}/a%00b.py"
        editor.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri, "python", 1, PROGRAM)
            )
        )
        assert not await editor.actions(uri, 5)

    edit(session)


def test_programs_without_keras_are_left_alone(edit):
    async def session(editor):
        editor.open("other.py", "import re\n\nre.compile(\n")
        assert not await editor.shown("other.py")

    edit(session)


@pytest.mark.parametrize("named", [False, True], ids=["beside", "on the path"])
def test_nothing_of_the_workspace_is_run_or_imported(edit, tmp_path, named):
    ran = tmp_path / "ran"
    bad = f"open({str(ran)!r}, 'a').write(__name__)\n"
    names = ("json", "numpy", "pygls", "click", "nets", "tomllib", "lsprotocol")
    for name in names:
        (tmp_path / f"{name}.py").write_text(bad)
    (tmp_path / "conftest.py").write_text(bad)
    (tmp_path / ".kerascheck.toml").write_text('labels = "labels.csv"\n')
    (tmp_path / "labels.csv").write_text("0\n1\n" * 20)

    async def session(editor):
        editor.open("train.py", f"import nets\n{bad}{PROGRAM}")
        await editor.shown("train.py")
        await editor.hover("train.py", 7)
        assert await editor.actions("train.py", 7)

    edit(session, env={"PYTHONPATH": str(tmp_path)} if named else {})
    assert not ran.exists()


def test_a_notebook_is_checked_cell_by_cell(edit):
    cells = PROGRAM.split("model.compile")
    texts = [cells[0], "# Training", f"%time\nmodel.compile{cells[1]}"]
    kinds = [types.NotebookCellKind.Code, types.NotebookCellKind.Markup]

    async def session(editor):
        uris = [f"vscode-notebook-cell:{number}" for number in range(3)]
        uri = editor.uri("train.ipynb")
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(
                    uri,
                    "jupyter-notebook",
                    1,
                    [
                        types.NotebookCell(kinds[number == 1], cell)
                        for number, cell in enumerate(uris)
                    ],
                ),
                [
                    types.TextDocumentItem(cell, "python", 1, text)
                    for cell, text in zip(uris, texts, strict=True)
                    if text != texts[1]
                ],
            )
        )
        (found,) = await editor.shown(uris[0], ["KC103"])
        assert found.range.start.line == 5
        assert found.related_information[0].location.uri == uris[2]
        assert found.related_information[0].location.range.start.line == 1
        assert "KC103" in (await editor.hover(uris[0], 5)).contents.value
        (suppress,) = await editor.actions(uris[0], 5, ["quickfix"])
        assert "suppress" in suppress.title
        start = texts[0].split("\n")[5].index("softmax")
        editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(2, uri),
                types.NotebookDocumentChangeEvent(
                    cells=types.NotebookDocumentCellChanges(
                        text_content=[
                            types.NotebookDocumentCellContentChanges(
                                types.VersionedTextDocumentIdentifier(2, uris[0]),
                                [
                                    types.TextDocumentContentChangePartial(
                                        types.Range(
                                            types.Position(5, start),
                                            types.Position(5, start + 7),
                                        ),
                                        "sigmoid",
                                    )
                                ],
                            )
                        ]
                    )
                ),
            )
        )
        await editor.shown(uris[0], [])

    edit(session)
