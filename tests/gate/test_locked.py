"""--locked, --isolated and --base: the tree does not say how it is checked."""

import io
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerascheck import check
from kerascheck.cli.program import exit_code
from kerascheck.cli.writing import Writing
from kerascheck.rules import our_rules
from kerascheck.settings.file import load
from tests.gate.conftest import RIGHT, WRONG
from tests.gate.conftest import Repository as Scratch

BASELINE = "kerascheck-baseline.json"
SECRET = b"root:x:0:0:the secret of another"

TRICKS = {
    "level off": ("kerascheck.toml", 'levels = { KC1 = "off" }'),
    "level note": ("kerascheck.toml", 'levels = { ALL = "note" }'),
    "ignore": ("kerascheck.toml", 'ignore = ["ALL"]'),
    "select": ("kerascheck.toml", 'select = ["KC4"]'),
    "fail-on": ("kerascheck.toml", 'fail-on = "never"'),
    "exclude": ("kerascheck.toml", 'exclude = ["wrong.keras"]'),
    "extend-exclude": ("kerascheck.toml", 'extend-exclude = ["models"]'),
    "per-model-ignores": (
        "kerascheck.toml",
        'per-model-ignores = { "models/*" = ["KC1"] }',
    ),
    "deeper": ("models/kerascheck.toml", 'ignore = ["KC1"]'),
    "hidden": (".kerascheck.toml", 'ignore = ["KC1"]'),
    "pyproject": ("pyproject.toml", '[tool.kerascheck]\nignore = ["KC1"]'),
    "max-warnings": (
        "models/.kerascheck.toml",
        'max-warnings = 99\nlevels = { KC1 = "warning" }',
    ),
}
"""A file of the tree, and what in it turns the wrong model green."""


