"""Small real models of four Keras generations, against what each really holds."""

import json
import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.keras_api.metrics import METRIC_NAMES
from kerascheck.model.description import Activation, LossKind
from kerascheck.readers.read import read

ARTEFACTS = Path(__file__).parents[2] / "fixtures" / "artefacts"
MANIFEST = json.loads((ARTEFACTS / "manifest.json").read_bytes())["artefacts"]
WITH_HEADS = [told for told in MANIFEST if told["expect"] not in {"weights-only"}]
READABLE = [t for t in WITH_HEADS if t["expect"] not in {"opaque-model"}]


def id_of(told):
    return told["path"]


def described(told):
    return read(str(ARTEFACTS / told["path"]))


@pytest.mark.parametrize("told", READABLE, ids=id_of)
def test_heads_are_what_the_manifest_says(told):
    heads = described(told).heads

    assert len(heads) == len(told["outputs"])
    for found, output in zip(heads, told["outputs"], strict=True):
        if output["output"] is not None:
            assert re.fullmatch(re.escape(output["output"]) + r"(_\d+)?", found.name)
        if output.get("static") == "unknown":
            assert found.activation is Activation.UNKNOWN
            assert found.layer_class == output["layer_class"]
            continue
        assert found.shape == tuple(output["shape"])
        assert found.units == found.shape[-1]
        if found.activation is Activation.UNKNOWN:
            assert found.activation_as_saved == output["activation"]
        else:
            assert found.activation == output["activation"]
        if "through" in output:  # "Reshape<-Dense fc(2, softmax)"
            assert (found.layer_class, found.layer) == ("Dense", "fc")
            assert found.layers_after == ("Dropout", "Reshape")
        else:
            assert found.layer_class == output["layer_class"]
            assert found.layer == output["layer"]


def losses_of(told, heads):
    """Return what the manifest says of the loss of each head."""
    loss = told["loss"]
    if isinstance(loss, list):
        return loss
    if isinstance(loss, dict) and "id" not in loss:
        return [loss[head.name] for head in heads]
    return [loss] * len(heads)


@pytest.mark.parametrize("told", WITH_HEADS, ids=id_of)
def test_losses_are_what_the_manifest_says(told):
    model = described(told)
    if "loss" not in told or "where" in (told["loss"] or {}):
        return
    for found, loss in zip(model.heads, losses_of(told, model.heads), strict=True):
        if loss is None:
            assert found.loss is None
        elif told["expect"] == "opaque-loss":
            assert found.loss.kind is LossKind.CUSTOM
            assert found.loss.from_logits is None
        else:
            assert found.loss.name == LOSS_NAMES[loss["id"]]
            assert (found.loss.from_logits or False) == loss.get("from_logits", False)
            for argument in ("label_smoothing", "alpha", "gamma", "delta"):
                if argument in loss:
                    assert found.loss.argument(argument) == loss[argument]
    weights = told.get("loss_weights")
    if isinstance(weights, dict):
        weights = [weights[head.name] for head in model.heads]
    if weights is not None:
        assert [head.loss_weight for head in model.heads] == weights


def metric_told(text):
    """Return name and arguments of a metric in the manifest: "AUC(name=a, k=2)"."""
    name, _, rest = text.removeprefix("function ").removesuffix(")").partition("(")
    pairs = [part.partition("=") for part in rest.split(",") if "=" in part]
    arguments = {key.strip(): value for key, _, value in pairs}
    shown = arguments.pop("name", None)
    known = METRIC_NAMES.get(name, name)
    return known if name not in {"accuracy", "acc"} else name, shown, arguments


@pytest.mark.parametrize("told", WITH_HEADS, ids=id_of)
def test_metrics_are_what_the_manifest_says(told):
    model = described(told)
    for key, weighted in (("metrics", False), ("weighted_metrics", True)):
        saved = told.get(key)
        if not saved:
            continue
        for head in model.heads:
            found = [m for m in head.metrics if m.weighted is weighted]
            own = saved
            if isinstance(saved, dict):
                own = saved[head.name]
            elif isinstance(saved[0], list):
                own = saved[model.heads.index(head)]
            assert len(found) == len(own)
            for metric, text in zip(found, own, strict=True):
                compiled, shown, arguments = metric_told(text)
                assert metric.compiled == compiled
                assert shown is None or metric.name == shown
                for name, value in arguments.items():
                    assert str(metric.argument(name)) == value


@pytest.mark.parametrize("told", WITH_HEADS, ids=id_of)
def test_model_is_what_the_manifest_says(told):
    model = described(told)
    expect = told["expect"]

    assert model.keras_version == told["keras_version"]
    assert model.model_class.removeprefix("kc_demo>") == told[
        "model_class"
    ].removeprefix("kc_demo>")
    assert (model.opaque is not None) is (expect == "opaque-model")
    if expect == "uncompiled":
        assert model.compiled is False
    elif expect == "architecture-only" or "where" in (told["loss"] or {}):
        assert model.compiled in {None, told["format"] == "savedmodel"}
    else:
        assert model.compiled is True
        wanted = re.sub(r"LossScaleOptimizer\((\w+)\)|\(.*", r"\1", told["optimizer"])
        assert model.optimizer == wanted


def test_weights_only_file_says_so():
    (told,) = (t for t in MANIFEST if t["expect"] == "weights-only")
    model = described(told)

    assert [problem.kind for problem in model.problems] == ["weights-only"]
    assert (model.heads, model.compiled) == ((), None)
    assert model.opaque


def name_of(told):
    return Path(told["path"]).name.partition(".")[0]


def normal(model):
    """Return what is the same whatever file format the model was saved in.

    A metric loses how it was given and, in Keras 2, is saved under its own name; a
    function is saved by name alone, as a string is. A loss of Keras 2 computes in the
    dtype of the output, one of Keras 3 in its own.
    """
    heads = []
    for head in model.heads:
        loss = head.loss and replace(head.loss, given="", dtype="")
        if loss and loss.kind is LossKind.CUSTOM:
            loss = replace(loss, name=loss.name.removeprefix("kc_demo>"))
        metrics = [(m.compiled, m.weighted, m.builtin) for m in head.metrics or ()]
        heads.append((replace(head, metrics=None, loss=loss, origins=()), metrics))
    return heads, model.compiled, model.optimizer, model.model_class


SAVED_TWICE = [
    list(group)
    for _, group in groupby(
        sorted((t for t in READABLE if "loss" in t), key=name_of), key=name_of
    )
]


@pytest.mark.parametrize("group", SAVED_TWICE, ids=lambda group: name_of(group[0]))
def test_model_is_the_same_in_every_format(group):
    first, *others = [normal(described(told)) for told in group]

    for other in others:
        assert other == first
