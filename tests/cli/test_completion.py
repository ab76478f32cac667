"""What bash, zsh and fish offer while a command line is typed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = str(Path(sys.executable).parent)

BASH = r"""
eval "$(_KERASCHECK_COMPLETE=bash_source kerascheck)"
compopt() { printf '%s ' "$2"; }
while IFS= read -r line; do
    IFS=' ' read -r -a COMP_WORDS <<< "$line"
    [[ "$line" == *' ' ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    _kerascheck_completion kerascheck
    printf '%s ' "${COMPREPLY[@]}"; echo
done
"""
"""Calls what bash calls, a line each; by `compopt` bash is left to offer files."""

ZSH = r"""
autoload -Uz compinit && compinit -u -d "$PWD/.zcompdump"
compadd() { print -l -- ${(P)@[-1]} }
_describe() { print -l -- ${(P)3} }
_path_files() { print default }
eval "$(_KERASCHECK_COMPLETE=zsh_source kerascheck)"
words=("$@"); CURRENT=$#
_kerascheck_completion
"""

FISH = r"""
_KERASCHECK_COMPLETE=fish_source kerascheck | source
complete --do-complete "$argv[1]"
"""

EXPECTED = [
    pytest.param(["r"], {"run", "rule", "reference", "runs"}, id="command-or-folder"),
    pytest.param(["rule", "KC10"], {"KC101", "KC103"}, id="code"),
    pytest.param(["rule", "softmax-o"], {"softmax-on-one-unit"}, id="name"),
    pytest.param(["--select", "KC3"], {"KC3", "KC301"}, id="codes"),
    pytest.param(["check", "--ignore", "KC101,KC30"], {"KC101,KC301"}, id="list"),
    pytest.param(["--output-format", "s"], {"sarif", "summary"}, id="format"),
    pytest.param(["--fail-on", ""], {"error", "never"}, id="choice"),
    pytest.param(["--un"], {"--unsafe-fixes"}, id="option"),
    pytest.param(["setup", "--task", "multi"], {"multilabel"}, id="task"),
    pytest.param(["setup", "--task", "binary", "--labels", ""], {"1-2"}, id="labels"),
    pytest.param(["baseline", "p"], {"prune"}, id="inner-command"),
]


@pytest.fixture
def here(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "model.keras").touch()
    return tmp_path


def run(command, here, typed=""):
    done = subprocess.run(
        command,
        cwd=here,
        input=typed,
        env={**os.environ, "PATH": BIN + os.pathsep + os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def offered_by_bash(lines, here):
    """Return what is offered for each line; Python starts once for each."""
    done = run(["bash", "--norc", "-c", BASH], here, "".join(f"{x}\n" for x in lines))
    return [set(line.split()) for line in done.splitlines()]


def offered_by_zsh(words, here):
    assert shutil.which("zsh"), "zsh is not installed"
    out = run(["zsh", "-f", "-c", ZSH, "zsh", "kerascheck", *words], here)
    return {line.partition(":")[0] for line in out.splitlines()}


def offered_by_fish(words, here):
    assert shutil.which("fish"), "fish is not installed"
    line = " ".join(["kerascheck", *words])
    out = run(["fish", "--no-config", "-c", FISH, line], here)
    return {line.partition("\t")[0] for line in out.splitlines()}


def test_bash_offers_commands_codes_formats_and_options(here):
    lines = [" ".join(["kerascheck", *param.values[0]]) for param in EXPECTED]
    offered = offered_by_bash(lines, here)
    for line, param, found in zip(lines, EXPECTED, offered, strict=True):
        assert param.values[1] <= found, line


def test_bash_is_left_to_offer_files(here):
    lines = ["kerascheck mod", "kerascheck check mod", "kerascheck run mod"]
    for found in offered_by_bash(lines, here):
        assert found == {"default"}


@pytest.mark.system
@pytest.mark.parametrize(("words", "expected"), EXPECTED)
def test_zsh_offers(words, expected, here):
    assert expected <= offered_by_zsh(words, here)


@pytest.mark.system
def test_zsh_offers_files(here):
    assert "default" in offered_by_zsh(["mod"], here)


@pytest.mark.system
@pytest.mark.parametrize(
    ("words", "expected"),
    [one for one in EXPECTED if one.id != "list"],  # click's fish script cuts at commas
)
def test_fish_offers(words, expected, here):
    assert expected <= offered_by_fish(words, here)


@pytest.mark.system
def test_fish_offers_files(here):
    assert "model.keras" in offered_by_fish(["mod"], here)
