"""python -m tools: what keeps fixtures, figures and pages up to date."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]


_workers = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Processes that train; the results are the same.",
)


_scheduler = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask cluster that trains instead of --workers.",
)


@click.group()
def main() -> None:
    """Build fixtures, measure speed, write pages, start rules."""


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "fixtures",
    help="Folder to build below; by default fixtures/.",
)
@click.option("--case", "names", multiple=True, help="Only this case; repeatable.")
def fixtures(out: Path, names: tuple[str, ...]) -> None:
    """Build the fixtures with real Keras, and name those that changed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tools.cases import all_cases
    from tools.fixtures import build, stale

    cases = all_cases()
    unknown = set(names) - {case.name for case in cases}
    if unknown:
        raise click.BadParameter(f"no case is called {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    chosen = [case for case in cases if not names or case.name in names]
    changed = 0
    for name in build(chosen, out):
        changed += 1
        click.echo(f"wrote {name}")
    for folder in stale(cases, out):
        click.echo(f"belongs to no case: {folder.name}")
    click.echo(f"{len(chosen)} cases, {changed} changed")


@main.group()
def bench() -> None:
    """Measure how fast kerascheck is."""


@bench.command()
@click.option("--runs", default=15, show_default=True, help="Runs of quick commands.")
@click.option("--loads", default=3, show_default=True, help="Runs that load a model.")
@click.option(
    "--megabytes", default=500, show_default=True, help="Weights of the large model."
)
def static(runs: int, loads: int, megabytes: int) -> None:
    """Measure checking against loading with Keras, cold and warm."""
    from tools.bench_static import Effort, bench

    bench(Effort(runs=runs, loads=loads, megabytes=megabytes), click.echo)


@bench.command()
@click.option("--largest", default=10_000, show_default=True, help="Size of inputs.")
def growth(largest: int) -> None:
    """Measure how the time of a check grows with heads, layers, labels and models."""
    from tools.bench_growth import bench

    bench(click.echo, largest=largest)


@bench.command()
@click.option("--write", is_flag=True, help="Commit to the ratios that are counted.")
def instructions(*, write: bool) -> None:
    """Compare instructions of a start and of a warm model with committed ratios."""
    from tools.bench_instructions import compare

    if not compare(click.echo, write=write):
        raise SystemExit(1)


@bench.command()
@click.option("--runs", default=25, show_default=True, help="Runs of each command.")
@click.option("--files", default=10_000, show_default=True, help="Files without Keras.")
def source(runs: int, files: int) -> None:
    """Measure reading programs, against checking a saved model."""
    from tools.bench_source import Effort, bench

    bench(Effort(runs=runs, files=files), click.echo)


@bench.command()
@click.option("--runs", default=15, show_default=True, help="Runs of each command.")
@click.option("--edits", default=25, show_default=True, help="Edits of a program.")
def server(runs: int, edits: int) -> None:
    """Measure the server of editors against pygls; needs the extra `editor`."""
    from tools.bench_server import Effort, bench

    bench(Effort(runs=runs, edits=edits), click.echo)


@bench.command("first-use")
def bench_first_use() -> None:
    """Measure the way from an empty environment to the first finding."""
    from tools.bench_first_use import bench

    bench(click.echo)


@bench.command()
@click.option("--models", default=3000, show_default=True, help="Read at once.")
@click.option("--latency", default=0.03, show_default=True, help="Seconds an answer.")
def remote(models: int, latency: float) -> None:
    """Measure checking models in a store, against downloading them whole."""
    from tools.bench_remote import Effort, bench

    bench(Effort(models=models, latency=latency), click.echo)


@bench.command()
@click.option("--models", default=3000, show_default=True, help="Read at once.")
@click.option("--latency", default=0.03, show_default=True, help="Seconds an answer.")
def cluster(models: int, latency: float) -> None:
    """Measure models a second over one and two workers of Dask."""
    from tools.bench_remote import Effort, bench_cluster

    bench_cluster(Effort(models=models, latency=latency), click.echo)


@bench.command("drop")
@click.option("--runs", default=5, show_default=True, help="Cold loads of the page.")
def bench_drop(runs: int) -> None:
    """Measure reports on the page for dropped files, which `site` must have built."""
    from tools.bench_drop import bench

    bench(runs, click.echo)


@bench.command("pytest")
@click.option("--runs", default=40, show_default=True, help="Runs of each.")
def pytest_plugin(runs: int) -> None:
    """Measure an empty run of pytest with and without the plugin."""
    from tools.bench_pytest import bench

    bench(runs, click.echo)


@bench.command()
@click.option("--rounds", default=25, show_default=True, help="Rounds of each.")
def values(rounds: int) -> None:
    """Measure defining and using frozen values against other ways to write them."""
    from tools.bench_values import bench

    bench(rounds, click.echo)


@bench.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def confirm(arguments: tuple[str, ...]) -> None:
    """Measure reference training against one fit a run."""
    from tools import bench_confirm

    bench_confirm.main(list(arguments))


@main.command()
@click.option("--setups", default=2000, show_default=True, help="Setups to train.")
@click.option("--seed", default=0, show_default=True, help="Of the random choice.")
@click.option(
    "--budget", default=1500.0, show_default=True, help="Seconds of training."
)
@click.option(
    "--backend",
    "backends",
    type=click.Choice(["tensorflow", "jax"]),
    multiple=True,
    default=("tensorflow",),
    show_default=True,
    help="Of Keras; repeatable.",
)
@_workers
@_scheduler
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="build/audit",
    show_default=True,
    help="Where what was measured is kept.",
)
@click.option("--again", is_flag=True, help="Judge what is there; train nothing.")
@click.option("--write", is_flag=True, help="Write docs/audit.md as well.")
def audit(
    *,
    setups: int,
    seed: int,
    budget: float,
    backends: tuple[str, ...],
    workers: int,
    scheduler: str | None,
    folder: Path,
    again: bool,
    write: bool,
) -> None:
    """Train random setups and list where rules and measurement differ, by kind."""
    from tools.audit import audit, judge_again

    if again:
        try:
            judge_again(folder, workers=workers, write=write, say=click.echo)
        except FileNotFoundError as error:
            raise click.ClickException(str(error)) from error
        return
    audit(
        setups=setups,
        seed=seed,
        budget=budget,
        backends=backends,
        workers=workers,
        scheduler=scheduler,
        folder=folder,
        write=write,
        say=click.echo,
    )


