"""Saved models of an MLflow registry or run, under the names that it gives them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from kerascheck.labels.files.find import LabelFiles
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.readers.remote.search import RemoteModel, models_below, refused
from kerascheck.stores.address import Address, shown
from kerascheck.stores.mlflow import Registered, Registry

_ELSEWHERE = "it is in another store than the model; pass it with --labels"


def find_registered(address: Address) -> Iterator[RemoteModel]:
    """Yield the saved models of what an address of MLflow names.

    Raises:
        UsageError: MLflow is missing, or a store cannot be used.
    """
    registry = Registry()
    try:
        for model in registry.find(address):
            yield from _models_of(registry, model)
    except UnreadableModel as error:
        yield refused(str(address), error)


def _models_of(registry: Registry, registered: Registered) -> Iterator[RemoteModel]:
    try:
        store, folder = registry.open(registered)
        labels = _labels(list(registry.datasets(registered)), folder)
        number = 0
        for model in models_below(store, folder):
            number += 1
            yield _renamed(model, shown(folder).rstrip("/"), registered.name, labels)
        if not number and not registered.may_be_empty:
            raise UnreadableModel("not-a-model", "its artifacts hold no Keras model")
    except UnreadableModel as error:
        yield refused(registered.name, error)


def _labels(datasets: list[str], folder: str) -> LabelFiles:
    """Return logged datasets as label files; those of other stores are not opened.

    Who may write to the registry must not choose what this machine opens.
    """
    home = urlsplit(folder)
    same: list[Address] = []
    others: list[Address] = []
    for uri in datasets:
        there = urlsplit(uri)
        is_same = there.scheme not in ("", "file") and (
            there.scheme == home.scheme and there.netloc == home.netloc
        )
        (same if is_same else others).append(Address(uri))
    chosen = same[0] if same else None
    not_opened = tuple((str(one), _ELSEWHERE) for one in others)
    return LabelFiles(chosen, tuple(same[1:]), not_opened)


def _renamed(
    model: RemoteModel, folder: str, name: str, labels: LabelFiles
) -> RemoteModel:
    """Return a model under the name of its version, with labels of its run."""
    path = name + model.found.path.removeprefix(folder)
    if model.labels.chosen is not None:
        labels = model.labels
    renamed = model.called(path)
    found = replace(renamed.found, named=True)
    return renamed._replace(found=found, labels=labels, url=path)
