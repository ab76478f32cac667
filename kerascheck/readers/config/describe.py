"""From the config that Keras saves to a `Description`, whatever the container."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.keras_api.dtypes import FLOATX
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.description import (
    SOME_KERAS_1,
    Activation,
    Description,
    Head,
    Loss,
    Problem,
    ProblemKind,
    generation,
    is_legacy,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any, Literal
from kerascheck.readers.config.activations import is_custom
from kerascheck.readers.config.compile_config import (
    Compiled,
    CompiledHead,
    compile_options_of,
    optimizer_of,
    read_compiled,
)
from kerascheck.readers.config.dtypes import floatx_of
from kerascheck.readers.config.graph import (
    MAX_ENDS,
    End,
    Network,
    Scope,
    class_of,
    network_of,
)
from kerascheck.readers.config.heads import Outlet, Output, outlets, output_of
from kerascheck.readers.config.load_problems import find_load_problems
from kerascheck.readers.config.trace import Walk

if TYPE_CHECKING:
    from kerascheck.readers.containers.values import Container

__all__ = ["describe_config"]

_NOT_COMPILED = frozenset({"hub-preset", "not-compiled", "uncompiled"})
"""Kinds of problems that say so."""


def describe_config(container: Container, path: str) -> Description:
    """Return what a saved model says about itself, as plain values.

    Args:
        container: The parsed JSON, and where it was found.
        path: As the user gave it.
    """
    architecture = container.architecture
    network = None
    if architecture is not None:
        if container.keras_version is None:
            container = _with_version(container)
        keras_1 = _is_keras_1(container.keras_version)
        network = network_of(architecture, container.architecture_at, keras_1=keras_1)
    known = outlets(network) if network is not None else []
    reading = _Reading(container)
    task = None
    if network is None and architecture is not None:
        task = _head_of_task(architecture, container.architecture_at)
    if task is not None:
        heads, opaque = reading.head_of(*task), None
    elif network is None or not known:
        heads, opaque = reading.unknown_heads(network), reading.why_opaque(network)
    else:
        heads, opaque = reading.heads(network, known), None
    added = reading.compiled and any(head.loss is None for head in heads)
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
            compile_options=reading.compile_options,
            outputs="one" if task else _structure([o.keys for o, _ in known]),
            problems=(*reading.problems, *find_load_problems(container)),
            opaque=opaque,
            **(_added_losses(architecture) if added else {}),
        )
    )


def _added_losses(architecture: dict[str, Any] | None) -> dict[str, Any]:
    """Return what trains a model that a head has no loss in."""
    from kerascheck.readers.config.added_losses import (
        is_regularized,
        why_loss_may_be_added,
    )

    return {
        "added_loss": why_loss_may_be_added(architecture),
        "regularized": is_regularized(architecture),
    }


def _is_keras_1(version: str | None) -> bool:
    return version is not None and version.startswith("1.")


def _with_version(container: Container) -> Container:
    """Return a container that Keras 1 wrote without saying so, with its version."""
    network = network_of(container.architecture or {}, "")
    if network is None:
        return container
    from kerascheck.readers.config.keras_1 import looks_like_keras_1

    known = looks_like_keras_1(network.layers)
    return replace(container, keras_version=SOME_KERAS_1) if known else container


def _head_of_task(
    architecture: dict[str, Any], at: str
) -> tuple[Outlet, Output] | None:
    if not isinstance(architecture.get("registered_name"), str):
        return None
    from kerascheck.readers.config.keras_hub import head_of_task

    return head_of_task(architecture, at)


def _structure(
    places: Sequence[tuple[str | int, ...]],
) -> Literal["one", "list", "dict", "nested"] | None:
    """Return how the outputs come, by the place of each; None: unknown."""
    if not places:
        return None
    if any(len(keys) > 1 for keys in places):
        return "nested"
    if not places[0]:
        return "one"
    return "dict" if isinstance(places[0][0], str) else "list"


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

    __slots__ = (
        "compile_options",
        "compiled",
        "container",
        "floatx",
        "optimizer",
        "problems",
        "training",
    )

    def __init__(self, container: Container) -> None:
        self.container = container
        self.floatx: str | None = container.floatx or FLOATX
        self.problems = [
            replace(problem, origin=container.member) for problem in container.problems
        ]
        self.training: dict[str, Any] | None = None
        self.compiled = self._compiled()
        self.optimizer = self.training and optimizer_of(self.training)
        version = generation(container.keras_version) or (3, 0)
        self.compile_options = compile_options_of(self.training or {}, keras=version[0])

    def _compiled(self) -> bool | None:
        training = self.container.training
        if training is None or training == {}:
            kinds = {problem.kind for problem in self.container.problems}
            return False if kinds & _NOT_COMPILED else None
        if not isinstance(training, dict):
            self._add("odd-value", "the compile settings are not a JSON object")
            return None
        if "loss" not in training:  # Keras itself always writes it, null for none
            self._add(
                "own-compile-config",
                "the compile config is user-defined: it has no loss",
            )
            return None
        self.training = training
        return True

    @property
    def _legacy(self) -> bool:
        return is_legacy(self.container.keras_version)

    def _add(self, kind: ProblemKind, message: str) -> None:
        at = self._at(self.container.training_at)
        self.problems.append(Problem(kind=kind, message=message, origin=at))

    def _at(self, pointer: str) -> str:
        """Return a place in the file: "config.json: /config/layers/2"."""
        return f"{self.container.member}: {pointer}"

    def heads(
        self, network: Network, known: Sequence[tuple[Outlet, End]]
    ) -> tuple[Head, ...]:
        """Return the heads of a model whose graph can be read."""
        walk = Walk(batch_axes=self._may_have_batch_axes())
        scope = Scope(network)
        outputs = [output_of(walk, scope, end) for _, end in known]
        names = [outlet for outlet, _ in known]
        self.floatx = self.container.floatx or floatx_of(network)
        units = [output.units for output in outputs]
        scored = self._scored(names, units, nameless=self._is_nameless(network))
        heads = []
        for outlet, output, score in zip(names, outputs, scored, strict=True):
            self._check(outlet, output)
            heads.append(self._head(outlet, output, score))
        self._check_budgets(network, walk, len(heads))
        return tuple(heads)

    def head_of(self, outlet: Outlet, output: Output) -> tuple[Head, ...]:
        """Return the one head of a model whose layers are not saved."""
        self._check(outlet, output)
        (score,) = self._scored([outlet], [output.units])
        return (self._head(outlet, output, score),)

    def _may_have_batch_axes(self) -> bool:
        version = generation(self.container.keras_version)
        return version is None or (2, 4) <= version < (3, 0)

    def _check_budgets(self, network: Network, walk: Walk, count: int) -> None:
        messages = []
        if walk.exhausted:
            messages.append("the graph is too large to be walked, so facts are missing")
        ends = len(network.ends())
        if ends > count:
            more = " or more" if ends == MAX_ENDS else ""
            messages.append(f"only the first {count} of {ends}{more} heads are read")
        at = self._at(network.at)
        for message in messages:
            problem = Problem(kind="graph-too-large", message=message, origin=at)
            self.problems.append(problem)

    def _check(self, outlet: Outlet, output: Output) -> None:
        facts = output.facts
        if output.missing:
            at = self._at(self.container.architecture_at + "/config/output_layers")
            message = f"the output layer {outlet.layer[:60]!r} is not in the model"
            self._add_to_head(outlet, "broken-graph", message, at)
        if facts.invalid_units is not None:
            what = f"the width of {(facts.layer or '')[:60]!r} is {facts.invalid_units}"
            message = f"{what}, not a positive whole number"
            at = self._at(self._units_at(facts.units_at))
            self._add_to_head(outlet, "odd-value", message, at)

    def _units_at(self, pointer: str) -> str:
        if not _is_keras_1(self.container.keras_version):
            return pointer
        from kerascheck.readers.config.keras_1 import as_saved

        return as_saved(pointer)

    def _add_to_head(
        self, outlet: Outlet, kind: ProblemKind, message: str, at: str
    ) -> None:
        problem = Problem(kind=kind, message=message, head=outlet.name, origin=at)
        self.problems.append(problem)

    def _is_nameless(self, network: Network) -> bool:
        """Say whether this is a Sequential of Keras itself whose output is no dict."""
        if class_of(self.container.architecture or {}) != "Sequential":
            return False
        one = all(not end.keys for end in network.ends())
        return one and not any(map(is_custom, network.layers[-1:]))

    def _scored(
        self,
        names: Sequence[Outlet],
        units: Sequence[int | None],
        *,
        nameless: bool = False,
    ) -> Sequence[CompiledHead]:
        if self.training is None:
            nothing = None if self.compiled is None else ()
            return [CompiledHead(metrics=nothing)] * len(names)
        found: Compiled = read_compiled(
            self.training,
            self._at(self.container.training_at),
            names,
            units,
            legacy=self._legacy,
            floatx=self.floatx,
            nameless=nameless,
        )
        self.problems += found.problems
        return found.heads

    def _head(self, outlet: Outlet, output: Output, score: CompiledHead) -> Head:
        facts = output.facts
        origins = score.origins
        if facts.activation_at:
            origins = [
                ("activation", self._at(facts.activation_at)),
                ("units", self._at(self._units_at(facts.units_at))),
                *origins,
            ]
        return Head(
            name=outlet.name,
            layer=facts.layer,
            layer_class=facts.layer_class,
            units=output.units,
            shape=output.shape,
            activation=facts.activation,
            activation_as_saved=facts.as_saved,
            softmax_axis=facts.axis,
            inner_activations=facts.inner_activations,
            layers_after=facts.layers_after,
            logits_hidden=facts.logits_hidden,
            compute_dtype=output.dtype,
            loss=self._in_dtype(score.loss, output.dtype),
            loss_weight=score.loss_weight,
            spare_losses=score.spare_losses,
            metrics=score.metrics,
            origins=tuple(origins),
        )

    def _in_dtype(self, loss: Loss | None, dtype: str | None) -> Loss | None:
        """Return a loss of Keras 2 in the dtype of the output, in which it computes."""
        if loss is None or not self._legacy or loss.dtype == dtype:
            return loss
        return replace(loss, dtype=dtype)

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
        """Return why the heads cannot be known."""
        architecture = self.container.architecture
        if architecture is None:
            problems = self.container.problems
            return problems[0].message if problems else "the file holds no architecture"
        if network is not None:
            self.problems.append(
                Problem(
                    kind="broken-graph",
                    message="the model has no output that can be followed",
                    origin=self._at(network.at.rpartition("/")[0]),
                )
            )
            return "the model has no output that can be followed"
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