@main.command()
@click.option(
    "--backend",
    "backends",
    type=click.Choice(["tensorflow", "jax"]),
    multiple=True,
    default=("tensorflow", "jax"),
    show_default=True,
    help="Of Keras; repeatable.",
)
@click.option("--seeds", default=8, show_default=True, help="Starts of each setup.")
@_workers
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "build" / "evidence",
    help="Where results are kept, to go on later; by default build/evidence.",
)
@_scheduler
@click.option(
    "--more", is_flag=True, help="Only other networks and rates, and rare setups."
)
def evidence(
    *,
    backends: tuple[str, ...],
    seeds: int,
    workers: int,
    results: Path,
    scheduler: str | None,
    more: bool,
) -> None:
    """Train the whole space of setups and write the results that ship."""
    from tools.evidence import make

    for backend in backends:
        make(
            backend,
            seeds=seeds,
            workers=workers,
            results=results,
            say=click.echo,
            scheduler=scheduler,
            more_alone=more,
        )


@main.command()
@click.argument("paths", nargs=-1)
def answered(*, paths: tuple[str, ...]) -> None:
    """Count findings that the shipped trainings answer; by default of fixtures."""
    from tools.answered import main as lines

    for line in lines(paths or (str(ROOT / "fixtures"),)):
        click.echo(line)


@main.command()
@click.option("--backend", type=click.Choice(["tensorflow", "jax"]), default="jax")
@click.option("--write", is_flag=True, help="Write docs/claims.md.")
def claims(*, backend: str, write: bool) -> None:
    """Try the claims of the rules on data of scikit-learn, and the criterion."""
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tools.claims import main as try_claims

    text = try_claims(backend, click.echo)
    if write:
        _write({ROOT / "docs" / "claims.md": text}, "claims", check=False)
    else:
        click.echo(text)


