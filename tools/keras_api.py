"""Reads the arguments and defaults of Keras's losses and metrics off real Keras.

What is written is `kerascheck/keras_api/defaults.py`, from the Keras 3 and the
tf_keras that are installed, and `kerascheck/keras_api/loading.py`, which says what
Keras 3 accepts of the configs that Keras 2 saved.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

HOME: Final = Path("kerascheck", "keras_api", "defaults.py")
"""Where the data stands, below the root of the repository."""

MODULES: Final = {3: "keras", 2: "tf_keras"}
"""Major version -> module."""

Signature = Mapping[str, object]

_BASES: Final = {
    "losses": ("Loss",),
    "metrics": ("Metric", "MeanMetricWrapper", "MeanTensor"),
}
"""Kind of class -> the class that all come from, and others that no call names."""

_WITHOUT: Final = ("self", "dtype", "kwargs")
_WIDTH: Final = 88

_HEAD: Final = '''"""Arguments of the losses and metrics of Keras, and their defaults.

Made by `python -m tools keras-api` from {versions}.
`...` stands for an argument that has no default; `dtype` is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Final

Defaults = Mapping[int, Mapping[str, Mapping[str, object]]]
"""Major version of Keras -> class -> argument -> default, in the order of the call."""
'''


def signatures(keras: Any, kind: str) -> dict[str, Signature]:
    """Return the arguments of every class of a kind, with their defaults.

    Args:
        keras: The module.
        kind: losses or metrics.
    """
    module = getattr(keras, kind)
    base = getattr(module, _BASES[kind][0])
    return {
        name: signature(each)
        for name, each in sorted(vars(module).items())
        if inspect.isclass(each)
        and issubclass(each, base)
        and name not in _BASES[kind]
        and name == each.__name__
    }


def signature(kind: Any) -> Signature:
    """Return the arguments of one class; `...` where one has no default."""
    return {
        name: ... if each.default is inspect.Parameter.empty else each.default
        for name, each in inspect.signature(kind.__init__).parameters.items()
        if name not in _WITHOUT
    }


def module_text() -> str:
    """Return the data of the Keras that is installed, as a module."""
    found = {major: importlib.import_module(name) for major, name in MODULES.items()}
    versions = " and ".join(f"{MODULES[m]} {k.__version__}" for m, k in found.items())
    lines = [_HEAD.format(versions=versions)]
    for kind in _BASES:
        tables = {major: signatures(keras, kind) for major, keras in found.items()}
        lines += [f"{kind.upper()}: Final[Defaults] = {{", *_rows(tables, 1), "}", ""]
    return "\n".join(lines)


def _rows(table: Mapping[Any, Any], depth: int) -> Iterator[str]:
    """Yield a mapping as the formatter writes it, a row each where it is long."""
    indent = "    " * depth
    for key, value in table.items():
        row = f"{indent}{_code(key)}: {_code(value)},"
        if not isinstance(value, Mapping) or (depth > 1 and len(row) <= _WIDTH):
            yield row
            continue
        yield f"{indent}{_code(key)}: {{"
        yield from _rows(value, depth + 1)
        yield f"{indent}}},"


def _code(value: object) -> str:
    if value is ...:
        return "..."
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        pairs = (f"{_code(key)}: {_code(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


LOADING_HOME: Final = Path("kerascheck", "keras_api", "loading.py")
"""Where it is written what loads, below the root of the repository."""

_LOADING_HEAD: Final = '''"""What Keras 3 accepts of configs of Keras 2, read off both.

Made by `python -m tools keras-api` from {versions}.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Final
'''

_TAKEN_OUT: Final = re.compile(r"""(?:kwargs|config)\.pop\(\s*"(\w+)\"""")
"""How `__init__` and `from_config` accept arguments that they do not name."""


def accepted(kind: Any) -> frozenset[str]:
    """Return the arguments that `from_config` of a class of Keras 3 accepts."""
    found: set[str] = set()
    for each in inspect.getmro(kind):
        for method in (vars(each).get("from_config"), vars(each).get("__init__")):
            if method is not None and each is not object:
                found.update(_TAKEN_OUT.findall(_source(method)))
        if "__init__" not in vars(each) or each is object:
            continue
        parameters = inspect.signature(vars(each)["__init__"]).parameters.values()
        found.update(p.name for p in parameters if p.kind != p.VAR_KEYWORD)
        if not any(p.kind == p.VAR_KEYWORD for p in parameters):
            break
    return frozenset(found - {"self", "args"})


def _source(method: Any) -> str:
    return inspect.getsource(getattr(method, "__func__", method))


def loading_text() -> str:
    """Return what loads in the Keras 3 that is installed, as a module."""
    new, old = (importlib.import_module(MODULES[major]) for major in (3, 2))
    versions = f"keras {new.__version__} and tf_keras {old.__version__}"
    # Keras puts a model among its layers while it runs.
    layers = {
        name: kind
        for name, kind in _classes(
            importlib.import_module("keras.src.layers"), new.layers.Layer
        ).items()
        if ".layers" in kind.__module__
    }
    common = accepted(new.layers.Layer)
    optimizers = _classes(new.optimizers, new.optimizers.Optimizer)
    losses = _classes(new.losses, new.losses.Loss)
    lines = [
        _LOADING_HEAD.format(versions=versions),
        *_names("COMMON", common, "Arguments of every layer that has `COMMON`."),
        *_arguments("LAYERS", layers, common),
        *_arguments("OPTIMIZERS", optimizers),
        *_arguments("LOSSES", losses),
        *_names(
            "GONE",
            set(_classes(old.layers, old.layers.Layer)) - set(layers) | _GONE,
            "Layers of Keras 1 and 2 that Keras 3 does not have.",
        ),
        *_names(
            "GONE_METRICS",
            set(_classes(old.metrics, old.metrics.Metric))
            - set(_classes(new.metrics, new.metrics.Metric)),
            "Metrics of Keras 2 that Keras 3 does not have.",
        ),
        *_names(
            "LOST_LOSSES",
            _lost_losses(new, old),
            "Names of losses of Keras 2 that Keras 3 does not load from HDF5.",
        ),
    ]
    return "\n".join(lines)


