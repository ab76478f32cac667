"""Keras 2 SavedModels: the JSON of the root object, and of layers where it lists none.

TensorFlow 2.5 and later write `keras_metadata.pb`. Before, the same JSON lay inside
`saved_model.pb`, behind the graph, which is skipped by its length. `model.export()`
writes a folder of the same shape without any of it.

Field numbers: keras/protobuf/saved_metadata.proto (Keras 2.15),
tensorflow/core/protobuf/{saved_model,meta_graph,saved_object_graph}.proto (2.4).
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.containers import json_text
from kerascheck.readers.containers.folder import (
    KERAS_METADATA,
    SAVED_MODEL,
    SAVED_MODEL_TEXT,
)
from kerascheck.readers.containers.limits import Limits, over_budget
from kerascheck.readers.containers.protobuf import Message
from kerascheck.readers.containers.values import Container, container_of, versions_of
from kerascheck.trust.unchanged import CHECK_AGAIN

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import Folder

_KERAS: Final = b"_tf_keras_"

_EXPORTED: Final = Problem(
    kind="exported-without-training-config",
    message="exported for serving: it holds neither layers nor compile settings",
)
_METADATA_LOST: Final = Problem(
    kind="exported-without-training-config",
    message="saved by Keras, but keras_metadata.pb with the layers and compile "
    "settings is missing",
)


class _Node(NamedTuple):
    """One object of the saved model; its JSON is empty if it is not one of Keras."""

    identifier: bytes
    json: bytes


def read(folder: Folder, limits: Limits) -> Container:
    """Read what a SavedModel folder says about its Keras model.

    Raises:
        UnreadableModel: Damaged, over a budget, or no SavedModel in binary form.
        OSError: As `os.open` raises it.
    """
    if folder.holds(KERAS_METADATA):
        return _read_metadata(folder, limits)
    if folder.holds(SAVED_MODEL_TEXT) and not folder.holds(SAVED_MODEL):
        raise UnreadableModel(
            "unsupported-layout",
            f"a SavedModel in text form ({SAVED_MODEL_TEXT}); save it in binary form",
        )
    return _read_graph(folder, limits)


def _read_metadata(folder: Folder, limits: Limits) -> Container:
    """Read a folder that TensorFlow 2.5 or later wrote."""
    with folder.open(KERAS_METADATA) as file:
        if file.size > limits.protobuf_bytes:
            raise over_budget(KERAS_METADATA, file.size, limits.protobuf_bytes, "bytes")
        file.expect(0, file.size)
        message = Message(file, limits)
        root = None
        for span in message.fields(message.span, 1):
            node = message.texts(span)
            if node.get(3) == b"root":  # of several, Keras takes the last
                root = _Node(node.get(4, b""), node.get(5, b""))
    if root is None:
        raise UnreadableModel(
            "not-a-model", f"{KERAS_METADATA} does not describe a model"
        )
    return _container(root, KERAS_METADATA, limits)


def _read_graph(folder: Folder, limits: Limits) -> Container:
    """Read a folder that TensorFlow 2.4 or earlier wrote, or one without Keras data."""
    with folder.open(SAVED_MODEL) as file:
        root = next(_graph_nodes(Message(file, limits)), None)
        if folder.holds(KERAS_METADATA):
            raise UnreadableModel(
                "changed",
                f"{KERAS_METADATA} was added while the folder was read; {CHECK_AGAIN}",
            )
        if root is None or not root.identifier.startswith(_KERAS):
            return _exported(_EXPORTED)
        if not root.json:
            return _exported(_METADATA_LOST)
        return _container(root, SAVED_MODEL, limits)


def _graph_nodes(message: Message) -> Iterator[_Node]:
    """Yield the objects of a SavedModel, the root first."""
    for meta_graph in message.fields(message.span, 2):
        for object_graph in message.fields(meta_graph, 7):
            for node in message.fields(object_graph, 1):
                for user_object in message.fields(node, 4):
                    texts = message.texts(user_object)
                    yield _Node(texts.get(1, b""), texts.get(3, b""))
                    break
                else:
                    yield _Node(b"", b"")
            return


def _container(root: _Node, member: str, limits: Limits) -> Container:
    """Return the container for a Keras root object.

    Raises:
        UnreadableModel: Its JSON does not describe a model.
    """
    saved, problems = json_text.parse(root.json, member, limits)
    if not isinstance(saved, dict):
        saved = {}
    architecture, architecture_at = _architecture(saved)
    version, backend, odd = versions_of(saved, limits)
    return container_of(
        format="saved-model",
        member=member,
        architecture=architecture,
        architecture_at=architecture_at,
        training=saved.get("training_config"),
        training_at="/training_config",
        keras_version=version,
        backend=backend,
        problems=problems + odd,
    )


def _architecture(saved: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the model's class and config, and their JSON pointer.

    Where one layer has no config, Keras saves the class of the model alone as
    `model_config`, and the layers that it could save in `config` next to it.
    """
    inside = saved.get("model_config")
    if not isinstance(inside, dict):
        return saved, ""
    if "config" in inside or not isinstance(saved.get("config"), dict):
        return inside, "/model_config"
    return {**saved, **inside}, ""


def _exported(problem: Problem) -> Container:
    return Container(
        format="saved-model",
        architecture=None,
        architecture_at="/model_config",
        training=None,
        training_at="/training_config",
        member=SAVED_MODEL,
        keras_version=None,
        backend=None,
        problems=(problem,),
    )
