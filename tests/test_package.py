"""What is built for users: the package alone in the wheel, everything in the sdist."""

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]

NOT_FOR_USERS = {"tools", "tests", "docs", "fixtures", ".github"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build wheel and sdist, and return the folder that holds them."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    names = ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "kerascheck"
    }
    ours = {name for name in names if name.startswith("kerascheck/")}
    assert ours == {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "kerascheck").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"kerascheck/py.typed", "kerascheck/report/formats/html.css"} <= ours


def test_the_wheel_names_its_licence_and_its_command(built):
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        info = next(n for n in archive.namelist() if n.endswith("/METADATA"))
        home = info.rpartition("/")[0]
        points = archive.read(f"{home}/entry_points.txt").decode()
        assert f"{home}/licenses/LICENSE" in archive.namelist()
    assert "kerascheck = kerascheck.cli:main" in points
    assert "[pytest11]" in points


def test_the_sdist_holds_what_the_tests_need(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tops = {name.partition("/")[0] for name in names}
    assert tops >= {"kerascheck", "pyproject.toml", *NOT_FOR_USERS}
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "ARCHITECTURE.md"} <= tops
    assert {"SECURITY.md", "LICENSE", "action.yml", ".pre-commit-hooks.yaml"} <= tops
    assert ".ci/run" in names
    assert not any("__pycache__" in name for name in names)