_GONE: Final = frozenset(
    {
        "AtrousConvolution1D",
        "AtrousConvolution2D",
        "ClassMethod",
        "CuDNNGRU",
        "CuDNNLSTM",
        "DenseFeatures",
        "Highway",
        "MaxoutDense",
        "Merge",
        "ModuleWrapper",
        "ParametricSoftplus",
        "PriorityFeatures",
        "SReLU",
        "SequenceFeatures",
        "SlicingOpLambda",
        "TFOpLambda",
        "TensorFlowOpLayer",
        "ThresholdedLinear",
        "TimeDistributedDense",
    }
)
"""Names that are not in `tf_keras.layers`, but in files."""


LAYERS_HOME: Final = Path("kerascheck", "keras_api", "layer_arguments.py")
"""Where the arguments of layers stand, below the root of the repository."""

_LAYERS_HEAD: Final = '''"""Arguments of Keras's layers, and their defaults.

Made by `python -m tools keras-api` from {versions}.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Final

LAYER_ARGUMENTS: Final[Mapping[str, str]] = {{'''


def layers_text() -> str:
    """Return the arguments of all layers of the Keras that is installed, as a module.

    Keras 3 comes first; layers that it has no more are those of Keras 2.
    """
    new, old = (importlib.import_module(MODULES[major]) for major in (3, 2))
    versions = f"keras {new.__version__} and tf_keras {old.__version__}"
    layers = {
        **_classes(old.layers, old.layers.Layer),
        **_classes(new.layers, new.layers.Layer),
    }
    lines = [_LAYERS_HEAD.format(versions=versions)]
    for name, kind in sorted(layers.items()):
        text = ", ".join(_parameter(*each) for each in _parameters(kind))
        row = f"    {_code(name)}: {_code(text)},"
        if len(row) <= _WIDTH:
            lines.append(row)
            continue
        lines += [f"    {_code(name)}: (", *_wrapped(text, "        "), "    ),"]
    lines += [
        "}",
        '"""Class -> its arguments, as in the definition of a function."""',
        "",
    ]
    return "\n".join(lines)


def _parameters(kind: Any) -> Iterator[tuple[str, object]]:
    for name, each in inspect.signature(kind.__init__).parameters.items():
        plain = each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        if plain and name not in ("self", "kwargs"):
            yield name, ... if each.default is each.empty else each.default


def _parameter(name: str, default: object) -> str:
    if default is ...:
        return name
    plain = isinstance(default, (str, int, float, tuple))
    return f"{name}={(default if plain else None)!r}"


def _classes(module: Any, base: Any) -> dict[str, Any]:
    return {
        name: each
        for name, each in sorted(vars(module).items())
        if inspect.isclass(each) and issubclass(each, base) and name == each.__name__
    }


def _lost_losses(new: Any, old: Any) -> set[str]:
    """Return the names that `losses.deserialize` refuses, or hands back as they are."""
    found = set()
    for name, each in vars(old.losses).items():
        if name in ("get", "serialize", "deserialize") or not inspect.isfunction(each):
            continue
        try:
            loaded = callable(new.losses.deserialize(name))
        except ValueError:
            loaded = False
        if not loaded:
            found.add(name)
    return found


def _names(name: str, values: Any, says: str) -> Iterator[str]:
    row = f"{name}: Final = frozenset({{{', '.join(map(_code, sorted(values)))}}})"
    if len(row) <= _WIDTH:
        yield row
    else:
        yield f"{name}: Final = frozenset("
        yield "    {"
        yield from (f"        {_code(each)}," for each in sorted(values))
        yield "    }"
        yield ")"
    yield f'"""{says}"""'
    yield ""


def _arguments(
    name: str, classes: Mapping[str, Any], common: frozenset[str] = frozenset()
) -> Iterator[str]:
    yield f"{name}: Final[Mapping[str, str]] = {{"
    for each, kind in classes.items():
        found = accepted(kind)
        if common and common <= found:
            found = found - common | {"COMMON"}
        row = f'    "{each}": "{" ".join(sorted(found))}",'
        if len(row) <= _WIDTH:
            yield row
            continue
        yield f'    "{each}": ('
        yield from _wrapped(" ".join(sorted(found)), "        ")
        yield "    ),"
    yield "}"
    yield '"""Class -> the arguments that its `from_config` accepts."""'
    yield ""


def _wrapped(text: str, indent: str) -> Iterator[str]:
    lines = textwrap.wrap(text, _WIDTH - len(indent) - 3) or [""]
    for line in lines[:-1]:
        yield f'{indent}"{line} "'
    yield f'{indent}"{lines[-1]}"'
