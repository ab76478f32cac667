"""From the config that Keras saves to a `Description`, whatever the container.

A `Problem` here is one of the kinds of a container's notes, or:

- `broken-graph`: an output is made by a layer that is not there;
- `graph-too-large`: a budget ended the walk, so that facts are missing;
- `loss-mismatch`, `metric-mismatch`: losses or metrics out of step with the heads;
- `odd-value`: a number that is none, or not finite, or not what its argument takes;
- `own-compile-config`: the class saves its compile settings in a way of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.description import (
    Activation,
    Description,
    Head,
    Problem,
    generation,
)
from kerascheck.readers.config.compile_config import (
    Compiled,
    Scored,
    optimizer_of,
    read_compiled,
)
from kerascheck.readers.config.graph import (
    MAX_ENDS,
    End,
    Network,
    Scope,
    class_of,
    network_of,
)
from kerascheck.readers.config.heads import Outlet, Output, outlets, output_of
from kerascheck.readers.config.load_problems import saved_state
from kerascheck.readers.config.trace import Walk

if TYPE_CHECKING:
    from kerascheck.readers.containers.open import Container

__all__ = ["describe_config"]


def describe_config(container: Container, path: str) -> Description:
    """Return what a saved model says about itself, as plain values.

    Args:
        container: The parsed JSON, and where it was found.
        path: As the user gave it.
    """
    architecture = container.architecture
    network = None
    if architecture is not None:
        network = network_of(architecture, container.architecture_at)
    known = outlets(network) if network is not None else []
    reading = _Reading(container)
    if network is None or not known:
        heads, opaque = reading.unknown_heads(network), reading.why_opaque(network)
    else:
        heads, opaque = reading.heads(network, known), None
    return with_resolved_metrics(
        Description(
            path=path,
            format=container.format,
            heads=heads,
            model_class=_model_class(architecture, network),
            keras_version=container.keras_version,
            backend=container.backend,
            compiled=reading.compiled,
            optimizer=reading.optimizer,
            problems=(*reading.problems, *saved_state(container)),
            opaque=opaque,
        )
    )


def _model_class(
    architecture: dict[str, Any] | None, network: Network | None
) -> str | None:
    if architecture is None:
        return None
    name = class_of(architecture)
    if name == "Model" and network is not None:
        return "Functional"  # so called until TensorFlow 2.3
    return name or None


class _Reading:
    """One container while it is read: what it was compiled with, and problems met."""

    __slots__ = ("compiled", "container", "optimizer", "problems", "training")

    def __init__(self, container: Container) -> None:
        self.container = container
        self.problems = [
            Problem(kind=note.kind, message=note.message, origin=container.member)
            for note in container.notes
        ]
        self.training: dict[str, Any] | None = None
        self.compiled = self._compiled()
        self.optimizer = self.training and optimizer_of(self.training)

    def _compiled(self) -> bool | None:
        training = self.container.training
        if training is None or training == {}:
            noted = {note.kind for note in self.container.notes}
            return False if noted & {"not-compiled", "uncompiled"} else None
        if not isinstance(training, dict):
            self._note("odd-value", "the compile settings are no JSON object")
            return None
        if "loss" not in training:  # Keras itself always writes it, null for none
            self._note(
                "own-compile-config",
                "the compile config is user-defined: it names no loss",
            )
            return None
        self.training = training
        return True

    def _note(self, kind: str, message: str) -> None:
        at = self._at(self.container.training_at)
        self.problems.append(Problem(kind=kind, message=message, origin=at))

    def _at(self, pointer: str) -> str:
        """Return a place in the file: "config.json: /config/layers/2"."""
        return f"{self.container.member}: {pointer}"

    def heads(
        self, network: Network, known: Sequence[tuple[Outlet, End]]
    ) -> tuple[Head, ...]:
        """Return the heads of a model whose graph can be read."""
        walk, scope = Walk(), Scope(network)
        outputs = [output_of(walk, scope, end) for _, end in known]
        names = [outlet for outlet, _ in known]
        scored = self._scored(names, [output.units for output in outputs])
        heads = []
        for outlet, output, score in zip(names, outputs, scored, strict=True):
            self._check(outlet, output)
            heads.append(self._head(outlet, output, score))
        self._check_budgets(network, walk, len(heads))
        return tuple(heads)

    def _check_budgets(self, network: Network, walk: Walk, count: int) -> None:
        told = []
        if walk.exhausted:
            told.append("the graph is too large to be walked, so facts are missing")
        ends = len(network.ends())
        if ends > count:
            more = " or more" if ends == MAX_ENDS else ""
            told.append(f"of {ends}{more} heads the first {count} are read")
        at = self._at(network.at)
        for message in told:
            problem = Problem(kind="graph-too-large", message=message, origin=at)
            self.problems.append(problem)

    def _check(self, outlet: Outlet, output: Output) -> None:
        signal = output.signal
        if output.missing:
            at = self._at(self.container.architecture_at + "/config/output_layers")
            message = f"the output layer {outlet.layer[:60]!r} is not in the model"
            self._add("broken-graph", message, outlet, at)
        if signal.invalid_units is not None:
            what = (
                f"the width of {(signal.layer or '')[:60]!r} is {signal.invalid_units}"
            )
            message = f"{what}, no positive whole number"
            self._add("odd-value", message, outlet, self._at(signal.units_at))

    def _add(self, kind: str, message: str, outlet: Outlet, at: str) -> None:
        problem = Problem(kind=kind, message=message, head=outlet.name, origin=at)
        self.problems.append(problem)

    def _scored(
        self, names: Sequence[Outlet], units: Sequence[int | None]
    ) -> Sequence[Scored]:
        if self.training is None:
            nothing = None if self.compiled is None else ()
            return [Scored(metrics=nothing)] * len(names)
        version = generation(self.container.keras_version)
        found: Compiled = read_compiled(
            self.training,
            self._at(self.container.training_at),
            names,
            units,
            legacy=version is not None and version < (3, 0),
        )
        self.problems += found.problems
        return found.heads

    def _head(self, outlet: Outlet, output: Output, score: Scored) -> Head:
        signal = output.signal
        origins = score.origins
        if signal.activation_at:
            origins = [
                ("activation", self._at(signal.activation_at)),
                ("units", self._at(signal.units_at)),
                *origins,
            ]
        return Head(
            name=outlet.name,
            layer=signal.layer,
            layer_class=signal.layer_class,
            units=output.units,
            shape=output.shape,
            activation=signal.activation,
            activation_as_saved=signal.as_saved,
            softmax_axis=signal.axis,
            inner_activations=signal.inner_activations,
            layers_after=signal.layers_after,
            logits_hidden=signal.logits_hidden,
            loss=score.loss,
            loss_weight=score.loss_weight,
            metrics=score.metrics,
            origins=tuple(origins),
        )

    def unknown_heads(self, network: Network | None) -> tuple[Head, ...]:
        """Return heads of which no more is known than what scores them."""
        if self.training is None or self.container.architecture is None:
            return ()
        names = _names_in_loss(self.training.get("loss"))
        scored = self._scored(names, [None] * len(names))
        return tuple(
            Head(
                name=outlet.name,
                activation=Activation.UNKNOWN,
                loss=score.loss,
                loss_weight=score.loss_weight,
                metrics=score.metrics,
                origins=tuple(score.origins),
            )
            for outlet, score in zip(names, scored, strict=True)
            if score.loss is not None or score.metrics
        )

    def why_opaque(self, network: Network | None) -> str:
        """Return why the heads can not be known."""
        architecture = self.container.architecture
        if architecture is None:
            told = [note.message for note in self.container.notes]
            return told[0] if told else "the file holds no architecture"
        if network is not None:
            self.problems.append(
                Problem(
                    kind="broken-graph",
                    message="the model names no output that can be followed",
                    origin=self._at(network.at.rpartition("/")[0]),
                )
            )
            return "the model names no output that can be followed"
        name = class_of(architecture)[:200]
        return (
            f"the model class {name!r} is the user's own: its heads are in Python code"
        )


def _names_in_loss(loss: Any) -> list[Outlet]:
    """Return the outputs of a user's own model, as far as its losses name them.

    Source: `create_pseudo_output_names` of tf_keras 2.21 for the names.
    """
    if isinstance(loss, dict) and loss and "class_name" not in loss:
        return [Outlet(str(key), str(key), (key,)) for key in list(loss)[:1000]]
    if isinstance(loss, (list, tuple)) and len(loss) > 1:
        names = [f"output_{place + 1}" for place in range(min(len(loss), 1000))]
        return [Outlet(name, name, (place,)) for place, name in enumerate(names)]
    return [Outlet("output", "output", ())]
