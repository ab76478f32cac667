"""Layers, tensors, models and other objects of Keras in a program."""

from __future__ import annotations

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any
from kerascheck.readers.source.values import Instance, Library, Value

__all__ = [
    "CompileCall",
    "FitCallSite",
    "KerasObject",
    "LayerValue",
    "ModelValue",
    "Node",
    "TensorValue",
    "model_of",
]


class KerasObject:
    """A loss, metric or optimizer that the program makes.

    Attributes:
        section: losses, metrics or optimizers.
        name: Its class, as written.
        library: Where the class comes from.
    """

    __slots__ = ("args", "kwargs", "library", "line", "name", "section")

    def __init__(
        self,
        section: str,
        library: Library,
        args: list[Value],
        kwargs: dict[str, Value],
        line: int,
    ) -> None:
        self.section = section
        self.library = library
        self.name = library.name.rpartition(".")[2]
        self.args = args
        self.kwargs = kwargs
        self.line = line


class Node:
    """One call of a layer.

    Attributes:
        args: Positional arguments, tensors among them.
    """

    __slots__ = ("args", "kwargs", "layer")

    def __init__(
        self, layer: LayerValue, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> None:
        self.layer = layer
        self.args = args
        self.kwargs = kwargs


class TensorValue:
    """A symbolic tensor: one output of one call of a layer.

    Attributes:
        is_open: Whether it may be several tensors, or none.
    """

    __slots__ = ("index", "is_open", "node")

    def __init__(self, node: Node, index: int = 0, *, is_open: bool = False) -> None:
        self.node = node
        self.index = index
        self.is_open = is_open


class LayerValue:
    """A layer.

    Attributes:
        entry: Class, module and config as a saved file holds them.
        name: Name of the layer.
        line: Line of the call that makes it.
        known: Whether it is a class of Keras.
        calls: Where it is called, first to last.
        parent: The Sequential that it is in.
        instance: The object of a user's own class.
        function: What a Lambda calls.
        is_named: Whether the program gives it its name.
    """

    __slots__ = (
        "calls",
        "entry",
        "function",
        "instance",
        "is_named",
        "known",
        "line",
        "name",
        "parent",
    )

    def __init__(
        self, entry: dict[str, Any], name: str, line: int, *, known: bool = True
    ) -> None:
        self.entry = entry
        self.name = name
        self.line = line
        self.known = known
        self.calls: list[Node] = []
        self.parent: ModelValue | None = None
        self.instance: Instance | None = None
        self.function: Value = None
        self.is_named = False

    @property
    def config(self) -> dict[str, Any]:
        """What `get_config()` would return."""
        found: dict[str, Any] = self.entry["config"]
        return found


class ModelValue(LayerValue):
    """A model.

    Attributes:
        form: sequential, functional, subclass, or unknown.
        layers: Layers of a Sequential.
        inputs: Tensors that a Functional model starts with, as written.
        outputs_of: Tensors that it ends with, as written.
        is_open: Whether it may hold more layers than are known.
        why: Why its layers are not known.
        compiled: Its last compile call.
        example: What `fit` is given, or the model is called on.
        input_shape: Shape of what `fit` is given, batch first; None: unknown.
        graph: Input and output of a Sequential, once they were asked for.
        is_passed_on: Whether a function that is not known gets it, and may train it.
    """

    __slots__ = (
        "class_name",
        "compiled",
        "example",
        "form",
        "graph",
        "input_shape",
        "inputs",
        "is_open",
        "is_passed_on",
        "layers",
        "outputs_of",
        "why",
    )

    def __init__(self, form: str, class_name: str, name: str, line: int) -> None:
        super().__init__({"class_name": class_name, "config": {}}, name, line)
        self.form = form
        self.class_name = class_name
        self.layers: list[LayerValue] = []
        self.inputs: Value = None
        self.outputs_of: Value = None
        self.is_open = False
        self.is_passed_on = False
        self.why = ""
        self.compiled: CompileCall | None = None
        self.graph: tuple[Value, Value] | None = None
        self.example: Value = None
        self.input_shape: tuple[int | None, ...] | None = None


class FitCallSite(NamedTuple):
    """One call of fit, its arguments by name, and where the labels stand."""

    arguments: dict[str, Value]
    line: int
    method: str
    labels_line: int


class CompileCall:
    """One call of compile.

    Attributes:
        arguments: By name; those that are missing were not given.
        lines: Line of each argument.
    """

    __slots__ = ("arguments", "fits", "line", "lines", "model", "open")

    def __init__(
        self,
        model: ModelValue,
        arguments: dict[str, Value],
        lines: dict[str, int],
        line: int,
    ) -> None:
        self.model = model
        self.arguments = arguments
        self.lines = lines
        self.line = line
        self.open = False
        self.fits: list[FitCallSite] = []


def model_of(value: Value) -> ModelValue | None:
    """Return the model that a value is; None: it is not one."""
    if isinstance(value, Instance):
        value = value.layer
    return value if isinstance(value, ModelValue) else None
