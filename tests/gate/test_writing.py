"""Files that kerascheck writes: whole or not at all, and only where it may."""

import ast
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.fix.files import Files
from kerascheck.report import formats as reporters
from kerascheck.trust import replace_file as writer
from kerascheck.trust.replace_file import new_file, replace_file
from tests.gate.conftest import ROOT, WRONG
from tests.gate.test_fix_source import FIXED, TRAIN

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX names, modes and devices")
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

CONFINED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from kerascheck.cli import main
main(sys.argv[2:])
"""
"""Ends each write beyond so many bytes of a file with EFBIG, as a full disk does."""

MAIN = "import sys; from kerascheck.cli import main; main(sys.argv[1:])"


def left_over(folder):
    return [path.name for path in Path(folder).rglob(".kerascheck-*")]


# The writer


@POSIX
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o7777 == 0o640


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o755, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "old"
    path.write_text("old")
    path.chmod(mode)
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(not AS_ROOT, reason="files of another user are made by root alone")
def test_a_file_of_another_user_stays_theirs(tmp_path):
    path = tmp_path / "theirs"
    path.write_text("old")
    os.chown(path, 1234, 1234)
    replace_file(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)


@POSIX
@pytest.mark.parametrize("to", ["precious", "nowhere", "/dev/null", "."])
def test_a_link_is_replaced_and_not_followed(tmp_path, to):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "link").symlink_to(to)
    replace_file(tmp_path / "link", b"report")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_bytes() == b"report"
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("name", ["a" * 255, "a" * 251 + ".txt", "ü" * 127])
def test_a_name_as_long_as_names_may_be_is_written(tmp_path, name):
    if os.pathconf(tmp_path, "PC_NAME_MAX") < 255:
        pytest.skip("names are shorter here")
    replace_file(tmp_path / name, b"x")
    assert (tmp_path / name).read_bytes() == b"x"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_not_utf_8_is_written(tmp_path):
    name = os.fsdecode(bytes(tmp_path) + b"/\xff\n\x1b.txt")
    replace_file(name, b"x")
    assert Path(name).read_bytes() == b"x"


def test_what_an_earlier_run_left_over_is_not_in_the_way(tmp_path, monkeypatch):
    for name in (f"out.{os.getpid()}.tmp", f"out.{os.getpid()}.tmp.keras"):
        (tmp_path / name).write_text("left over")
    monkeypatch.setenv("TMPDIR", "/nowhere")
    replace_file(tmp_path / "out", b"x")
    assert (tmp_path / "out").read_bytes() == b"x"


@pytest.mark.parametrize(
    "name", ["folder", "folder/", "nowhere/out", "a\0b", "x" * 256]
)
def test_what_cannot_be_written_is_an_error_of_the_system(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):  # noqa: PT011  (its number depends on the system)
        replace_file(name, b"x")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_an_interruption_leaves_nothing_behind(tmp_path):
    def interrupted():
        with new_file(str(tmp_path / "out")) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "copy"

    def write():
        with new_file(str(path), replaces=False) as file:
            file.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(FileExistsError):
        write()
    assert path.read_bytes() == b"theirs"
    assert not left_over(tmp_path)


@POSIX
def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(
        target=lambda: got.append((tmp_path / "pipe").read_bytes())
    )
    reader.start()
    replace_file(tmp_path / "pipe", b"x" * 200_000)
    reader.join()
    assert got == [b"x" * 200_000]


def test_two_runs_at_once_leave_the_file_of_one(tmp_path):
    path = tmp_path / "out"
    wholes = [bytes([letter]) * 300_000 for letter in b"ab"]
    replace_file(path, wholes[0])

    def write(data):
        for _ in range(50):
            replace_file(path, data)

    threads = [threading.Thread(target=write, args=(data,)) for data in wholes]
    for thread in threads:
        thread.start()
    seen = [path.read_bytes() for _ in range(100)]
    for thread in threads:
        thread.join()
    assert set(seen) <= set(wholes)
    assert not left_over(tmp_path)


@POSIX
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "/dev/null"])
def test_what_lies_in_dev_is_never_replaced(name):
    """Only asked, not tried: root would lose /dev/stdout to a fault of this kind."""
    if not os.path.lexists(name):
        pytest.skip("there is no such device")
    assert writer._is_written_through(name)


# Reports


@POSIX
@pytest.mark.parametrize("device", ["/dev/fd/1", "/proc/self/fd/1"])
def test_a_descriptor_that_is_a_file_is_added_to_and_not_replaced(
    repository, child, device
):
    if not os.path.lexists(device.rpartition("/")[0]):
        pytest.skip("there is no such folder")
    repository.add("new", WRONG)
    with open("out.txt", "w") as out:
        out.write("before\n")
        out.flush()
        command = [sys.executable, "-c", MAIN, "models", "--output-file", device]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        code = subprocess.call(command, stdout=out, env=env)
    assert code == 1
    assert Path("out.txt").read_text().startswith("before\nerror[KC101]")
    assert os.path.islink(device)


def test_one_report_that_cannot_be_written_loses_no_other(repository, run):
    repository.add("new", WRONG)
    Path("folder").mkdir()
    ran = run(
        "models",
        "--report=html=no/such/x.html",
        "--report=json=ok.json",
        "--report=markdown=folder",
        "--report=concise=ok.txt",
    )
    assert ran.code == 2
    assert "error[KC101]" in ran.out
    assert json.loads(Path("ok.json").read_text())["summary"]["errors"] == 1
    assert "KC101" in Path("ok.txt").read_text()
    first, second = sorted(ran.err.splitlines())
    assert first.endswith("'folder' failed: it is a folder; name a file")
    assert "there is no folder 'no/such'; create it first" in second


def test_a_report_that_raises_loses_no_other(repository, run, monkeypatch):
    def broken(report, style):
        raise RecursionError("deep")

    real = reporters.renderer
    monkeypatch.setattr(
        reporters, "renderer", lambda name: broken if name == "html" else real(name)
    )
    repository.add("new", WRONG)
    ran = run("models", "--report=html=x.html", "--report=json=ok.json")
    assert ran.code == 2
    assert "internal error: RecursionError: deep" in ran.err
    assert "KC101" in ran.out
    assert Path("ok.json").exists()


def test_where_no_report_can_be_written_nothing_is_checked(repository, run):
    repository.write("models/broken.keras", "")
    ran = run("models", "--output-file", "no/such/x.txt", "--report=json=no/y.json")
    assert ran.code == 2
    assert ran.err.count("there is no folder") == 2


def test_before_training_it_is_said_which_report_will_fail(repository, run):
    repository.write("models/right.keras", "")
    ran = run("models", "--confirm", "--report=html=no/such/x.html", "--select=KC101")
    assert "writing 'no/such/x.html' will fail" in ran.err.splitlines()[0]
    assert ran.code == 2


@pytest.mark.parametrize("options", [(), ("--write-ups",)])
def test_before_a_reference_is_trained_its_folder_must_be_there(
    repository, run, options
):
    ran = run("reference", *options, "--output-file", "no/such/x.md")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "there is no folder 'no/such'; create it first" in ran.err


@POSIX
@pytest.mark.parametrize("old", [True, False])
def test_a_full_disk_leaves_the_old_report_and_says_so(repository, child, old):
    repository.add("new", WRONG)
    if old:
        repository.write("x.html", "old")
    arguments = ("models", "--report=html=x.html", "--report=concise=x.txt")
    ran = child("-c", CONFINED, "2000", *arguments, cwd=repository.root)
    assert ran.code == 2
    assert "x.html' failed: File too large; it is as it was before" in ran.err
    assert ran.err.count("\n") == 1
    assert Path("x.html").exists() == old
    assert not old or Path("x.html").read_text() == "old"
    assert "KC101" in Path("x.txt").read_text()
    assert not left_over(".")


@pytest.mark.skipif(
    not AS_ROOT or not shutil.which("unshare"), reason="only root mounts a small disk"
)
def test_a_really_full_disk_leaves_the_old_report(repository):
    repository.add("new", WRONG)
    Path("disk").mkdir()
    script = (
        "mount -t tmpfs -o size=8k none disk || exit 77; echo old > disk/x.html; "
        '"$@" models --report html=disk/x.html; code=$?; cat disk/*; ls -A disk; '
        "exit $code"
    )
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-c", MAIN],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode in (1, 77) and "error[KC101]" not in ran.stdout:
        pytest.skip("mounting is not allowed here")
    assert ran.returncode == 2
    assert "No space left on device; it is as it was before" in ran.stderr
    assert ran.stdout.endswith("old\nx.html\n")


def without_power(*command):
    """Return a command that even as root may not write where the mode says no."""
    if not AS_ROOT:
        return list(command)
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_read_only_is_refused_in_one_line(repository, there):
    repository.add("new", WRONG)
    Path("out").mkdir()
    if there:
        repository.write("out/x.json", "old")
    Path("out").chmod(0o555)
    command = without_power(sys.executable, "-c", MAIN, "models")
    ran = subprocess.run(
        [*command, "--report=json=out/x.json"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    Path("out").chmod(0o755)
    assert ran.returncode == 2
    assert "KC101" in ran.stdout
    assert "a file is replaced as a whole, by a new one from its folder" in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert os.listdir("out") == (["x.json"] if there else [])
    assert not there or Path("out/x.json").read_text() == "old"


@POSIX
def test_a_full_disk_leaves_the_old_baseline(repository, child):
    for number in range(12):
        repository.add(f"new{number}", WRONG)
    old = '{"version": 1, "entries": []}'
    repository.write("kerascheck-baseline.json", old)
    command = ("-c", CONFINED, "500", "baseline", "write", "models")
    ran = child(*command, cwd=repository.root, env={"CI": ""})
    assert ran.code == 2, ran.err
    assert "it is as it was before" in ran.err
    assert Path("kerascheck-baseline.json").read_text() == old
    assert not left_over(".")


@POSIX
def test_a_step_summary_that_is_cut_short_is_told(repository, child):
    repository.add("new", WRONG)
    repository.write("summary.md", "before\n")
    told = {"GITHUB_STEP_SUMMARY": "summary.md"}
    ran = child("-c", CONFINED, "40", "models", cwd=repository.root, env=told)
    assert ran.code == 1
    assert "no step summary, writing 'summary.md' failed: File too large" in ran.err
    assert "after 33 of " in ran.err


@POSIX
def test_a_reader_of_a_pipe_that_goes_away_is_no_error(repository):
    repository.add("new", WRONG)
    command = f'"{sys.executable}" -c "{MAIN}" models --output-file /dev/fd/1'
    ran = subprocess.run(
        ["bash", "-c", f"{command} | true; echo ${{PIPESTATUS[0]}}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "1\n"
    assert ran.stderr == ""


# Fixes


@pytest.fixture
def outside(repository, tmp_path_factory):
    """A file of source beside the working folder, and a model that it may have made."""
    repository.add("new", WRONG)
    source = tmp_path_factory.mktemp("outside") / "train.py"
    source.write_text(TRAIN)
    return source


def configured(repository, source):
    repository.write(
        "kerascheck.toml", f'[models."models/new.keras"]\nsource = "{source}"\n'
    )


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_a_configuration_leads_no_fix_out(repository, run, outside, option):
    configured(repository, f"{os.path.relpath(outside)}:4")
    ran = run("models", option, "--unsafe-fixes", "--config=kerascheck.toml")
    assert outside.read_text() == TRAIN
    assert "layers.Dense" not in ran.out
    assert ran.err.count("is outside the working folder and the checked paths") == 1
    assert ran.code == 1


@POSIX
@pytest.mark.parametrize("way", ["configuration", "--source"])
def test_a_link_leads_no_fix_out(repository, run, outside, way):
    Path("train.py").symlink_to(outside)
    if way == "configuration":
        configured(repository, "train.py:4")
        ran = run("models", "--fix", "--unsafe-fixes", "--config=kerascheck.toml")
    else:
        ran = run("models", "--fix", "--unsafe-fixes", "--source=train.py")
    assert outside.read_text() == TRAIN
    assert Path("train.py").is_symlink()
    assert f"train.py (it leads to {os.path.realpath(outside)}) is outside" in ran.err
    assert ran.code == 1


def test_a_file_that_the_command_line_names_is_fixed_anywhere(repository, run, outside):
    run("models", "--fix", "--unsafe-fixes", f"--source={outside}")
    assert outside.read_text() == FIXED


@POSIX
def test_a_folder_that_is_a_link_leads_no_copy_out(repository, run, tmp_path_factory):
    models = repository.add("new", WRONG).parent
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "models"
    shutil.move(models, elsewhere)
    models.symlink_to(elsewhere)
    ran = run("models", "--fix", "--unsafe-fixes")
    assert not list(elsewhere.glob("*fixed*"))
    assert "name the folder that it leads to" in ran.err
    run(str(elsewhere), "--fix", "--unsafe-fixes")
    assert (elsewhere / "new.fixed.keras").exists()


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_a_copy_that_is_a_link_is_left_alone(repository, run, tmp_path_factory, there):
    repository.add("new", WRONG)
    outside = tmp_path_factory.mktemp("outside") / "x.keras"
    if there:
        outside.write_text("mine")
    Path("models/new.fixed.keras").symlink_to(outside)
    ran = run("models/new.keras", "--fix", "--unsafe-fixes")
    assert "is there already" in ran.err
    assert Path("models/new.fixed.keras").is_symlink()
    assert outside.exists() == there
    assert ran.code == 1


@POSIX
def test_a_copy_may_be_read_by_those_who_may_read_the_model(repository, run):
    repository.add("new", WRONG).chmod(0o600)
    run("models", "--fix", "--unsafe-fixes")
    assert Path("models/new.fixed.keras").stat().st_mode & 0o777 == 0o600


def planned(repository, *sources):
    report = check("models", sources=sources)
    files = Files(report, sources, unsafe=True)
    files.add(report.models[0])
    return files


def test_a_model_that_is_saved_meanwhile_is_not_copied_in_part(repository):
    model = repository.add("new", WRONG)
    files = planned(repository)
    os.utime(model, ns=(0, 0))
    (told,) = files.write()
    assert "it changed meanwhile" in told.message
    assert not Path("models/new.fixed.keras").exists()


@pytest.mark.parametrize("act", ["edit", "link", "remove", "lock"])
def test_source_that_changes_meanwhile_is_left_alone(repository, act, tmp_path_factory):
    repository.add("new", WRONG)
    source = repository.write("train.py", TRAIN)
    files = planned(repository, "train.py")
    outside = tmp_path_factory.mktemp("outside") / "train.py"
    outside.write_text(TRAIN)
    match act:
        case "edit":
            source.write_text(TRAIN + "\n")
        case "link":
            source.unlink()
            source.symlink_to(outside)
        case "remove":
            source.unlink()
        case "lock":
            if AS_ROOT:
                pytest.skip("root may write everywhere")
            source.chmod(0o444)
    told = next(iter(files.write()))
    assert not told.done
    assert outside.read_text() == TRAIN
    assert not left_over(".")


@POSIX
def test_a_fix_that_the_disk_refuses_exits_with_2_and_still_reports(repository, child):
    repository.add("new", WRONG)
    source = repository.write("train.py", TRAIN)
    options = ("--fix", "--unsafe-fixes", "--source=train.py", "--exit-zero")
    ran = child("-c", CONFINED, "100", "models", *options, cwd=repository.root)
    assert ran.code == 2
    assert "KC101" in ran.out
    assert "train.py is left as it was: File too large" in ran.err
    assert source.read_text() == TRAIN
    assert sorted(p.name for p in Path("models").iterdir() if "fixed" in p.name) == []
    assert not left_over(".")


# Nothing else writes

ALLOWED = {
    "trust/replace_file.py": "the writer",
    "cli/streams.py:open": "the step summary is added to, not replaced",
    "cli/streams.py:os.open": "/dev/null in place of a stdout that is gone",
    "confirm/child_main.py:os.fdopen": "answers, on the pipe to the parent",
    "confirm/child_process.py:tempfile.TemporaryFile": "stderr of the child",
    "fix/saved_model.py:ZipFile": "an archive inside a file of the writer",
    "fix/saved_model.py:new.open": "a member of that archive",
}
MODULES = {
    "os": "replace rename renames link symlink truncate ftruncate mkfifo mknod",
    "shutil": "copyfile copy copy2 copytree move make_archive unpack_archive",
    "tempfile": "mkstemp mkdtemp NamedTemporaryFile TemporaryFile",
    "np": "save savez savez_compressed savetxt",
}
WRITES = {f"{m}.{name}" for m, names in MODULES.items() for name in names.split()}


def is_write(call):
    """Say whether a call opens a file for writing, or moves one."""
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if last in ("open", "fdopen", "ZipFile"):
        told = [ast.unparse(value) for value in values[1:]]
        return any("O_WR" in t or "O_RDWR" in t or "O_CREAT" in t for t in told) or any(
            isinstance(value, ast.Constant)
            and isinstance(value.value, str)
            and set(value.value) & set("wax+")
            and set(value.value) <= set("wax+bt")
            for value in values[:3]
        )
    if last in ("write_text", "write_bytes"):
        return True
    return name in WRITES


def writes_in(path):
    name = path.relative_to(ROOT / "kerascheck").as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and is_write(node):
            yield f"{name}:{ast.unparse(node.func)}"


def test_nothing_else_opens_a_file_for_writing():
    package = ROOT / "kerascheck"
    found = {write for path in package.rglob("*.py") for write in writes_in(path)}
    others = found - ALLOWED.keys()
    assert not [w for w in others if w.partition(":")[0] not in ALLOWED]


@pytest.mark.parametrize(
    "code",
    [
        'open(p, "w")',
        'open(p, mode="ab")',
        'path.open("x")',
        "os.open(p, os.O_RDWR | os.O_CREAT)",
        'os.fdopen(d, "w")',
        'Path(p).write_text("")',
        "os.replace(a, b)",
        "shutil.copyfile(a, b)",
        "tempfile.mkstemp()",
        'ZipFile(p, "w")',
    ],
)
def test_a_call_that_writes_is_seen(code):
    assert is_write(ast.parse(code).body[0].value)


@pytest.mark.parametrize("code", ['open(p, "rb")', "open(p)", 'text.replace("a", "w")'])
def test_a_call_that_reads_is_left_alone(code):
    assert not is_write(ast.parse(code).body[0].value)


def test_the_writer_is_found_by_that_search():
    assert list(writes_in(Path(writer.__file__)))