@pytest.fixture(autouse=True)
def _no_settings_of_git(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.org")


@pytest.fixture
def wrong(repository):
    """A tree with one wrong model."""
    repository.add("wrong", WRONG)
    return repository


@pytest.fixture
def outside(tmp_path_factory):
    """A file that is none of the tree's business."""
    path = tmp_path_factory.mktemp("outside") / "passwd"
    path.write_bytes(SECRET)
    return path


def git(*arguments, at="."):
    subprocess.run(
        ["git", "-C", str(at), *arguments], check=True, capture_output=True, timeout=60
    )


def committed(at=".", branch="main"):
    """Commit all of a folder; return nothing."""
    if not (Path(at) / ".git").exists():
        git("init", "-q", "-b", branch, at=at)
    git("add", "-A", at=at)
    git("commit", "-q", "--allow-empty", "-m", "x", at=at)


def document(ran):
    return json.loads(ran.out)


# what the tree says is not obeyed


@pytest.mark.parametrize("trick", TRICKS)
def test_no_configuration_of_the_tree_turns_a_locked_run_green(wrong, run, trick):
    name, text = TRICKS[trick]
    wrong.write(name, text)
    assert run("models").code in (0, 3)
    assert run("models", "--locked").code == 1


def test_no_baseline_of_the_tree_turns_a_locked_run_green(wrong, run):
    run("baseline", "write", "models")
    assert run("models").code == 0
    assert run("models", "--locked").code == 1
    assert run("models", "--locked", "--baseline", BASELINE).code == 0


@pytest.mark.parametrize(("value", "code"), [("1", 1), ("true", 1), ("", 0), ("0", 0)])
def test_the_environment_locks(wrong, run, monkeypatch, value, code):
    wrong.write("kerascheck.toml", 'ignore = ["KC1"]')
    monkeypatch.setenv("KERASCHECK_LOCKED", value)
    assert run("models").code == code


def test_options_of_the_call_hold_in_a_locked_run(wrong, run):
    assert run("models", "--locked", "--fail-on", "never").code == 0
    assert run("models", "--locked", "--ignore", "KC1").code == 0
    assert run("models", "--locked", "--isolated").code == 1
    wrong.write("ci.toml", 'ignore = ["KC1"]')
    assert run("models", "--locked", "--config", "ci.toml").code == 0


def test_a_locked_run_shows_what_it_would_fix_and_writes_nothing(wrong, run):
    before = sorted(wrong.root.rglob("*"))
    ran = run("models", "--locked", "--diff", "--unsafe-fixes")
    assert ran.code == 1
    assert "from_logits" in ran.out
    assert sorted(wrong.root.rglob("*")) == before


CODES = sorted({rule.code[:3] for rule in our_rules()} | {"KC0", "KC101", "ALL"})
LISTS = st.lists(st.sampled_from(CODES), max_size=2).map(json.dumps)
GLOBS = st.sampled_from(("*", "models", "models/*", "wrong.keras", "a.keras", "?rong*"))
WORDS = {
    "select": LISTS,
    "extend-select": LISTS,
    "ignore": LISTS,
    "fail-on": st.sampled_from(('"error"', '"never"', '"note"')),
    "max-warnings": st.integers(0, 9).map(str),
    "strict": st.sampled_from(("true", "false")),
    "min-confidence": st.sampled_from(('"medium"', '"high"')),
    "output-format": st.sampled_from(('"text"', '"junit"')),
    "labels": st.sampled_from(('"none.npy"', '"models/wrong.keras"', '"/etc/passwd"')),
    "baseline": st.sampled_from(('"none.json"', '"models/wrong.keras"')),
    "exclude": GLOBS.map(lambda glob: json.dumps([glob])),
    "levels": st.tuples(st.sampled_from(CODES), st.sampled_from(("off", "note"))).map(
        lambda pair: '{{ {} = "{}" }}'.format(*pair)
    ),
    "per-model-ignores": st.tuples(GLOBS, LISTS).map(
        lambda pair: f"{{ {json.dumps(pair[0])} = {pair[1]} }}"
    ),
    "models": st.tuples(GLOBS, st.sampled_from(("regression", "binary"))).map(
        lambda pair: f'{{ {json.dumps(pair[0])} = {{ task = "{pair[1]}" }} }}'
    ),
    "nonsense": st.just("0"),
}
FILES = st.sampled_from(
    ("kerascheck.toml", ".kerascheck.toml", "models/kerascheck.toml", "pyproject.toml")
)


def told(*arguments):
    """Run the command line and return its exit code and what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = exit_code(list(arguments))
    return code, out.getvalue(), err.getvalue()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    files=st.dictionaries(
        FILES, st.fixed_dictionaries({}, optional=WORDS), min_size=1, max_size=3
    )
)
def test_a_locked_run_is_that_of_a_tree_without_any_configuration(files):
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        tree = Scratch(Path(folder))
        tree.add("wrong", WRONG)
        tree.add("a", RIGHT)
        asked = ("models", "--locked", "--output-format", "json")
        plain = told(*asked)
        for name, keys in files.items():
            table = "[tool.kerascheck]\n" if name == "pyproject.toml" else ""
            lines = (f"{key} = {value}\n" for key, value in keys.items())
            tree.write(name, table + "".join(lines))
        assert told(*asked) == plain
        assert plain[0] == 1


# what a locked run refuses


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("models", "--fix"), "--fix is refused; use --diff"),
        (("models", "--rules", "evil"), "--rules (KERASCHECK_RULES) is refused"),
        (("evil:model",), "'evil:model' is refused; check a saved model"),
        (("models", "evil:model"), "'evil:model' is refused; check a saved model"),
        (("run", "evil.py"), "run is refused; check saved models"),
        (("run", "-m", "evil"), "run is refused; check saved models"),
        (("inspect", "models/wrong.keras", "--rules", "evil"), "--rules"),
        (("baseline", "write", "models", "--rules", "evil"), "--rules"),
        (("baseline", "prune", "models", "--rules", "evil"), "--rules"),
    ],
)
def test_a_locked_run_refuses_what_runs_or_writes(
    wrong, run, monkeypatch, arguments, words
):
    wrong.write("evil.py", "open('ran', 'w')\n")
    monkeypatch.setenv("KERASCHECK_LOCKED", "1")
    ran = run(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert not Path("ran").exists()


def test_a_locked_run_refuses_rules_that_the_environment_names(wrong, run, monkeypatch):
    monkeypatch.setenv("KERASCHECK_RULES", "evil")
    ran = run("models", "--locked")
    assert ran.code == 2
    assert "KERASCHECK_RULES" in ran.err


def test_a_model_with_a_colon_in_its_name_is_checked_in_a_locked_run(wrong, run):
    os.rename("models/wrong.keras", "a:b")
    assert run("a:b", "--locked").code == 1


@pytest.mark.parametrize("folder", ["models:", "runs:"])
@pytest.mark.parametrize("named", [".", "{folder}", "./{folder}/wrong.keras"])
def test_a_folder_that_is_called_as_an_address_begins_is_a_folder(
    wrong, run, folder, named
):
    shutil.move("models", folder)
    for options in ([], ["--locked"]):
        ran = run(named.format(folder=folder), *options)
        assert (ran.code, ran.err) == (1, ""), options
        assert f"{folder}/wrong.keras" in ran.out


def test_a_found_configuration_names_no_address(wrong, run):
    os.mkdir("models:")
    Path("models:/other.csv").write_text("0\n1\n" * 20, "utf-8")
    Path("kerascheck.toml").write_text('labels = "models:/other.csv"', "utf-8")
    ran = run("models", "--output-format", "json")
    (model,) = json.loads(ran.out)["models"]
    assert model["heads"][0]["labels"]["path"] == "./models:/other.csv"


# --isolated


def test_an_isolated_run_obeys_no_baseline_that_is_not_named(wrong, run):
    run("baseline", "write", "models")
    assert run("models").code == 0
    assert run("models", "--isolated").code == 1
    assert run("models", "--isolated", "--baseline", BASELINE).code == 0


@pytest.mark.parametrize("option", ["--isolated", "--locked"])
@pytest.mark.parametrize("command", ["write", "prune", "show"])
def test_a_baseline_that_is_not_named_is_not_touched(wrong, run, option, command):
    run("baseline", "write", "models")
    text = Path(BASELINE).read_bytes()
    paths = () if command == "show" else ("models",)
    ran = run("baseline", command, *paths, option)
    assert ran.code == 2
    assert f"{option} searches for no baseline; name it with --file" in ran.err
    assert run("baseline", command, *paths, option, "--file", BASELINE).code == 0
    assert Path(BASELINE).read_bytes() == text


# what a configuration that is found may name

NAMING = {
    "labels": "labels = {}",
    "labels of a model": '[models."*"]\nlabels = {}',
    "labels of no model": '[models."none.keras"]\nlabels = {}',
    "baseline": "baseline = {}",
    "source": '[models."*"]\nsource = {}',
}


@pytest.fixture(params=["absolute", "upwards", "link", "link of a folder"])
def leading_out(request, wrong, outside):
    """Paths of the tree that lead to the file outside."""
    if request.param == "absolute":
        return str(outside)
    if request.param == "upwards":
        return os.path.relpath(outside)
    if request.param == "link":
        Path("models/data").symlink_to(outside)
        return "models/data"
    Path("models/data").symlink_to(outside.parent, target_is_directory=True)
    return "models/data/passwd"


WATCHED = """
import os, sys
opened = []
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        opened.append(os.path.realpath(os.fsdecode(args[0])))
sys.addaudithook(hook)
from kerascheck.cli.program import exit_code
outside, *arguments = sys.argv[1:]
code = exit_code(arguments)
print("opened outside" if outside in opened else "nothing opened", file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def watched(child, wrong, outside):
    """Run the command line where opening the file outside is noticed."""

    def watched(*arguments):
        place = os.path.realpath(outside)
        return child("-c", WATCHED, place, *arguments, cwd=wrong.root)

    return watched


@pytest.mark.parametrize("key", NAMING)
def test_a_found_configuration_names_nothing_outside(wrong, run, key, leading_out):
    wrong.write("kerascheck.toml", NAMING[key].format(json.dumps(leading_out)))
    ran = run("models")
    assert ran.code == 2
    assert ran.err.startswith(f"kerascheck: kerascheck.toml: {key.split()[0]}: ")
    assert "leads out of the tree" in ran.err
    assert key == "source" or f"pass it with --{key.split()[0]}, " in ran.err
    assert "--config" in ran.err
    assert ran.err.count("\n") == 1
    assert "secret" not in ran.out + ran.err


def test_a_source_with_a_line_is_refused_as_well(wrong, run, outside):
    wrong.write("kerascheck.toml", f'models = {{ "*" = {{ source = "{outside}:3" }} }}')
    assert "leads out of the tree" in run("models").err


@pytest.mark.parametrize("key", ["labels", "baseline", "source"])
def test_what_is_refused_is_not_opened(wrong, watched, outside, key):
    Path("y.npy").symlink_to(outside)
    wrong.write("kerascheck.toml", NAMING[key].format('"y.npy"'))
    assert "nothing opened" in watched("models").err
    shown = watched("models", "--config", "kerascheck.toml")
    assert "opened outside" in shown.err


def test_what_the_call_says_in_its_place_is_not_refused(wrong, run, outside):
    wrong.write(
        "kerascheck.toml",
        f'labels = "{outside}"\nbaseline = "{outside}"\n'
        f'[models."*"]\nlabels = "{outside}"',
    )
    labels = ("--labels", "models/wrong.labels.npy")
    assert run("models", *labels).code == 2
    assert run("models", *labels, "--no-baseline").code == 1
    assert run("inspect", "models/wrong.keras", *labels).code == 2
    file = ("--file", BASELINE)
    assert run("baseline", "write", "models", *labels, *file).code == 0
    assert run("models", *labels, "--baseline", BASELINE).code == 0
    assert run("baseline", "show", *file).code == 0


@pytest.mark.parametrize("text", ["labels = 'a\\u0000b'", 'labels = "a\\u0000b"'])
def test_a_path_that_cannot_be_is_refused_in_one_line(wrong, run, text):
    wrong.write("kerascheck.toml", text)
    ran = run("models")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "internal error" not in ran.err


@pytest.mark.parametrize("name", ["kerascheck.toml", "pyproject.toml"])
def test_a_configuration_that_is_a_link_out_is_refused(wrong, run, outside, name):
    outside.write_text('[tool.kerascheck]\nignore = ["KC1"]')
    Path(name).symlink_to(outside)
    ran = run("models")
    assert ran.code == 2
    assert "leads out of the tree" in ran.err


def test_a_baseline_that_is_a_link_out_is_refused(wrong, run, watched, outside):
    run("baseline", "write", "models")
    shutil.move(BASELINE, outside)
    Path(BASELINE).symlink_to(outside)
    ran = watched("models")
    assert ran.code == 2
    assert "leads out of the tree" in ran.err
    assert "nothing opened" in ran.err
    assert run("models", "--baseline", BASELINE).code == 0


def test_a_configuration_in_a_folder_names_labels_of_the_same_checkout(wrong, run):
    committed()
    wrong.write("models/kerascheck.toml", 'labels = "../data/y.npy"')
    os.makedirs("data")
    shutil.copy("models/wrong.labels.npy", "data/y.npy")
    ran = run("models", "--output-format", "json")
    assert ran.code == 1
    (model,) = document(ran)["models"]
    assert model["heads"][0]["labels"]["path"] == "data/y.npy"


def test_a_link_inside_the_checkout_is_followed(wrong, run):
    committed()
    os.makedirs("data")
    shutil.move("models/wrong.labels.npy", "data/y.npy")
    Path("models/y.npy").symlink_to("../data/y.npy")
    wrong.write("models/kerascheck.toml", 'labels = "y.npy"')
    assert run("models").code == 1


def test_a_configuration_found_in_a_parent_folder_names_what_lies_there(
    wrong, run, monkeypatch
):
    os.makedirs("data")
    shutil.move("models/wrong.labels.npy", "data/y.npy")
    wrong.write("kerascheck.toml", 'labels = "data/y.npy"')
    monkeypatch.chdir("models")
    assert run("wrong.keras").code == 1


def test_the_working_folder_is_a_project_unless_it_is_the_root_or_the_home(
    wrong, run, monkeypatch
):
    os.makedirs("data")
    shutil.move("models/wrong.labels.npy", "data/y.npy")
    wrong.write("models/kerascheck.toml", 'labels = "../data/y.npy"')
    assert run("models").code == 1
    models = str(wrong.root / "models")
    monkeypatch.setenv("HOME", str(wrong.root))
    assert "leads out of the tree" in run("models").err
    monkeypatch.chdir("/")
    assert "leads out of the tree" in run(models).err


# labels of a locked run


def test_labels_that_a_link_leads_out_are_a_finding_of_a_locked_run(
    wrong, watched, outside
):
    wrong.write("ci.toml", 'labels = "models/y.npy"')
    Path("models/y.npy").symlink_to(outside)
    locked = ("models", "--locked", "--output-format", "json")
    ran = watched(*locked, "--config", "ci.toml")
    assert ran.code == 1
    codes = {f["code"]: f for f in document(ran)["findings"]}
    assert {"KC008", "KC101"} <= set(codes)
    assert "out of the tree" in codes["KC008"]["message"]
    assert "nothing opened" in ran.err
    assert "opened outside" in watched(*locked, "--labels", "models/y.npy").err


def test_a_configuration_that_is_named_names_labels_anywhere(wrong, run, outside):
    labels = outside.with_name("y.npy")
    shutil.copy("models/wrong.labels.npy", labels)
    wrong.write("ci.toml", f"labels = {json.dumps(str(labels))}")
    ran = run("models", "--locked", "--config", "ci.toml", "--output-format", "json")
    assert {f["code"] for f in document(ran)["findings"]} == {"KC101"}


@pytest.mark.parametrize("key", ["baseline", "source"])
def test_a_named_configuration_opens_no_link_out_in_a_locked_run(
    wrong, watched, outside, key
):
    wrong.write("ci.toml", NAMING[key].format('"models/x"'))
    Path("models/x").symlink_to(outside)
    ran = watched("models", "--locked", "--config", "ci.toml")
    assert ran.code == 2
    assert "leads out of the tree" in ran.err
    assert "nothing opened" in ran.err


# --base


@pytest.fixture
def change(wrong):
    """A branch of a checkout whose branch main has a wrong model and some files."""

    def change(files=(), **more):
        for name, text in {**dict(files), **more}.items():
            wrong.write(name, text)
        committed()
        git("checkout", "-q", "-b", "change")
        return wrong

    return change


LOCKED = ("models", "--locked", "--base", "main")
STRICT = {"kerascheck.toml": 'select = ["KC1"]'}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_change_cannot_weaken_the_configuration_of_the_base(change, run, trick):
    name, text = TRICKS[trick]
    tree = change(STRICT)
    os.remove("kerascheck.toml")
    tree.write(name, text)
    committed()
    assert run("models").code in (0, 3)
    for asked in (LOCKED, ("models", "--base", "main")):
        ran = run(*asked, "--output-format", "json")
        assert ran.code == 1
        shown = document(ran)
        assert {f["code"] for f in shown["findings"]} == {"KC101"}


def test_the_configuration_of_the_base_is_obeyed(change, run):
    change(STRICT | {"models/kerascheck.toml": 'ignore = ["KC1"]'})
    os.remove("models/kerascheck.toml")
    committed()
    assert run("models").code == 1
    assert run(*LOCKED).code == 0


@pytest.mark.parametrize(
    ("folder", "path"), [(".", "models"), ("models", "."), ("models", "wrong.keras")]
)
@pytest.mark.parametrize("name", ["kerascheck.toml", ".kerascheck.toml"])
def test_globs_and_paths_start_where_the_file_would_lie(
    change, run, monkeypatch, folder, path, name
):
    change({f"models/{name}": "per-model-ignores = { 'wrong.keras' = ['KC1'] }"})
    os.remove(f"models/{name}")
    monkeypatch.chdir(folder)
    assert run(path, "--locked", "--base", "main").code == 0
    assert run(path, "--locked").code == 1


def test_a_pyproject_of_the_base_counts_only_with_its_table(change, run):
    change(
        {
            "models/pyproject.toml": "[project]\nname = 'kerascheck'\n",
            "pyproject.toml": "[tool.kerascheck]\nignore = ['KC1']",
        }
    )
    assert run(*LOCKED).code == 0


def test_a_base_without_a_configuration_gives_the_defaults(change, run):
    change().write("kerascheck.toml", 'ignore = ["KC1"]')
    assert run(*LOCKED).code == 1


@pytest.mark.parametrize("named", [True, False])
def test_the_baseline_is_that_of_the_base(wrong, change, run, named):
    run("baseline", "write", "models")
    more = {}
    if named:
        os.rename(BASELINE, "known.json")
        more = {"kerascheck.toml": "baseline = 'known.json'"}
    change(more)
    assert run(*LOCKED).code == 0
    for name in (BASELINE, "known.json"):
        wrong.write(name, '{"version": 1, "entries": []}')
    assert run(*LOCKED).code == 0
    assert run(*LOCKED, "--no-baseline").code == 1


def test_files_of_the_checkout_that_the_call_names_are_those_of_the_base(
    change, run, outside
):
    run("baseline", "write", "models", "--file", "known.json")
    tree = change(
        {"ci/gate.toml": 'ignore = ["KC3"]', "other.toml": 'ignore = ["KC1"]'}
    )
    tree.write("ci/gate.toml", 'ignore = ["KC1"]')
    tree.write("known.json", '{"version": 1, "entries": []}')
    assert run(*LOCKED, "--config", "ci/gate.toml").code == 1
    assert run(*LOCKED, "--config", "other.toml").code == 0
    assert run(*LOCKED, "--baseline", "known.json").code == 0
    beside = outside.with_name("gate.toml")
    beside.write_text('ignore = ["KC1"]')
    assert run(*LOCKED, "--config", str(beside)).code == 0
    beside.write_text('{"version": 1, "entries": []}')
    assert run(*LOCKED, "--baseline", str(beside)).code == 1


@pytest.mark.parametrize("option", ["--config", "--baseline"])
def test_a_file_that_the_base_does_not_have_is_refused(change, run, option):
    change().write("new.toml", "")
    ran = run(*LOCKED, option, "new.toml")
    assert ran.code == 2
    assert "new.toml at main: there is no such file" in ran.err


def test_a_baseline_of_the_change_hides_nothing(change, run):
    change()
    run("baseline", "write", "models")
    committed()
    assert run("models").code == 0
    assert run(*LOCKED).code == 1


def test_an_entry_of_the_base_that_nothing_needs_names_the_file(wrong, change, run):
    run("baseline", "write", "models")
    change()
    os.remove("models/wrong.keras")
    wrong.add("right", RIGHT)
    found = document(run(*LOCKED, "--output-format", "json"))["findings"]
    assert [(f["code"], f["model"]) for f in found] == [("KC009", BASELINE)]


def test_labels_that_the_base_names_are_those_of_the_change(change, run, outside):
    change({"kerascheck.toml": 'labels = "models/wrong.labels.npy"'})
    assert run(*LOCKED).code == 1
    os.remove("models/wrong.labels.npy")
    Path("models/wrong.labels.npy").symlink_to(outside)
    for asked in (LOCKED, ("models", "--base", "main")):
        found = document(run(*asked, "--output-format", "json"))["findings"]
        assert {f["code"] for f in found} == {"KC008", "KC101"}


@pytest.mark.parametrize("key", ["labels", "source"])
def test_the_base_names_nothing_outside(change, run, outside, key):
    change({"kerascheck.toml": NAMING[key].format(json.dumps(str(outside)))})
    ran = run(*LOCKED)
    assert ran.code == 2
    assert f"kerascheck.toml at main: {key}: " in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--base", "none"), "--base none: the checkout has no such commit; fetch it"),
        (("--base", "--output=x"), "Expected a revision of Git"),
        (("--base", "a\nb"), "Expected a revision of Git"),
        (("--base", "main:models"), "the checkout has no such commit"),
        (("--base", "main", "--isolated"), "--isolated and --base exclude each other"),
    ],
)
def test_a_base_that_cannot_be_is_refused_in_one_line(change, run, arguments, words):
    change()
    ran = run("models", *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_a_base_needs_a_checkout(wrong, run):
    ran = run(*LOCKED)
    assert ran.code == 2
    assert "not a git repository" in ran.err
    assert ran.err.count("\n") == 1


def test_what_a_base_has_as_a_link_is_not_followed(change, run, outside):
    Path("kerascheck.toml").symlink_to(outside)
    change()
    ran = run(*LOCKED)
    assert ran.code == 2
    assert "kerascheck.toml at main: a symbolic link" in ran.err


def test_what_a_base_has_is_bounded(change, run):
    change({"kerascheck.toml": "#" * 1_000_001})
    ran = run(*LOCKED)
    assert ran.code == 2
    assert "kerascheck.toml at main: larger than 1000000 bytes" in ran.err


def test_what_is_wrong_in_a_base_names_the_revision(change, run):
    change({"kerascheck.toml": "selct = []"})
    assert "kerascheck.toml at main: unknown key 'selct'" in run(*LOCKED).err
    Path("kerascheck.toml").write_text("=")
    committed()
    ran = run("models", "--base", "change")
    assert "kerascheck.toml at change: not TOML" in ran.err


def test_a_git_of_the_tree_is_not_started(change, run, monkeypatch):
    tree = change(STRICT)
    program = tree.write("bin/git", "#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    shutil.copy(program, "git")
    usual = os.environ["PATH"]
    inside = os.pathsep.join(["", ".", "bin", str(tree.root / "bin")])
    monkeypatch.setenv("PATH", os.pathsep.join([inside, usual]))
    assert run(*LOCKED).code == 1
    assert not Path("ran").exists()
    monkeypatch.setenv("PATH", inside)
    ran = run(*LOCKED)
    assert ran.code == 2
    assert "the program git was not found" in ran.err
    assert not Path("ran").exists()


def test_the_environment_leads_git_to_no_other_repository(
    change, run, monkeypatch, tmp_path_factory
):
    change(STRICT)
    other = tmp_path_factory.mktemp("other")
    (other / "kerascheck.toml").write_text('ignore = ["KC1"]')
    committed(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert run(*LOCKED).code == 1


@pytest.mark.parametrize("inside", [True, False])
def test_a_checkout_that_the_change_brings_gives_no_configuration(
    change, run, monkeypatch, tmp_path_factory, inside
):
    tree = change(STRICT)
    tree.write("models/kerascheck.toml", 'ignore = ["KC1"]')
    committed("models")  # as a submodule has a main of its own
    if not inside:
        monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    models = os.path.relpath(tree.root / "models")
    assert run(models, "--locked", "--base", "main").code == 1


def test_a_checkout_that_the_working_folder_is_not_in_is_found(
    change, run, monkeypatch, tmp_path_factory
):
    tree = change({"kerascheck.toml": 'ignore = ["KC1"]'})
    os.remove("kerascheck.toml")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run(str(tree.root / "models"), "--locked", "--base", "main").code == 0
    assert run(str(tree.root / "models"), "--locked").code == 1


def test_settings_of_the_repository_run_nothing(change, run):
    tree = change(STRICT | {".gitattributes": "* filter=x diff=x text\n"})
    evil = tree.write("evil.sh", "#!/bin/sh\ntouch ran\n")
    evil.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.gitProxy",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "pager.ls-tree",
        "pager.cat-file",
        "alias.cat-file",
    ):
        git("config", key, str(evil))
    git("config", "core.hooksPath", str(tree.root))
    assert run(*LOCKED).code == 1
    assert not Path("ran").exists()


def test_a_base_whose_bytes_are_not_in_the_clone_is_refused(
    change, run, monkeypatch, tmp_path_factory
):
    tree = change(STRICT)
    git("config", "uploadpack.allowFilter", "true")
    git("checkout", "-q", "main")
    clone = tmp_path_factory.mktemp("clone") / "it"
    git(
        *("clone", "-q", "--no-checkout", "--filter=blob:none"),
        *(tree.root.as_uri(), str(clone)),
    )
    (clone / "models").mkdir()
    shutil.copy("models/wrong.keras", clone / "models")
    monkeypatch.chdir(clone)
    ran = run("models", "--locked", "--base", "origin/main")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "a partial clone may lack its files" in ran.err


def test_inspect_takes_the_configuration_of_the_base(change, run):
    change({"kerascheck.toml": 'ignore = ["ALL"]'})
    os.remove("kerascheck.toml")
    plain = run("inspect", "models/wrong.keras")
    based = run("inspect", "models/wrong.keras", "--base", "main")
    assert (plain.code, based.code) == (0, 0)
    assert "KC101" in plain.out
    assert "KC101" not in based.out


def test_baseline_show_takes_that_of_the_base(wrong, change, run):
    run("baseline", "write", "models", "--reason", "of the base")
    change()
    os.remove(BASELINE)
    assert run("baseline", "show").code == 2
    assert "of the base" in run("baseline", "show", "--base", "main").out
    git("rm", "-q", "--cached", BASELINE)
    committed()
    ran = run("baseline", "show", "--base", "change")
    assert (ran.code, ran.err) == (
        2,
        "kerascheck: --base change: there is no baseline\n",
    )


def test_the_environment_names_the_base(change, run, monkeypatch):
    change(STRICT).write("kerascheck.toml", 'ignore = ["KC1"]')
    monkeypatch.setenv("KERASCHECK_BASE", "main")
    assert run("models").code == 1
    monkeypatch.setenv("KERASCHECK_BASE", "")
    assert run("models").code == 0


# what is in force


def test_show_settings_tells_of_the_gate(change, run):
    change(STRICT)
    shown = json.loads(run(*LOCKED, "--show-settings").out)
    assert shown["locked"] is True
    assert shown["isolated"] is False
    assert shown["base"] == "main"
    assert shown["path"] == "kerascheck.toml at main"
    assert not {"as-written", "baseline-data"} & set(shown)
    plain = json.loads(run("models", "--isolated", "--show-settings").out)
    assert (plain["locked"], plain["isolated"], plain["base"]) == (False, True, None)


USES = [
    ("", (), (), ()),
    ('levels = { KC1 = "off", KC2 = "error" }', (), ("KC1",), ()),
    ('levels = { softmax-on-one-unit = "off" }', (), ("KC103",), ()),
    ('levels = { KC101 = "note" }', (), (), ("KC101 = note",)),
    ('levels = { KC101 = "error" }', (), (), ()),
    ('ignore = ["KC3", "ALL"]', (), ("KC3", "ALL"), ()),
    ('ignore = ["KC3", "KC0"]', ("--select", "KC1"), ("KC0",), ()),
    ('select = ["KC1", "KC2"]', (), ("all rules except KC1, KC2",), ()),
    (
        'select = ["KC1"]\nextend-select = ["KC2"]',
        (),
        ("all rules except KC1, KC2",),
        (),
    ),
    ('select = ["ALL"]', (), (), ()),
    ('select = ["KC1"]', ("--select", "KC1"), (), ()),
    (
        'per-model-ignores = { "old/*" = ["KC1", "KC2"], "x" = [] }',
        (),
        ("KC1, KC2 for 'old/*'",),
        (),
    ),
    (
        'per-model-ignores = { x = { codes = ["KC1"], until = 2020-01-01 } }',
        (),
        (),
        (),
    ),
    ('exclude = ["archive"]', (), ("models that match 'archive' (exclude)",), ()),
    ('exclude = ["archive"]', ("--exclude", "x"), (), ()),
    (
        'extend-exclude = ["b"]',
        ("--extend-exclude", "x"),
        ("models that match 'b' (extend-exclude)",),
        (),
    ),
    (
        'min-confidence = "medium"',
        (),
        ("findings of less than medium confidence (min-confidence)",),
        (),
    ),
    ('min-confidence = "medium"', ("--min-confidence", "low"), (), ()),
    ('fail-on = "error"', (), (), ("fail-on = error",)),
    ('fail-on = "never"', ("--fail-on", "warning"), (), ()),
    ('fail-on = "note"', (), (), ()),
    ("max-warnings = 3", (), (), ("max-warnings = 3",)),
    ("max-warnings = 3", ("--max-warnings", "0"), (), ()),
    ("max-warnings = 0", (), (), ()),
    ('output-format = "text"\nstrict = true', (), (), ()),
]


@pytest.fixture
def uses(monkeypatch):
    """The configurations of the report that a run of the command line writes."""
    reports = []
    write = Writing.write

    def noted(self, report, **since):
        reports.append(report)
        write(self, report, **since)

    monkeypatch.setattr(Writing, "write", noted)
    return lambda: reports[-1].configuration


@pytest.mark.parametrize(("text", "arguments", "turned_off", "weakened"), USES)
@pytest.mark.parametrize("named", [True, False])
def test_what_a_configuration_leaves_out_is_known(
    wrong, run, uses, text, arguments, turned_off, weakened, named
):
    wrong.write("kerascheck.toml", text)
    config = ("--config", "kerascheck.toml") if named else ()
    run("models", *config, *arguments)
    (use,) = uses()
    assert use.path == "kerascheck.toml"
    assert use.turned_off == turned_off
    assert use.weakened == weakened


def test_a_deeper_configuration_is_named_in_place_of_that_of_the_root(wrong, run, uses):
    wrong.write("kerascheck.toml", "")
    wrong.write("models/kerascheck.toml", 'levels = { KC103 = "off" }')
    run("models")
    assert [(use.path, use.turned_off) for use in uses()] == [
        ("models/kerascheck.toml", ("KC103",))
    ]


def test_without_a_configuration_none_is_named(wrong, run, uses):
    run("models")
    assert uses() == ()
    run("models", "--locked")
    assert uses() == ()


def test_a_configuration_of_the_base_is_named_with_its_revision(change, run, uses):
    change({"kerascheck.toml": 'ignore = ["KC2"]'})
    run(*LOCKED)
    assert [(use.path, use.turned_off) for use in uses()] == [
        ("kerascheck.toml at main", ("KC2",))
    ]


def test_a_check_in_python_knows_what_its_configuration_leaves_out(wrong):
    wrong.write("kerascheck.toml", 'ignore = ["KC1"]')
    (use,) = check("models", config=load("kerascheck.toml")).configuration
    assert use.turned_off == ("KC1",)
    assert check("models").configuration == ()


# sections of models that no model matches


@pytest.mark.parametrize(
    ("glob", "paths", "said"),
    [
        ("models/wrng.keras", ("models",), True),
        ("models/wrng.keras", (".",), True),
        ("models/wrong.keras", (".",), False),
        ("models/wrng.keras", ("models/wrong.keras",), False),
        ("wrng.keras", ("models",), False),
        ("wrng.keras", (".",), True),
    ],
)
def test_a_section_that_no_model_matches_is_noted(wrong, run, glob, paths, said):
    wrong.write("kerascheck.toml", f'[models."{glob}"]\ntask = "multiclass"')
    found = document(run(*paths, "--output-format", "json"))["findings"]
    notes = [f for f in found if f["code"] == "KC009"]
    assert bool(notes) is said
    if said:
        assert notes[0]["severity"] == "note"
        assert f"{glob!r} is not needed: no model matches" in notes[0]["message"]
        assert notes[0]["model"] == "kerascheck.toml"


def test_a_section_is_needed_by_a_corrected_copy(wrong, run):
    wrong.write("kerascheck.toml", '[models."models/wrong.keras"]\ntask="multiclass"')
    os.rename("models/wrong.keras", "models/wrong.fixed.keras")
    found = document(run(".", "--output-format", "json"))["findings"]
    assert "KC009" not in {f["code"] for f in found}


# one model under several names


@pytest.mark.parametrize("name", ["prod.keras", "z"])
@pytest.mark.parametrize(
    "text",
    [
        'exclude = ["archive"]',
        'exclude = ["archive/*.keras"]',
        'per-model-ignores = { "archive/*" = ["ALL"] }',
    ],
)
def test_what_is_excluded_hides_no_link_to_it(repository, run, text, name):
    shutil.copy(WRONG / "model.keras", repository.write("archive/wrong.keras", ""))
    repository.add("right", RIGHT)
    repository.write("ci.toml", text)
    told = ("--locked", "--config", "ci.toml")
    assert run(*told).code == 0
    to = "archive/wrong.keras" if name == "prod.keras" else "archive"
    os.symlink(to, name)
    ran = run(*told, "--output-format", "concise")
    assert ran.code == 1
    assert ran.out.startswith(name)


def test_a_path_through_a_link_is_not_followed_out_of_the_tree(
    repository, run, tmp_path_factory
):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "models").mkdir()
    shutil.copy(RIGHT / "model.keras", outside / "models" / "right.keras")
    os.symlink(outside, "src")
    for path in ("src/models", "src/models/right.keras", os.path.abspath("src/models")):
        assert run(path).code == 0
        ran = run("--locked", path)
        assert ran.code == 1
        assert "a link out of the tree" in " ".join(ran.out.split())


def test_a_path_through_a_link_inside_the_tree_is_followed(repository, run):
    repository.add("right", RIGHT)
    os.symlink("models", "src")
    assert run("--locked", "src/right.keras").code == 0


@pytest.mark.parametrize("option", ["--output-file", "--report"])
def test_no_report_is_written_through_a_folder_that_leads_out(
    wrong, run, outside, option
):
    (wrong.root / "reports").symlink_to(outside.parent, target_is_directory=True)
    told = "reports/r.json" if option == "--output-file" else "json=reports/r.json"
    ran = run("models", "--locked", option, told)
    assert ran.code == 2
    assert "a link leads 'reports/r.json' out of the tree" in ran.err
    assert not (outside.parent / "r.json").exists()
    assert run("models", option, told).code == 1
