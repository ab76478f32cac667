"""Which structure of labels `fit` refuses for the outputs of a model.

Source: `CompileLoss.call` and `Functional` of Keras 3.15.1.
`tests/keras_api/test_fit_labels.py` compares them with `fit`.
"""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.model.description import Description
from kerascheck.model.errors import Undecided
from kerascheck.model.typed import Final

__all__ = ["labels_refused", "require_loss_of_compile", "why_labels_refused"]

_MAX_NAMES: Final = 3  # that a message shows


def why_labels_refused(model: Description) -> str | None:
    """Return why `fit` raises for the structure of the labels; None: it does not.

    Nothing is said of Keras 2, nor of a model with an output that has no loss.

    Raises:
        Undecided: A structure is nested or not known, or the class may train itself.
    """
    call = model.fit
    if call is None or call.labels is None or model.legacy:
        return None
    if any(head.loss is None for head in model.heads):
        return None
    why = labels_refused(call.labels, model.outputs, [h.name for h in model.heads])
    if why is not None:
        require_loss_of_compile(model)
    return why


def require_loss_of_compile(model: Description) -> None:
    """Return if nothing but the compiled loss can train the model.

    Raises:
        Undecided: Its class, or a loss that was added to it, may.
    """
    name = model.model_class
    if name not in (None, "Sequential", "Functional"):
        raise Undecided(f"the model class {name!r} may train by a loss of its own")
    if model.added_loss is not None:
        raise Undecided(model.added_loss)


def labels_refused(
    structure: str, outputs: str | None, names: Sequence[str]
) -> str | None:
    """Return why Keras 3 raises for the structure of labels; None if it does not.

    Args:
        structure: Of the labels, as `structure_of` writes it.
        outputs: How the outputs come: one, list, dict, nested; None: unknown.
        names: Of the outputs, all of which have a loss.

    Raises:
        Undecided: A structure is nested, or not known.
    """
    if outputs is None or outputs == "nested":
        raise Undecided("how the outputs of the model come is unknown")
    if structure == "*":
        return None if len(names) == 1 else _counted(1, names)
    keys = _keys(structure)
    if keys is None:
        count = _count(structure)
        return None if count == len(names) else _counted(count, names)
    if len(names) == 1 and outputs != "dict":
        return "they are a dict, and the one output of the model is not"
    missing = [name for name in names if name not in keys]
    strange = [key for key in keys if key not in names]
    if missing:
        return f"no entry is called {_listed(missing)}"
    return f"no output is called {_listed(strange)}" if strange else None


def _counted(count: int, names: Sequence[str]) -> str:
    arrays = "one array" if count == 1 else f"{count} arrays"
    outputs = "one output" if len(names) == 1 else f"{len(names)} outputs"
    return f"they are {arrays} for {outputs}"


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(repr(name) for name in names[:_MAX_NAMES])
    more = len(names) - _MAX_NAMES
    return f"{listed} and {more} more" if more > 0 else listed


def _keys(structure: str) -> list[str] | None:
    """Return the keys of a dict of arrays; None: it is a list of arrays."""
    parts = _parts(structure)
    if structure[:1] != "{":
        return None
    ends = [part.removesuffix(": *") for part in parts]
    keys = [end[1:-1] for end in ends]
    if any(repr(key) != end for key, end in zip(keys, ends, strict=True)):
        raise Undecided("how the labels are passed to `fit` is not known in full")
    return keys


def _count(structure: str) -> int:
    parts = _parts(structure)
    if set(parts) - {"*"}:
        raise Undecided("how the labels are passed to `fit` is not known in full")
    return len(parts)


def _parts(structure: str) -> list[str]:
    """Return the items of a list or dict of arrays.

    Raises:
        Undecided: It holds lists or dicts.
    """
    inner = structure[1:-1].removesuffix(",")
    if any(bracket in inner for bracket in "[({"):
        raise Undecided("the labels are passed to `fit` in a nested structure")
    return inner.split(", ") if inner else []
