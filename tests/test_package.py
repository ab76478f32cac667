"""What is built for users: the package alone in the wheel, everything in the sdist."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

import kerascheck
from tools.address import written
from tools.mirror import mirror

ROOT = Path(__file__).parents[1]

NOT_FOR_USERS = {"tools", "tests", "docs", "fixtures", "examples", ".github"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ADDRESS = "https://github.com/owner/kerascheck"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build wheel and sdist, and return the folder that holds them."""
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def with_address(tmp_path_factory):
    """Return a copy of what a wheel is made of, under a public address."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, copy)
    for folder in ("kerascheck/model", "packaging"):
        shutil.copytree(ROOT / folder, copy / folder)
    for path, text in written(copy, ADDRESS).items():
        path.write_text(text, encoding="utf-8")
    return copy


def build(root, folder, *options):
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), *options]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=300)
    return folder


def metadata(folder):
    """Return the metadata of the wheel in a folder."""
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def links(page):
    """Return what a page in Markdown links to, and the pictures that it shows."""
    return re.findall(r"\]\(([^)]+)\)|<img src=\"([^\"]+)\"", page)


def lint(tool, *arguments, cwd=ROOT):
    """Run a linter, from the environment or the path, that must find nothing."""
    beside = Path(sys.executable).with_name(tool)
    command = str(beside) if beside.exists() else shutil.which(tool)
    assert command, f"{tool} is not installed"
    done = subprocess.run(
        [command, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


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


def test_the_page_of_the_index_links_to_nothing_while_there_is_no_address(built):
    told = metadata(built)
    page = told.get_payload()
    assert page.startswith("# kerascheck\n")
    assert not links(page)
    assert "Getting started" in page or "getting started" in page
    assert "Project-URL" not in told


def test_the_page_of_the_index_links_to_the_release(with_address, tmp_path):
    told = metadata(build(with_address, tmp_path, "-t", "wheel"))
    found = ["".join(pair) for pair in links(told.get_payload())]
    before = f"v{kerascheck.__version__}/"
    wanted = (f"{ADDRESS}/blob/{before}", f"{ADDRESS}/raw/{before}")
    assert len(found) == len(links((ROOT / "README.md").read_text()))
    for link in found:
        assert link.startswith((*wanted, "#")), link
        name = link.partition(before)[2].partition("#")[0]
        assert (ROOT / name).exists(), link
    urls = dict(line.split(", ") for line in told.get_all("Project-URL"))
    assert urls["Source"] == ADDRESS
    assert f"repository-code: {ADDRESS}" in (with_address / "CITATION.cff").read_text()
    recipe = yaml.safe_load((with_address / "packaging/conda/recipe.yaml").read_text())
    assert recipe["about"]["homepage"] == ADDRESS
    assert lint("pyroma", "-n", "8", ".", cwd=with_address)


def test_the_address_is_written_in_one_way():
    for path, text in written(ROOT, None).items():
        assert path.read_text(encoding="utf-8") == text
    with pytest.raises(ValueError, match="Expected https://HOST/OWNER/NAME"):
        written(ROOT, "github.com/owner")


def test_linters_of_packages_find_nothing(built):
    lint("twine", "check", "--strict", *built.iterdir())
    lint("check-wheel-contents", *built.glob("*.whl"))


def test_every_python_and_system_that_is_tried_is_named():
    told = PROJECT["project"]["classifiers"]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    for version in workflow["jobs"]["check"]["strategy"]["matrix"]["python"]:
        assert f"Programming Language :: Python :: {version}" in told
    systems = {line for line in told if line.startswith("Operating System")}
    assert len(systems) == 3


def test_the_conda_recipe_needs_what_the_package_needs():
    recipe = yaml.safe_load((ROOT / "packaging/conda/recipe.yaml").read_text())
    run = {name.replace(" ", "") for name in recipe["requirements"]["run"]}
    wanted = {f"python{PROJECT['project']['requires-python']}"}
    assert run == wanted | set(PROJECT["project"]["dependencies"])
    host = {name.replace(" ", "") for name in recipe["requirements"]["host"]}
    assert host - {"pip"} == wanted | set(PROJECT["build-system"]["requires"])
    assert recipe["context"]["version"] == kerascheck.__version__
    (point,) = recipe["build"]["python"]["entry_points"]
    assert point == "kerascheck = " + PROJECT["project"]["scripts"]["kerascheck"]


def test_the_citation_is_of_this_version():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert told["version"] == kerascheck.__version__
    assert told["license"] == PROJECT["project"]["license"]


def test_the_image_holds_what_the_build_reads():
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    readme = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    read = {"kerascheck", "pyproject.toml", "LICENSE", readme["fragments"][0]["path"]}
    assert set(kept) == read


def test_the_mirror_installs_the_version_of_its_tag(tmp_path):
    for name, text in mirror(ROOT, "1.2.3").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())
    assert project["project"]["dependencies"] == ["kerascheck==1.2.3"]
    lint("pre-commit", "validate-manifest", tmp_path / ".pre-commit-hooks.yaml")
    wheel = build(tmp_path, tmp_path / "dist", "-t", "wheel")
    assert "kerascheck==1.2.3" in metadata(wheel).get_all("Requires-Dist")


@pytest.mark.system
def test_hadolint_finds_nothing():
    lint("hadolint", "Dockerfile")


@pytest.mark.system
def test_rattler_build_renders_the_conda_recipe(with_address):
    from rattler_build import RenderConfig, Stage0Recipe, VariantConfig

    for root in (ROOT, with_address):
        recipe = Stage0Recipe.from_file(root / "packaging/conda/recipe.yaml")
        (made,) = recipe.render(VariantConfig(), RenderConfig())
        assert f"kerascheck', version='{kerascheck.__version__}'" in repr(made)


@pytest.mark.system
def test_cffconvert_finds_nothing(with_address):
    lint("cffconvert", "--validate")
    lint("cffconvert", "--validate", cwd=with_address)
