"""A compiled model and its labels as plain values.

Everything that rules check is here: one `Head` for each output, with its activation,
loss, metrics and labels. All values are frozen; equal values have equal hashes. A fact
that is not known is `None` or `UNKNOWN`, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.typed import Literal

Shape = tuple[int | None, ...]
"""Axes with the batch first; None: any size."""

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]
"""An argument of a loss or metric; a tuple if a list was saved."""

Arguments = tuple[tuple[str, Value], ...]
"""Keyword arguments as saved, sorted by name."""

_MAX_LENGTH = 200  # characters of a list as text


class Activation(StrEnum):
    """What the last operation of a head does to its values."""

    LINEAR = "linear"
    SIGMOID = "sigmoid"
    SOFTMAX = "softmax"
    TANH = "tanh"
    RELU = "relu"
    RELU6 = "relu6"
    LEAKY_RELU = "leaky_relu"
    ELU = "elu"
    SELU = "selu"
    CELU = "celu"
    GELU = "gelu"
    SILU = "silu"
    MISH = "mish"
    SOFTPLUS = "softplus"
    SOFTSIGN = "softsign"
    EXPONENTIAL = "exponential"
    HARD_SIGMOID = "hard_sigmoid"
    HARD_SILU = "hard_silu"
    HARD_TANH = "hard_tanh"
    LOG_SIGMOID = "log_sigmoid"
    LOG_SOFTMAX = "log_softmax"
    SPARSEMAX = "sparsemax"
    UNKNOWN = "unknown"


class Encoding(StrEnum):
    """How labels encode the class of a sample."""

    BINARY = "binary"
    ONE_HOT = "one-hot"
    MULTI_HOT = "multi-hot"
    CLASS_IDS = "class-ids"
    SIGNED_BINARY = "signed-binary"
    PROBABILITY = "probability"
    DISTRIBUTION = "distribution"
    CONTINUOUS = "continuous"
    STRINGS = "strings"
    UNKNOWN = "unknown"


class LossKind(StrEnum):
    """What a loss expects labels and outputs to be."""

    BINARY = "binary"  # one probability or logit a column, each column on its own
    CATEGORICAL = "categorical"  # rows of one-hot labels against rows that sum to 1
    SPARSE = "sparse"  # class ids against rows that sum to 1
    REGRESSION = "regression"
    HINGE = "hinge"
    CATEGORICAL_HINGE = "categorical-hinge"
    DIVERGENCE = "divergence"
    POISSON = "poisson"
    OVERLAP = "overlap"  # Dice, Tversky
    OTHER = "other"  # built in, but not checked by the rules: CTC, Circle, …
    CUSTOM = "custom"  # not Keras's own, or saved without its definition


class Loss(Frozen):
    """One loss as compiled."""

    name: str  # Keras class name; the saved name if custom
    kind: LossKind
    from_logits: bool | None = None  # None: it has no such argument, or not saved
    arguments: Arguments = ()  # all others that were saved
    given: str = "string"  # string, object, function, tf.nn, lambda, partial or own
    dtype: str | None = "float32"  # Keras 3 casts outputs to it; None: unknown
    own: str | None = None  # the program's function that computes it

    def argument(self, name: str, default: Scalar = None) -> Scalar:
        """Return one saved argument as a scalar, or `default` if it was not saved."""
        found = (as_scalar(value) for key, value in self.arguments if key == name)
        return next(found, default)


class Metric(Frozen):
    """One metric as compiled, and as Keras will resolve it."""

    compiled: str  # as written: "accuracy", or the Keras class name
    given: str = "string"  # string, object or function; only a string is resolved
    resolved: str | None = None  # Keras class name; None: depends on unknown facts
    arguments: Arguments = ()
    name: str | None = None  # the name the user sees in the log
    frozen: bool = False  # resolved by Keras 2 when it saved, not by the user
    builtin: bool = True  # False: the user's own
    weighted: bool = False  # given as one of weighted_metrics

    def argument(self, name: str, default: Scalar = None) -> Scalar:
        """Return one saved argument as a scalar, or `default` if it was not saved."""
        found = (as_scalar(value) for key, value in self.arguments if key == name)
        return next(found, default)


class Labels(Frozen):
    """Facts about the labels of one head: of a bounded sample, or from a program.

    A program says less: an axis may be None, `samples` is 0, and what it does not say
    is None or absent. Its encoding is known if it can be one alone; if the candidates
    are unknown as well, nothing is known but the shape.
    """

    encoding: Encoding  # the most likely; of a program, the only one
    candidates: tuple[Encoding, ...]  # every encoding that fits, most likely first
    shape: Shape  # (samples, …), of the whole container; None: an axis of any size
    dtype: str  # numpy's name, "str", or "unknown"
    samples: int  # entries that were looked at, spread over the whole; 0: none
    classes: int | None = None  # distinct classes that occur in the sample
    low: float | None = None  # lowest finite value
    high: float | None = None  # highest finite value
    integral: bool = False  # every finite value is a whole number
    majority: float | None = None  # share of the most common class, in [0, 1]
    rarest: int | None = None  # how often the least common class occurs
    ones: tuple[int, int] | None = None  # fewest and most 1s in a row of 0/1 labels
    values: tuple[Scalar, ...] = ()  # the distinct values, sorted; at most 16
    nans: int = 0
    infinities: int = 0
    path: str | None = None  # the file they come from, as given
    void: int | None = None  # a whole number that stands for no class: pad, unknown
    void_share: float | None = None  # its share of all values, in (0, 1)
    classes_from: float | None = None  # lowest value but `void`; None: there is no void
    classes_to: float | None = None  # highest value but `void`
    whole_share: float | None = None  # share of whole numbers, if not all values are
    ends_share: float | None = None  # share of the lowest and the highest value
    signed: bool = False  # of a program: some are below 0 and some above
    declared: Shape | None = None  # by a tf.data.Dataset; (): without the rank

    @property
    def width(self) -> int | None:
        """Values a sample has on its last axis; 1 for shape (samples,)."""
        return self.shape[-1] if len(self.shape) > 1 else 1

    @property
    def values_known(self) -> bool:
        """Say whether anything is known but their shape."""
        return self.samples > 0 or self.candidates != (Encoding.UNKNOWN,)

    def fits(self, *encodings: Encoding) -> bool:
        """Say whether every encoding that the sample fits is one of these."""
        return bool(self.candidates) and all(c in encodings for c in self.candidates)

    @property
    def overshoot(self) -> float:
        """How far values leave [0, 1]; 0 if none does or none is finite."""
        if self.low is None or self.high is None:
            return 0.0
        return max(0.0, -self.low, self.high - 1)

    @property
    def pictures(self) -> bool:
        """Say whether these are pictures with values from 0 to 255, not class ids.

        They have many values, up to more than 200, and an axis of pixels.
        """
        if self.low is None or self.high is None or self.void is not None:
            return False
        grey = self.low >= 0 and 200 < self.high <= 255
        wide = len(self.shape) > 2 or (self.width or 0) >= 16
        return grey and not self.values and wide

    @property
    def blurred_mask(self) -> bool:
        """Say whether these are masks of two values whose edges are smoothed.

        Nine in ten values are the lowest or the highest; resizing makes the others.
        """
        if self.low is None or self.high is None or len(self.shape) < 3:
            return False
        return len(self.values) != 2 and (self.ends_share or 0) >= 0.9


ClassWeight = tuple[tuple[Scalar, float], ...]
"""Pairs of a key of `class_weight`, which may not be a class at all, and its weight."""

DataForm = Literal["arrays", "dataset", "sequence", "generator", "loader"]
"""How `fit` gets its data: arrays, a tf.data.Dataset, a PyDataset or keras.utils
Sequence, a Python generator, a torch DataLoader."""


class SampleWeight(Frozen):
    """`sample_weight` as passed to `fit`, or in its batches."""

    structure: str  # as `FitCall.labels`
    shapes: tuple[tuple[int, ...] | None, ...] = ()  # of each array; None: unknown
    low: float | None = None  # lowest and highest finite weight
    high: float | None = None
    nans: int = 0
    infinities: int = 0


class FitCall(Frozen):
    """How `fit` is called, as far as it is not about one head and known."""

    data: DataForm | None = None
    labels: str | None = None  # structure of y: "*" for one array, "[*, *]", …
    class_weight: str | None = None  # "by class", "by head", or what it is instead
    sample_weight: SampleWeight | None = None
    lengths: tuple[
        tuple[str, int], ...
    ] = ()  # of x, y and sample_weight, if they differ
    unread: tuple[tuple[str, str], ...] = ()  # argument, and why it is not understood
    unbatched: bool = False  # the dataset yields single samples

    def why_unread(self, argument: str) -> str | None:
        """Return why an argument could not be understood; None: it could."""
        return dict(self.unread).get(argument)


class Evidence(Frozen):
    """One fact that a finding rests on."""

    fact: str  # heads.digit.loss.from_logits
    value: str
    origin: str  # where it is in the file: config.json: /compile_config/loss


class Head(Frozen):
    """One output of the model and all that is scored against it."""

    name: str  # key that Keras uses for the loss: output name
    layer: str | None = None  # path of the layer that made it: "two/na"
    layer_class: str | None = None
    units: int | None = None  # width of the last axis
    shape: Shape | None = None  # None: not even the rank is known
    activation: Activation = Activation.UNKNOWN
    activation_as_saved: str | None = None  # kept if it is not one of Keras's own
    softmax_axis: int | None = None  # as saved; None: the last, or no softmax
    inner_activations: tuple[Activation, ...] = ()  # before `activation`, last first
    layers_after: tuple[str, ...] = ()  # classes, between activation and output
    logits_hidden: bool = False  # so that Keras on TensorFlow does not see the logits
    compute_dtype: str | None = "float32"  # of the output; None: unknown
    loss: Loss | None = None  # None: this head is compiled without a loss
    loss_weight: float | None = None
    spare_losses: tuple[str, ...] = ()  # passed after `loss` for this one output
    metrics: tuple[Metric, ...] | None = None  # None: unknown
    labels: Labels | None = None
    class_weight: ClassWeight | None = None  # as passed to `fit`, or configured
    source: str | None = None  # file:line of the call that makes the layer, if known
    origins: tuple[tuple[str, str], ...] = ()  # fact -> where it is in the file

    @property
    def is_cast(self) -> bool | None:
        """Whether the loss casts the output to another dtype; None: unknown."""
        if self.loss is None:
            return False
        if self.compute_dtype is None or self.loss.dtype is None:
            return None
        return self.compute_dtype != self.loss.dtype

    def at(self, *fact: str) -> str:
        """Return the location of a fact of this head: heads.digit.loss.from_logits."""
        return ".".join(("heads", self.name, *fact))

    def origin(self, fact: str) -> str:
        """Return where `fact`, or the nearest fact around it, is in the file."""
        known = dict(self.origins)
        while fact:
            if fact in known:
                return known[fact]
            fact = fact.rpartition(".")[0]
        return ""


ProblemKind = Literal[
    "activation-that-does-not-load",
    "architecture-only",
    "bad-metadata",
    "broken-graph",
    "container-under-wrong-name",
    "duplicate-key",
    "duplicate-member",
    "exported-without-training-config",
    "graph-too-large",
    "hub-preset",
    "keras-1-file",
    "keras-2-compile-settings",
    "keras-2-file",
    "label-file-not-used",
    "labels-for-no-head",
    "lambda-layer",
    "loss-argument-not-saved",
    "loss-by-name",
    "loss-mismatch",
    "metric-mismatch",
    "not-compiled",
    "nul-in-name",
    "odd-encoding",
    "odd-value",
    "own-compile-config",
    "partial-as-loss",
    "polyglot",
    "program-not-understood",
    "short-loss-name-in-hdf5",
    "uncompiled",
    "unknown-keras-version",
    "unreadable-labels",
    "unused-suppression",
    "weights-only",
]
"""What a `Problem` can be: the name of a file finding, or one of its other kinds."""


class Problem(Frozen):
    """Something met while reading that the user should know; becomes a KC0xx finding.

    Names of the file inside its message are untrusted and not escaped.
    """

    kind: ProblemKind
    message: str
    head: str | None = None
    origin: str = ""


IN_PROGRAM = "#"
"""Between a program and the name of a model in it, where no line may be."""


class InProgram(Frozen):
    """Where a program compiles a model, and what is not known of it."""

    file: str  # as the user gave it
    line: int  # of the compile call; in a notebook, of its cell
    name: str  # what the call is known by, whatever line it is on: "build.model"
    cell: int | None = None  # number of the cell of a notebook
    end: int = 0  # last line of the call
    cells: tuple[tuple[int, int, int], ...] = ()  # cell, its line of the file, step
    unknown: tuple[tuple[str, str], ...] = ()  # fact, and why it is not known
    imports: tuple[str, ...] = ()  # files of the project that were read as well

    @property
    def stable(self) -> str:
        """File and name: what stays of the path of a model when lines move."""
        return f"{self.file}{IN_PROGRAM}{self.name}"

    def line_of_file(self, cell: int, line: int) -> int:
        """Return the line of the file that a line of a cell is on."""
        for number, first, step in self.cells:
            if number == cell:
                return first + (line - 1) * step
        return 1


class _Places:
    """Where each head is; not a field, and looked up only when asked for."""

    __slots__ = ("_places",)
    _places: dict[str, int]


class Description(_Places, Frozen):
    """One model as kerascheck understands it."""

    path: str  # FILE:LINE of the compile call in a program
    format: str | None  # keras, hdf5, saved-model, keras-json, live, source, …; None
    heads: tuple[Head, ...] = ()
    model_class: str | None = None  # Sequential, Functional, or the user's own
    keras_version: str | None = None
    backend: str | None = None  # None: the file does not say
    compiled: bool | None = None  # None: unknown
    optimizer: str | None = None
    compile_options: Arguments = ()  # such as run_eagerly, if not the default
    task: str | None = None  # as configured by the user
    source: str | None = None  # file:line of the compile call, if known
    outputs: Literal["one", "list", "dict", "nested"] | None = None  # how they come
    fit: FitCall | None = None  # None: it is not known how `fit` is called
    problems: tuple[Problem, ...] = ()
    opaque: str | None = None  # why the heads cannot be known
    added_loss: str | None = None  # why layers may train it; None: they do not
    regularized: bool = False  # a layer has a regularizer; known if a head has no loss
    not_trained: str | None = None  # why what it is compiled with is never used
    program: InProgram | None = None  # if it was read from one

    @property
    def file(self) -> str:
        """The file that the model is in."""
        return self.path if self.program is None else self.program.file

    @property
    def stable(self) -> str:
        """What identifies the model from one run to the next."""
        return self.path if self.program is None else self.program.stable

    @property
    def generation(self) -> tuple[int, int] | None:
        """Keras version as (major, minor); None if unknown."""
        return generation(self.keras_version)

    @property
    def legacy(self) -> bool:
        """Whether Keras 2 saved or trains the model; False if that is not known."""
        return is_legacy(self.keras_version)

    def head(self, name: str) -> Head:
        """Return the head called `name`.

        Raises:
            KeyError: There is no such head.
        """
        return self.heads[self._place(name)]

    def _place(self, name: str) -> int:
        if not hasattr(self, "_places"):
            places: dict[str, int] = {}
            for place, head in enumerate(self.heads):
                places.setdefault(head.name, place)
            object.__setattr__(self, "_places", places)
        return self._places[name]

    def with_head(self, changed: Head) -> Description:
        """Return this description with the head of the same name replaced.

        Raises:
            KeyError: There is no such head.
        """
        place = self._place(changed.name)
        heads = (*self.heads[:place], changed, *self.heads[place + 1 :])
        after = replace(self, heads=heads)
        object.__setattr__(after, "_places", self._places)  # no name has changed
        return after

    def with_labels(self, labels: Mapping[str, Labels]) -> Description:
        """Return this description with labels, by the name of their head."""
        heads = tuple(
            replace(h, labels=labels[h.name]) if h.name in labels else h
            for h in self.heads
        )
        return replace(self, heads=heads)


SOME_KERAS_1 = "1.x"
"""Version of a file of Keras 1 that does not say it."""


@lru_cache(maxsize=64)
def generation(version: str | None) -> tuple[int, int] | None:
    """Read (major, minor) of a Keras version such as "3.15.1" or "2.2.4-tf"."""
    if version is None or len(version) > 40:
        return None
    if version == SOME_KERAS_1:
        return 1, 0
    parts = version.split(".")
    if len(parts) < 2 or not all(p.isascii() and p.isdigit() for p in parts[:2]):
        return None
    return int(parts[0]), int(parts[1])


def is_legacy(version: str | None) -> bool:
    """Say whether a version of Keras is known to be before 3."""
    known = generation(version)
    return known is not None and known < (3, 0)


def as_scalar(value: Value) -> Scalar:
    """Return a list of one value as that value, a longer one as text."""
    if not isinstance(value, tuple):
        return value
    if len(value) == 1:
        return value[0]
    return f"[{', '.join(map(repr, value))}]"[:_MAX_LENGTH]


def arguments(config: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> Arguments:
    """Return keyword arguments in the form that descriptions hold."""
    return tuple(sorted(dict(config).items()))
