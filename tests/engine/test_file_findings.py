"""What reading has to say, as findings."""

from typing import get_args

import pytest

from kerascheck.engine.file_findings import CARDS, finding_of, rule_for, unreadable
from kerascheck.model.description import Problem
from kerascheck.readers.containers.open import NoteKind, RefusalKind

BY_CODE = {card.code: card for card in CARDS}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("weights-only", "KC003"),
        ("exported", "KC004"),
        ("uncompiled", "KC005"),
        ("architecture-only", "KC005"),
        ("not-compiled", "KC005"),
        ("wrong-extension", "KC006"),
        ("duplicate-key", "KC007"),
        ("duplicate-member", "KC007"),
        ("nul-in-name", "KC007"),
        ("polyglot", "KC007"),
        ("own-compile-config", "KC010"),
        ("loss-mismatch", "KC011"),
        ("metric-mismatch", "KC011"),
        ("odd-encoding", "KC012"),
        ("odd-value", "KC012"),
        ("broken-graph", "KC013"),
        ("graph-too-large", "KC013"),
        ("bad-metadata", "KC014"),
        ("labels-for-no-head", "KC015"),
        ("label-file-not-used", "KC027"),
    ],
)
def test_each_kind_has_its_code(kind, code):
    finding = finding_of(Problem(kind=kind, message="it is so"), "a.keras")
    assert (finding.code, finding.name) == (code, BY_CODE[code].name)


@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_no_note_of_a_reader_is_unheard_of(kind):
    assert rule_for(kind) is not rule_for("unheard-of") or kind == "odd-encoding"


@pytest.mark.parametrize("kind", get_args(RefusalKind))
def test_every_refusal_is_an_error(kind):
    finding = unreadable(kind, "it ends early", "a.keras")
    assert finding.severity == "error"
    pointers = {"git-lfs-pointer": "KC002", "git-annex-pointer": "KC026"}
    assert finding.code == pointers.get(kind, "KC001")


def test_a_pointer_of_dvc_is_an_error():
    finding = unreadable("dvc-pointer", "it was never fetched", "a.keras.dvc")
    assert (finding.code, finding.severity) == ("KC026", "error")


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("uncompiled", "call `compile()` before `save()`"),
        ("not-compiled", "call `compile()` before the model is checked"),
        ("label-file-not-used", BY_CODE["KC027"].remedy),
    ],
)
def test_what_to_do_differs_between_saved_and_live_models(kind, remedy):
    finding = finding_of(Problem(kind=kind, message="it is so"), "a.keras")
    assert finding.fix.title == remedy


def test_a_problem_of_a_head_is_located_there():
    problem = Problem(
        kind="odd-value",
        message="the loss weight is nan",
        head="digit",
        origin="config.json: /compile_config/loss_weights",
    )
    finding = finding_of(problem, "a.keras")
    assert finding.head == "digit"
    assert finding.location == "heads.digit"
    assert finding.pointer == "/compile_config/loss_weights"


def test_codes_and_names_are_unique():
    assert len({card.code for card in CARDS}) == len(CARDS)
    assert len({card.name for card in CARDS}) == len(CARDS)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.code)
def test_every_card_has_a_page_that_says_what_to_do(card):
    assert card.code.startswith("KC0")
    assert "## What it is\n" in card.page
    assert "## What to do\n" in card.page