@main.command()
@click.option("--setups", default=900, show_default=True, help="Pairs of shapes.")
@click.option("--seed", default=0, show_default=True, help="Of the random choice.")
def shapes(setups: int, seed: int) -> None:
    """Fit random pairs of shapes with every Keras, and store what it did."""
    from tools.shape_table import write_table

    write_table(setups, seed)


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if it is stale.")
def metrics(*, check: bool) -> None:
    """Measure every metric on every kind of labels and head against the truth."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tools.metric_table import HOME, measure_all, text_of

    text = text_of(list(measure_all()))
    old = HOME.read_text(encoding="utf-8") if HOME.exists() else None
    _write({} if text == old else {HOME: text}, "metrics", check=check)


@main.command()
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--listed", is_flag=True, help="Only the listed public programs, with verdicts."
)
def programs(folder: Path, *, listed: bool) -> None:
    """Read the programs below FOLDER, and count what is understood.

    With --listed, FOLDER holds a folder OWNER+NAME for each repository of the list.
    """
    from tools.survey import judged, programs_in, public_programs, survey

    if not listed:
        survey(folder, programs_in(folder), click.echo)
        return
    paths, verdicts = public_programs(folder)
    for line in judged(survey(folder, paths, click.echo), verdicts):
        click.echo(line)


@main.command()
@click.option("--size", default=100, show_default=True, help="Mutants of each part.")
@click.option("--seed", default=11, show_default=True, help="Of the random choice.")
def mutants(size: int, seed: int) -> None:
    """Change single lines at random, and count what the tests notice.

    Needs mutmut: pip install -e ".[test,mutation]".
    """
    from tools.mutants import main

    main(size, seed, click.echo)


@main.command()
@click.argument("targets", nargs=-1)
@click.option("--seconds", default=3600.0, show_default=True, help="In all.")
@click.option("--turn", default=120, show_default=True, help="Seconds of one turn.")
@click.option("--jobs", default=2, show_default=True, help="Processes at once.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "build" / "fuzz",
    help="Where inputs and figures are kept, to go on later; by default build/fuzz.",
)
@click.option(
    "--coverage", is_flag=True, help="Only count the lines that inputs so far reach."
)
def fuzz(
    *,
    targets: tuple[str, ...],
    seconds: float,
    turn: int,
    jobs: int,
    results: Path,
    coverage: bool,
) -> None:
    """Fuzz all targets, or some, in turn, led by the coverage of kerascheck.

    Needs atheris: pip install -e ".[fuzz]".
    """
    from tools import fuzz as guided

    folder = results.absolute()
    if coverage:
        for line in guided.coverage(folder, jobs):
            click.echo(line)
    elif not guided.main(
        targets, seconds=seconds, turn=turn, jobs=jobs, folder=folder, say=click.echo
    ):
        raise SystemExit(1)


@main.command("new-rule")
@click.argument("name")
@click.option(
    "--family",
    type=click.Choice(["1", "2", "3", "4"]),
    required=True,
    help="1: heads and losses, 2: labels, 3: metrics, 4: the model as a whole.",
)
def new_rule(name: str, family: str) -> None:
    """Start a rule called NAME, with the next free code of its family."""
    from tools.new_rule import new_rule, next_code, next_steps

    code = next_code(family)
    try:
        path = new_rule(name, family, ROOT / "kerascheck" / "rules")
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"wrote {path.relative_to(ROOT)}, {code}")
    click.echo(next_steps(code))


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if one is stale.")
@click.option("--train", is_flag=True, help="Also run what takes long.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def guides(*, names: tuple[str, ...], check: bool, train: bool) -> None:
    """Renew the tables and the output in README.md and the guides.

    A NAME is that of a guide, as "confirmation"; by default all are renewed.
    """
    from tools.guides import stale

    _write(stale(ROOT, names, train=train), "guides", check=check)


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if one is stale.")
@click.option("--train", is_flag=True, help="Also draw what shows measured figures.")
@click.option("--editor", is_flag=True, help="Also draw Neovim; needs it, and tmux.")
def pictures(*, check: bool, train: bool, editor: bool) -> None:
    """Draw the pictures in README.md, ARCHITECTURE.md and the guides."""
    from tools.pictures import stale

    _write(stale(ROOT, train=train, editor=editor), "pictures", check=check)


def _write(stale: Mapping[Path, str], command: str, *, check: bool) -> None:
    """Write the files that are out of date; with `check`, fail and name them."""
    if check and stale:
        names = ", ".join(path.name for path in stale)
        raise click.ClickException(f"stale: {names}; run python -m tools {command}")
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path.relative_to(ROOT)}")


@main.command("keras-api")
@click.option("--check", is_flag=True, help="Write nothing; fail if it is stale.")
def keras_api(*, check: bool) -> None:
    """Write the arguments and defaults of the Keras that is installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tools.keras_api import (
        HOME,
        LAYERS_HOME,
        LOADING_HOME,
        layers_text,
        loading_text,
        module_text,
    )

    made = {
        ROOT / HOME: module_text(),
        ROOT / LOADING_HOME: loading_text(),
        ROOT / LAYERS_HOME: layers_text(),
    }
    stale = {
        path: text
        for path, text in made.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    _write(stale, "keras-api", check=check)


@main.command()
@click.option("--peers", is_flag=True, help="Only run losslint and trainproof again.")
def logs(*, peers: bool) -> None:
    """Train what `kerascheck explain` is judged on, and store the logs.

    Goes on where it was stopped; remove build/training-logs.jsonl and the stored logs
    to start again.
    """
    from tools.training_logs.peers import HOME as FIGURES
    from tools.training_logs.peers import measure

    if not peers:
        from tools.training_logs.make import make
        from tools.training_logs.stored import HOME

        make(HOME, ROOT / "build" / "training-logs.jsonl", click.echo)
    FIGURES.write_text(measure(click.echo), encoding="utf-8")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if it is stale.")
def combinations(*, check: bool) -> None:
    """Write docs/goes-together.md from the rules and the shipped trainings."""
    from tools.goes_together import page

    path = ROOT / "docs" / "goes-together.md"
    text = page()
    old = path.read_text(encoding="utf-8") if path.exists() else None
    _write({} if text == old else {path: text}, "combinations", check=check)


@main.command()
def drop() -> None:
    """Bring what the page that checks dropped files runs on; needs npm."""
    import subprocess

    from tools.site.drop_files import HOME

    bring = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    if subprocess.run(bring, cwd=HOME, check=False).returncode:
        raise click.ClickException("npm did not bring Pyodide")
    click.echo("python -m tools site builds the page in")


@main.command()
def site() -> None:
    """Build the site into build/site; needs the extra `site`, and no network."""
    import subprocess

    build = [sys.executable, "-m", "mkdocs", "build"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise click.ClickException("the site was not built")
    click.echo("wrote build/site; python -m http.server -d build/site shows it")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if one is stale.")
def docs(*, check: bool) -> None:
    """Write the page of every rule, and the index."""
    from tools.docs import stale, write

    folder = ROOT / "docs" / "rules"
    if not check:
        for name in write(folder):
            click.echo(f"wrote {name}")
        return
    names = stale(folder)
    if names:
        raise click.ClickException(
            f"stale: {', '.join(names)}; run python -m tools docs"
        )


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if one is stale.")
@click.argument("url", required=False)
def address(*, url: str | None, check: bool) -> None:
    """Write the public address of the repository wherever it belongs.

    Without a URL, nothing links to one.
    """
    from tools.address import written

    try:
        files = written(ROOT, url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    changed = {p: t for p, t in files.items() if p.read_text(encoding="utf-8") != t}
    _write(changed, "address", check=check)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def mirror(folder: Path) -> None:
    """Write the repository that pre-commit clones for this release to FOLDER."""
    from kerascheck import __version__
    from tools.mirror import mirror

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in mirror(ROOT, __version__).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"wrote {folder}; commit it and tag it v{__version__}")


if __name__ == "__main__":
    sys.exit(main())
